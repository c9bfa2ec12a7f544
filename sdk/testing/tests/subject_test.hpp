// The well-behaved plugin, started in a host of the test.
#pragma once

#include <gtest/gtest.h>

#include "subject.hpp"
#include "tenon/testing/plugin.hpp"

namespace tenon::testing {

inline const boost::json::object kNothing;

class SubjectTest : public ::testing::Test {
 protected:
  void SetUp() override {
    host_.config(R"({"limit": 3})");
    ASSERT_TRUE(plugin_.start().ok());
  }
  template <class Out, class In>
  Result<Out> call(std::string_view method, const In& input, const CallOptions& options = {}) {
    return plugin_.call<Out>("subject.words/1", method, input, options);
  }
  Host host_{"shop"};
  Plugin plugin_{host_, SUBJECT};
};

}  // namespace tenon::testing
