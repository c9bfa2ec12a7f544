// A mistake in a configuration, told so that a person can find and correct it.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "host/config/mark.hpp"

namespace tenon::config {

struct Problem {
  Mark mark;
  std::string path;        // "plugins.catalog.config.items[3]", "" for the document itself
  std::string message;     // what was found and what is expected
  std::string suggestion;  // the nearest allowed word, or ""

  // file:line:column: path: message; did you mean "x"?
  std::string to_string() const;
  boost::json::object to_json() const;
};

using Problems = std::vector<Problem>;

// By file (in reading order), line and column; problems of one place keep their order.
void sort_problems(Problems& problems);

// One problem a line.
std::string to_string(const Problems& problems);
boost::json::array to_json(const Problems& problems);

// Paths: child_path("a.b", "c") is "a.b.c"; a key that is no plain word is quoted: a["x y"].
std::string child_path(const std::string& parent, std::string_view key);
std::string child_path(const std::string& parent, std::size_t index);

// The text between double quotes, escaped, cut after `max_bytes` at a character border.
std::string in_quotes(std::string_view text, std::size_t max_bytes = 60);

}  // namespace tenon::config
