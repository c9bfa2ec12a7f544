// Runs the tests made with TENON_TEST: all, or those whose names are given.
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/testing/test.hpp"

namespace tenon::testing {
namespace {

struct Test {
  std::string name;
  void (*run)();
};

std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}
bool failed_now = false;  // of the running test

void run(const Test& test) {
  try {
    test.run();
  } catch (const TestEnded&) {
  } catch (const std::exception& thrown) {
    report_failure(test.name.c_str(), 0, std::string("threw: ") + thrown.what());
  }
}

}  // namespace

Registered::Registered(const char* name, void (*run)()) {
  tests().push_back({name, run});
}

void report_failure(const char* file, int line, const std::string& what) {
  failed_now = true;
  std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
}

}  // namespace tenon::testing

int main(int argc, char** argv) {
  using namespace tenon::testing;
  const std::vector<std::string_view> wanted(argv + 1, argv + argc);
  int ran = 0;
  int failed = 0;
  for (const Test& test : tests()) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), test.name) == wanted.end())
      continue;
    failed_now = false;
    run(test);
    ++ran;
    failed += failed_now ? 1 : 0;
    std::printf("%s %s\n", failed_now ? "FAILED" : "ok    ", test.name.c_str());
  }
  std::printf("%d tests, %d failed\n", ran, failed);
  return failed > 0 || ran == 0 ? 1 : 0;
}
