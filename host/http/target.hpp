// The path of a request, split into segments first and decoded after, so that an encoded slash
// stays within its segment.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::http {

// Reused from request to request so that splitting allocates nothing once warm.
//
// Rules: a path starts with '/'; empty, "." and ".." segments, decoded control characters, bad
// escapes and invalid UTF-8 are errors (not repaired: a proxy in front may have read them another
// way). One slash at the end is allowed and makes no segment of its own.
class TargetPath {
 public:
  static constexpr std::size_t kMaxSegments = 64;

  // `raw` is the undecoded path and must outlive the views given out.
  Result<void> parse(std::string_view raw);

  std::span<const std::string_view> segments() const { return {segments_.data(), count_}; }
  bool trailing_slash() const { return trailing_slash_; }
  // The decoded path. An encoded slash looks like any other here: use segments to decide.
  std::string_view decoded() const { return needs_decoding_ ? decoded_ : raw_; }
  // The decoded path from segment `first` on, without the slash before it.
  std::string_view from_segment(std::size_t first) const;

 private:
  Result<void> split(std::string_view path);

  std::array<std::string_view, kMaxSegments> segments_{};
  std::size_t count_ = 0;
  bool trailing_slash_ = false;
  bool needs_decoding_ = false;
  std::string_view raw_;
  std::string decoded_;
};

}  // namespace tenon::http
