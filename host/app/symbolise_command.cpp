#include <iostream>

#include "host/app/cli.hpp"
#include "host/crash/dwarf/symbolise.hpp"

namespace tenon::app {

int symbolise_command() {
  return crash::run_symbolise(std::cin, std::cout);
}

}  // namespace tenon::app
