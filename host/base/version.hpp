// Semantic versions (semver.org 2.0) and ranges of them.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon {

struct Version {
  uint32_t major = 0;
  uint32_t minor = 0;
  uint32_t patch = 0;
  std::string pre_release;  // "rc.1"; build metadata is dropped

  // Accepts "1", "1.2" and "1.2.3-rc.1+build".
  static Result<Version> parse(std::string_view text);
  std::string to_string() const;

  // By precedence: a pre-release comes before its release.
  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return (*this <=> other) == 0; }
};

// Comparators that all hold, in alternatives split by "||": ">=1.2 <2", "^1.2", "~1.2.3", "1.x",
// "1.2", "*" and "". "1.2" alone means 1.2.x. A pre-release matches only a comparator that names
// one of the same major.minor.patch.
class VersionRange {
 public:
  static Result<VersionRange> parse(std::string_view text);
  bool contains(const Version& version) const;
  const std::string& text() const { return text_; }

 private:
  enum class Operator { less, less_equal, equal, greater_equal, greater };
  struct Comparator {
    Operator op;
    Version version;
    bool holds(const Version& candidate) const;
  };
  using Alternative = std::vector<Comparator>;

  static Result<void> parse_comparator(std::string_view text, Alternative& out);

  std::string text_;
  std::vector<Alternative> alternatives_;
};

}  // namespace tenon
