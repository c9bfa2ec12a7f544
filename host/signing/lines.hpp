// The form of key and signature files: a title, then lines "name: value" in a fixed order, each
// ended by a line feed. One content has one form, so that nothing can be changed without changing
// what is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::signing {

class LineReader {
 public:
  // `name` stands for the text in errors.
  LineReader(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {}

  // The next line is exactly this.
  Result<void> title(std::string_view expected);
  // The value of the next line, which has that name.
  Result<std::string_view> value(std::string_view name);
  // The same, none when the next line has another name.
  std::optional<std::string_view> optional_value(std::string_view name);
  // Nothing follows.
  Result<void> end() const;

  // How much has been read.
  size_t offset() const { return at_; }
  // Code::invalid about the line that was read last.
  Error wrong(std::string_view what) const;

 private:
  std::optional<std::string_view> peek() const;

  std::string_view text_;
  std::string name_;
  size_t at_ = 0;
  size_t line_ = 0;
};

// 1 to `most` characters of valid UTF-8, none of them a control character, no blank at either end.
bool is_plain_text(std::string_view text, size_t most);

}  // namespace tenon::signing
