#include <exception>
#include <iostream>

#include "host/app/cli.hpp"

int main(int argc, char** argv) {
  try {
    return tenon::app::run_cli({argv + 1, argv + argc});
  } catch (const std::exception& thrown) {
    std::cerr << "tenon: " << thrown.what() << '\n';
    return tenon::app::kFailed;
  }
}
