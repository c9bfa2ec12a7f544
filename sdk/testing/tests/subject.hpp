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

struct Seen {
  std::string request_id;
  std::string key;
  bool has_deadline = false;
  bool cancelled = false;
  int64_t principal = 0;
};
BOOST_DESCRIBE_STRUCT(Seen, (), (request_id, key, has_deadline, cancelled, principal))
