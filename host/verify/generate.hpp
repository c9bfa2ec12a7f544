// Makes inputs from a JSON Schema: at its bounds, and beyond them.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "host/verify/random.hpp"

namespace tenon::verify {

// Values that mean to be valid against the schema, more often than not at its bounds. Whether one
// is, config::Schema says: not every schema can be met by guessing.
class Generator {
 public:
  // `schema` outlives this.
  Generator(const boost::json::value& schema, Random& random) : root_(schema), random_(random) {}
  boost::json::value value() { return make(root_, 0); }

 private:
  using Object = boost::json::object;
  boost::json::value make(const boost::json::value& schema, unsigned depth);
  boost::json::value of_type(const std::string& type, const Object& schema, unsigned depth);
  boost::json::value make_object(const Object& schema, unsigned depth);
  boost::json::value make_array(const Object& schema, unsigned depth);
  boost::json::value make_number(const Object& schema, bool integer);
  std::string make_string(const Object& schema);
  boost::json::value anything(unsigned depth);
  const boost::json::value* resolve(std::string_view pointer) const;

  const boost::json::value& root_;
  Random& random_;
};

// Text that a caller might send by mistake or malice: a valid value with something wrong inside, or
// no JSON at all. `what` says what was done.
std::string mutated(const boost::json::value& valid, Random& random, std::string& what);

}  // namespace tenon::verify
