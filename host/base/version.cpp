#include "host/base/version.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace tenon {
namespace {

Error bad_version(std::string_view text) {
  return {Code::invalid, "\"" + std::string(text) + "\" is not a version such as 1.2.3"};
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Takes one dotted number off the front; false when there is none or it does not fit.
bool take_number(std::string_view& rest, uint32_t& out) {
  const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), out);
  if (failed != std::errc() || end == rest.data()) return false;
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  return true;
}

std::string_view take_identifier(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find('.'));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

// semver 2.0 section 11.4: numeric identifiers by value and before others, others by bytes, fewer
// before more.
std::strong_ordering compare_pre_release(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  while (!a.empty() && !b.empty()) {
    const std::string_view x = take_identifier(a);
    const std::string_view y = take_identifier(b);
    if (x == y) continue;
    const bool x_number = all_digits(x);
    const bool y_number = all_digits(y);
    if (x_number != y_number)
      return x_number ? std::strong_ordering::less : std::strong_ordering::greater;
    if (x_number && x.size() != y.size()) return x.size() <=> y.size();
    return x <=> y;
  }
  return a.size() <=> b.size();
}

bool valid_pre_release(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  });
}

// A version whose trailing parts may be left out or be "x" or "*"; `parts` counts those given.
struct Partial {
  Version version;
  int parts = 0;
};

Result<Partial> parse_partial(std::string_view text) {
  Partial out;
  std::string_view rest = text.substr(0, text.find('+'));
  const size_t dash = rest.find('-');
  if (dash != std::string_view::npos) {
    out.version.pre_release = rest.substr(dash + 1);
    if (!valid_pre_release(out.version.pre_release)) return bad_version(text);
    rest = rest.substr(0, dash);
  }
  uint32_t* const numbers[] = {&out.version.major, &out.version.minor, &out.version.patch};
  bool wildcard = false;
  for (int i = 0; i < 3; ++i) {
    if (rest == "x" || rest == "X" || rest == "*" || rest.starts_with("x.") ||
        rest.starts_with("*.")) {
      wildcard = true;
      rest.remove_prefix(1);
    } else if (wildcard || !take_number(rest, *numbers[i])) {
      return bad_version(text);
    } else {
      ++out.parts;
    }
    if (rest.empty()) break;
    if (rest[0] != '.' || rest.size() == 1 || i == 2) return bad_version(text);
    rest.remove_prefix(1);
  }
  if (!out.version.pre_release.empty() && out.parts != 3) return bad_version(text);
  return out;
}

// The first version beyond all that share the given number of leading parts.
Version next_after(const Version& version, int parts) {
  if (parts == 1) return {version.major + 1, 0, 0, ""};
  if (parts == 2) return {version.major, version.minor + 1, 0, ""};
  return {version.major, version.minor, version.patch + 1, ""};
}

std::string_view trim(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t,");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t,") - from + 1);
}

}  // namespace

Result<Version> Version::parse(std::string_view text) {
  TN_TRY(auto partial, parse_partial(text));
  if (partial.parts == 0 || text.find_first_of("xX*") < text.find('-')) return bad_version(text);
  return std::move(partial.version);
}

std::string Version::to_string() const {
  std::string out =
      std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  return pre_release.empty() ? out : out + "-" + pre_release;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (auto order = major <=> other.major; order != 0) return order;
  if (auto order = minor <=> other.minor; order != 0) return order;
  if (auto order = patch <=> other.patch; order != 0) return order;
  return compare_pre_release(pre_release, other.pre_release);
}

Result<VersionRange> VersionRange::parse(std::string_view text) {
  VersionRange range;
  range.text_ = text;
  std::string_view rest = text;
  for (;;) {
    const size_t bar = rest.find("||");
    std::string_view alternative = trim(rest.substr(0, bar));
    Alternative& comparators = range.alternatives_.emplace_back();
    while (!alternative.empty()) {
      // An operator may stand apart from its version: ">= 1.2".
      size_t end = alternative.find_first_not_of("<>=^~ ");
      end =
          end == std::string_view::npos ? alternative.size() : alternative.find_first_of(" ,", end);
      TN_CHECK(parse_comparator(trim(alternative.substr(0, end)), comparators));
      alternative = end >= alternative.size() ? std::string_view() : trim(alternative.substr(end));
    }
    if (bar == std::string_view::npos) return range;
    rest = rest.substr(bar + 2);
  }
}

Result<void> VersionRange::parse_comparator(std::string_view text, Alternative& out) {
  const size_t start = std::min(text.find_first_not_of("<>=^~ "), text.size());
  const std::string_view op = trim(text.substr(0, start));
  auto parsed = parse_partial(text.substr(start));
  if (!parsed.ok())
    return Error{Code::invalid, "\"" + std::string(text) + "\" is not a version range"};
  const Version& version = parsed->version;
  const int parts = parsed->parts;
  auto add = [&](Operator what, const Version& bound) { out.push_back({what, bound}); };

  if (op.empty() || op == "=" || op == "~") {
    if (parts == 0) return {};
    if (parts == 3 && op != "~") {
      add(Operator::equal, version);
    } else {
      add(Operator::greater_equal, version);
      add(Operator::less, next_after(version, std::min(parts, 2)));
    }
  } else if (op == "^") {
    add(Operator::greater_equal, version);
    add(Operator::less, next_after(version, version.major > 0 ? 1 : version.minor > 0 ? 2 : parts));
  } else if (op == ">=") {
    add(Operator::greater_equal, version);
  } else if (op == "<") {
    add(Operator::less, version);
  } else if (op == ">") {
    if (parts == 3)
      add(Operator::greater, version);
    else
      add(Operator::greater_equal, next_after(version, parts));
  } else if (op == "<=") {
    if (parts == 3)
      add(Operator::less_equal, version);
    else
      add(Operator::less, next_after(version, parts));
  } else {
    return Error{Code::invalid, "\"" + std::string(text) + "\" is not a version range"};
  }
  if (parts == 0)
    return Error{Code::invalid, "\"" + std::string(text) + "\" compares with no version"};
  return {};
}

bool VersionRange::Comparator::holds(const Version& candidate) const {
  switch (op) {
    case Operator::less:
      return candidate < version;
    case Operator::less_equal:
      return candidate <= version;
    case Operator::equal:
      return candidate == version;
    case Operator::greater_equal:
      return candidate >= version;
    case Operator::greater:
      return candidate > version;
  }
  return false;
}

bool VersionRange::contains(const Version& version) const {
  return std::any_of(
      alternatives_.begin(), alternatives_.end(), [&](const Alternative& alternative) {
        const bool holds =
            std::all_of(alternative.begin(), alternative.end(),
                        [&](const Comparator& comparator) { return comparator.holds(version); });
        if (!holds || version.pre_release.empty()) return holds;
        return std::any_of(alternative.begin(), alternative.end(),
                           [&](const Comparator& comparator) {
                             const Version& named = comparator.version;
                             return !named.pre_release.empty() && named.major == version.major &&
                                    named.minor == version.minor && named.patch == version.patch;
                           });
      });
}

}  // namespace tenon
