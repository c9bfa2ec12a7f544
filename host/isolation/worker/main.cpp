// A worker without sandbox and crash handler, for tests and benchmarks.
#include "host/isolation/worker_main.hpp"

int main() {
  return tenon::isolation::worker_main({});
}
