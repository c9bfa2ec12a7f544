#include "host/config/schema_expect.hpp"

#include "host/config/mark.hpp"
#include "host/config/value_view.hpp"

namespace tenon::config {

std::string_view view(boost::json::string_view text) {
  return {text.data(), text.size()};
}

std::string child_location(const std::string& parent, std::string_view token) {
  std::string out = parent + "/";
  for (char c : token) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

std::string child_location(const std::string& parent, std::size_t index) {
  return parent + "/" + std::to_string(index);
}

void fail_at(const std::string& location, std::string message) {
  throw SchemaFailure{{Code::invalid, std::move(message), location}};
}

std::string found(const boost::json::value& value) {
  static const Mark nowhere;
  return "found " + ValueView(value, nowhere).describe(false) + ", expected ";
}

const boost::json::object& expect_object(const boost::json::value& value,
                                         const std::string& location, const char* what) {
  if (!value.is_object()) fail_at(location, found(value) + what);
  return value.get_object();
}

const boost::json::array& expect_array(const boost::json::value& value, const std::string& location,
                                       const char* what) {
  if (!value.is_array()) fail_at(location, found(value) + what);
  return value.get_array();
}

std::string_view expect_string(const boost::json::value& value, const std::string& location,
                               const char* what) {
  if (!value.is_string()) fail_at(location, found(value) + what);
  return view(value.get_string());
}

bool expect_bool(const boost::json::value& value, const std::string& location) {
  if (!value.is_bool()) fail_at(location, found(value) + "true or false");
  return value.get_bool();
}

std::vector<std::string> expect_strings(const boost::json::value& value,
                                        const std::string& location) {
  std::vector<std::string> out;
  for (const auto& item : expect_array(value, location, "a list of strings"))
    out.emplace_back(expect_string(item, location, "a list of strings"));
  return out;
}

}  // namespace tenon::config
