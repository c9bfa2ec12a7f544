// One face of the two kinds of values that a schema validates: located nodes and plain JSON.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "host/config/node.hpp"

namespace tenon::config {

enum class Kind { null, boolean, integer, number, string, list, map };

// A reference to a value; the value must outlive the view.
class ValueView {
 public:
  explicit ValueView(const Node& node) : node_(&node) {}
  // JSON values stand in no file: `site` is the position that problems get.
  ValueView(const boost::json::value& json, const Mark& site) : json_(&json), site_(&site) {}

  // integer: a number without a fraction, as JSON Schema has it (1.0 is one).
  Kind kind() const;
  const Mark& mark() const { return node_ ? node_->mark : *site_; }
  bool secret() const { return node_ && node_->secret; }
  bool broken() const { return node_ && node_->broken; }

  bool boolean() const;
  // Every 64-bit integer and every double is exact in a long double on the platforms we build for.
  long double number() const;
  std::string_view string() const;

  // Lists.
  std::size_t size() const;
  ValueView item(std::size_t index) const;

  // Maps: entries in their order.
  std::size_t entry_count() const;
  std::string_view entry_key(std::size_t index) const;
  const Mark& entry_key_mark(std::size_t index) const;
  ValueView entry_value(std::size_t index) const;
  bool has(std::string_view key) const;

  // What a person would call it: `"abc"`, `42`, `a list of 3`; nothing of a secret's content.
  std::string describe(bool hide) const;

 private:
  const Node* node_ = nullptr;
  const boost::json::value* json_ = nullptr;
  const Mark* site_ = nullptr;
};

// A text that is equal exactly for equal JSON values (1 and 1.0 are equal, key order is not looked
// at).
std::string canonical_text(const ValueView& value);

std::string number_text(long double number);

}  // namespace tenon::config
