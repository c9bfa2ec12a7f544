#include "host/verify/report.hpp"

#include <algorithm>
#include <stdexcept>

#include "host/crash/plain_text.hpp"

namespace tenon::verify {
namespace {

constexpr size_t kMaxLine = 2000;
constexpr size_t kMaxLines = 40;

// Its lines, each fit for JSON, XML and terminals.
std::string plain(std::string_view text) {
  std::string out;
  for (size_t lines = 0; lines < kMaxLines; ++lines) {
    const size_t end = text.find('\n');
    out += (lines == 0 ? "" : "\n") + crash::plain_text(text.substr(0, end), kMaxLine);
    if (end == std::string_view::npos || end + 1 == text.size()) return out;
    text.remove_prefix(end + 1);
  }
  return out + "\n...";
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::failed:
      return "failed";
    case Outcome::warned:
      return "warning";
    case Outcome::skipped:
      return "skipped";
  }
  return "unknown";
}

const CheckKind& check_kind(std::string_view id) {
  for (const auto& kind : check_kinds())
    if (kind.id == id) return kind;
  throw std::logic_error("there is no check " + std::string(id));
}

Report::Report(const std::string& library, uint64_t seed) : library_(plain(library)), seed_(seed) {}

void Report::add(std::string_view id, Outcome outcome, const std::string& detail) {
  (void)check_kind(id);  // one that does not exist would not be shown
  const auto found = std::find_if(checks_.begin(), checks_.end(),
                                  [&](const Check& check) { return check.id == id; });
  if (found == checks_.end())
    checks_.push_back({std::string(id), outcome, plain(detail)});
  else if (outcome == Outcome::failed && found->outcome != Outcome::failed)
    *found = {std::string(id), outcome, plain(detail)};
}

void Report::note(const std::string& text) {
  if (std::find(notes_.begin(), notes_.end(), text) == notes_.end()) notes_.push_back(plain(text));
}

void Report::judge(std::string_view id, const std::vector<std::string>& wrong, Outcome otherwise) {
  wrong.empty() ? ok(id) : add(id, otherwise, list_of(wrong));
}

void Report::skip_rest(const std::string& reason) {
  for (const auto& kind : check_kinds())
    if (!has(kind.id)) skipped(kind.id, reason);
}

bool Report::has(std::string_view id) const {
  return std::any_of(checks_.begin(), checks_.end(), [&](const auto& one) { return one.id == id; });
}

std::vector<Check> Report::checks() const {
  std::vector<Check> out;
  for (const auto& kind : check_kinds())
    for (const auto& check : checks_)
      if (check.id == kind.id) out.push_back(check);
  return out;
}

size_t Report::count(Outcome outcome) const {
  return static_cast<size_t>(std::count_if(
      checks_.begin(), checks_.end(), [&](const auto& check) { return check.outcome == outcome; }));
}

std::string list_of(const std::vector<std::string>& items) {
  constexpr size_t kShown = 5;
  std::string out;
  for (size_t i = 0; i < std::min(items.size(), kShown); ++i)
    out += (i == 0 ? "" : "; ") + items[i];
  if (items.size() > kShown) out += "; and " + std::to_string(items.size() - kShown) + " more";
  return out;
}

}  // namespace tenon::verify
