// Reads members that a schema has checked and completed. Internal to the host's configuration.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace tenon::config {

// A member that is not there, or of another kind, is a mistake of the schema and throws.
class JsonReader {
 public:
  explicit JsonReader(const boost::json::value& json) : object_(json.as_object()) {}

  JsonReader section(const char* key) const { return JsonReader(object_.at(key)); }
  const boost::json::value& at(const char* key) const { return object_.at(key); }
  const boost::json::value* find(const char* key) const { return object_.if_contains(key); }
  std::string text(const char* key) const { return std::string(object_.at(key).as_string()); }
  bool flag(const char* key) const { return object_.at(key).as_bool(); }
  // The schema takes 4.0 for an integer, too.
  std::int64_t integer(const char* key) const { return object_.at(key).to_number<std::int64_t>(); }
  double number(const char* key) const { return object_.at(key).to_number<double>(); }
  unsigned count(const char* key) const { return static_cast<unsigned>(integer(key)); }
  std::chrono::milliseconds duration(const char* key) const {
    return std::chrono::milliseconds(integer(key));
  }
  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> out;
    for (const auto& item : object_.at(key).as_array()) out.emplace_back(item.as_string());
    return out;
  }

 private:
  const boost::json::object& object_;
};

}  // namespace tenon::config
