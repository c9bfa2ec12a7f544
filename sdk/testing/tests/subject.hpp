// What the well-behaved plugin and its tests share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tenon/json.hpp"

struct Word {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Word, (), (text))

struct Count {
  int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (count))

struct Subscribe {
  std::string pattern;
  std::string name;
  bool durable = false;
};
BOOST_DESCRIBE_STRUCT(Subscribe, (), (pattern, name, durable))

struct Pick {
  std::string range;
  std::string labels;
};
BOOST_DESCRIBE_STRUCT(Pick, (), (range, labels))

struct Seen {
  std::string request_id;
  std::string key;
  bool has_deadline = false;
  bool cancelled = false;
  int64_t principal = 0;
};
BOOST_DESCRIBE_STRUCT(Seen, (), (request_id, key, has_deadline, cancelled, principal))
