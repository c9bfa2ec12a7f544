#include "host/workers/worker_program.hpp"

int main() {
  return tenon::workers::worker_program();
}
