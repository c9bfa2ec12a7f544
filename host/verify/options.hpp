// What a verification is asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/base/version.hpp"

namespace tenon::verify {

struct Options {
  std::filesystem::path library;
  std::vector<std::filesystem::path> with;  // libraries whose interfaces it requires
  std::filesystem::path config;             // a file with the instance's configuration; empty: none
  // A deployment whose instances of these libraries give the configuration; empty: none.
  std::filesystem::path deployment;
  std::string instance;  // of the deployment, where there are several; empty: the first
  uint64_t seed = 1;
  unsigned cases = 200;                          // generated inputs a method, at most
  std::chrono::milliseconds time_limit{10'000};  // of one step or call
  Version oldest_glibc{2, 36, 0, {}};
  Version oldest_libstdcxx{3, 4, 30, {}};  // of GLIBCXX
  bool run = true;                         // false: none of its code is executed
};

}  // namespace tenon::verify
