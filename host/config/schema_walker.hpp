// Validates one value against a compiled schema. Internal to Schema.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/config/problem.hpp"
#include "host/config/schema_node.hpp"
#include "host/config/value_view.hpp"

namespace tenon::config {

class SchemaWalker {
 public:
  // Secrets::redact: problems tell no value at all.
  SchemaWalker(std::string root_path, Secrets secrets)
      : root_path_(std::move(root_path)), secrets_(secrets) {}

  // All problems, at most a hundred, unsorted.
  Problems problems(const SchemaNode& schema, const ValueView& value);
  bool holds(const SchemaNode& schema, const ValueView& value);

 private:
  // The way from the root to the value in hand; rendered only when there is something to tell.
  struct Place {
    const Place* parent = nullptr;
    std::string_view key = {};
    std::size_t index = 0;
    bool is_index = false;
    bool hide = false;  // a writeOnly schema applies here or above
  };
  enum class Cause { other, type, value };
  struct Issue {
    Problem problem;
    Cause cause = Cause::other;
    unsigned types = 0;  // what a type problem expected
  };
  // Where problems go. A quiet sink only learns whether there is one.
  struct Sink {
    bool quiet = false;
    bool failed = false;
    std::vector<Issue> issues = {};
  };

  void check(const SchemaNode& schema, const ValueView& value, const Place& place, Sink& sink);
  void check_here(const SchemaNode& schema, const ValueView& value, const Place& place, Sink& sink);
  void check_number(const SchemaNode& schema, const ValueView& value, const Place& place,
                    Sink& sink);
  void check_string(const SchemaNode& schema, const ValueView& value, const Place& place,
                    Sink& sink);
  void check_list(const SchemaNode& schema, const ValueView& value, const Place& place, Sink& sink);
  void check_contains(const SchemaNode& schema, const ValueView& value, const Place& place,
                      Sink& sink);
  void check_unique(const ValueView& value, const Place& place, Sink& sink);
  void check_map(const SchemaNode& schema, const ValueView& value, const Place& place, Sink& sink);
  void check_required(const SchemaNode& schema, const ValueView& value, const Place& place,
                      Sink& sink);
  void check_entry(const SchemaNode& schema, const ValueView& map, std::size_t index,
                   const Place& place, Sink& sink);
  void check_key_name(const SchemaNode& schema, const ValueView& map, std::size_t index,
                      const Place& place, Sink& sink);
  void report_unknown_key(const SchemaNode& schema, const ValueView& map, std::size_t index,
                          const Place& place, Sink& sink);
  void check_any_of(const std::vector<const SchemaNode*>& branches, const ValueView& value,
                    const Place& place, Sink& sink);
  void check_one_of(const std::vector<const SchemaNode*>& branches, const ValueView& value,
                    const Place& place, Sink& sink);
  void report_no_branch(const std::vector<const SchemaNode*>& branches, const ValueView& value,
                        const Place& place, Sink& sink);
  bool passes(const SchemaNode& schema, const ValueView& value, const Place& place);

  bool done(const Sink& sink) const;
  void fail(Sink& sink, const Mark& mark, const Place& place, std::string message,
            std::string suggestion = {}, Cause cause = Cause::other, unsigned types = 0);
  std::string path_of(const Place& place) const;

  Place root() const { return {nullptr, {}, 0, false, secrets_ == Secrets::redact}; }

  std::string root_path_;
  Secrets secrets_;
  std::size_t steps_ = 0;
  std::size_t depth_ = 0;
  bool exhausted_ = false;
};

}  // namespace tenon::config
