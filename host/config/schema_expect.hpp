// What the keywords of a schema expect of their values, with errors that name the place in the
// schema. Internal to SchemaCompiler.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::config {

// Carries an error out of the compiler's recursion; caught in SchemaCompiler::compile().
struct SchemaFailure {
  Error error;
};

[[noreturn]] void fail_at(const std::string& location, std::string message);

// The JSON pointers of a schema's parts: `parent` with one more token, escaped.
std::string child_location(const std::string& parent, std::string_view token);
std::string child_location(const std::string& parent, std::size_t index);

std::string_view view(boost::json::string_view text);

// "found 5, expected "
std::string found(const boost::json::value& value);

// The value as what it has to be, or fail_at(). `what` ends the sentence "found 5, expected".
const boost::json::object& expect_object(const boost::json::value& value,
                                         const std::string& location, const char* what);
const boost::json::array& expect_array(const boost::json::value& value, const std::string& location,
                                       const char* what);
std::string_view expect_string(const boost::json::value& value, const std::string& location,
                               const char* what);
bool expect_bool(const boost::json::value& value, const std::string& location);
std::vector<std::string> expect_strings(const boost::json::value& value,
                                        const std::string& location);

}  // namespace tenon::config
