// The text of one YAML file, checked before any parser sees it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/config/mark.hpp"
#include "host/config/problem.hpp"

namespace tenon::config {

// UTF-8 without a byte order mark and with LF line ends. Refuses what YAML forbids and parsers
// stumble over: NUL and other control characters (yaml-cpp takes 0x04 for the end of the file),
// invalid UTF-8, a carriage return without a line feed.
class SourceText {
 public:
  SourceText(std::shared_ptr<const Source> source, std::string_view bytes, Problems& problems);

  bool ok() const { return ok_; }
  const std::string& text() const { return text_; }
  // The position of a byte of text(); the column counts code points.
  Mark mark_at(std::size_t offset) const;
  // The line (from 1) without its line feed, "" past the end.
  std::string_view line(std::size_t number) const;

 private:
  void check(Problems& problems);

  std::shared_ptr<const Source> source_;
  std::string text_;
  std::vector<std::size_t> line_starts_;
  bool ok_ = true;
};

}  // namespace tenon::config
