// Tests without a framework: TENON_TEST makes one, the target tenon::plugin_testing_main runs them
// all, or those whose names are given. The rest of tenon/testing works with any framework.
//
//   TENON_TEST(greets) {
//     TENON_REQUIRE(plugin.start());              // ends this test when it fails
//     TENON_EXPECT_EQ(plugin.get("/").status, 200u);
//   }
#pragma once

#include <sstream>
#include <string>

#include "tenon/result.hpp"

namespace tenon::testing {

// Notes a test; its constructor runs before main.
struct Registered {
  Registered(const char* name, void (*run)());
};

// Notes a failure of the running test. From the thread that runs it: TENON_REQUIRE ends the thread
// it is on, and failures of two threads at a time may be lost.
void report_failure(const char* file, int line, const std::string& what);

// Ends the running test.
struct TestEnded {};

inline std::string why(bool) {
  return "";
}
template <class T>
std::string why(const Result<T>& result) {
  if (result.ok()) return "";
  const Error& error = result.error();
  return ": " + (error.path.empty() ? "" : error.path + ": ") + error.message + " (code " +
         std::to_string(static_cast<int>(error.code)) + ")";
}

template <class T>
std::string shown(const T& value) {
  if constexpr (requires(std::ostringstream & out) { out << value; }) {
    std::ostringstream out;
    out << value;
    return out.str();
  } else if constexpr (requires { static_cast<int>(value); }) {
    return std::to_string(static_cast<int>(value));  // an enumeration such as Code
  } else {
    return "a value that cannot be shown";
  }
}

template <class A, class B>
void expect_equal(const A& found, const B& expected, const char* text, const char* file, int line) {
  if (found == expected) return;
  report_failure(
      file, line,
      std::string(text) + " is\n    " + shown(found) + "\n  not\n    " + shown(expected));
}

}  // namespace tenon::testing

#define TENON_TEST(name)                                                                        \
  static void tenon_test_##name();                                                              \
  static const ::tenon::testing::Registered tenon_registered_##name(#name, &tenon_test_##name); \
  static void tenon_test_##name()

// A bool or a Result.
#define TENON_EXPECT(condition)                                                             \
  do {                                                                                      \
    if (const auto& tenon_checked = (condition); !tenon_checked)                            \
      ::tenon::testing::report_failure(                                                     \
          __FILE__, __LINE__, #condition " failed" + ::tenon::testing::why(tenon_checked)); \
  } while (false)

#define TENON_REQUIRE(condition)                                                            \
  do {                                                                                      \
    if (const auto& tenon_checked = (condition); !tenon_checked) {                          \
      ::tenon::testing::report_failure(                                                     \
          __FILE__, __LINE__, #condition " failed" + ::tenon::testing::why(tenon_checked)); \
      throw ::tenon::testing::TestEnded();                                                  \
    }                                                                                       \
  } while (false)

#define TENON_EXPECT_EQ(found, expected) \
  ::tenon::testing::expect_equal((found), (expected), #found, __FILE__, __LINE__)
