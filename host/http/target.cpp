#include "host/http/target.hpp"

#include "host/http/text.hpp"

namespace tenon::http {
namespace {

Error bad_path(std::string message) {
  return Error{Code::invalid, std::move(message), "path"};
}

Result<void> check_segment(std::string_view segment) {
  if (segment.empty()) return bad_path("The path holds an empty segment (two slashes).");
  if (segment == "." || segment == "..")
    return bad_path("The path holds a \".\" or \"..\" segment.");
  for (const char c : segment) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return bad_path("The path holds a control character.");
  }
  return {};
}

}  // namespace

Result<void> TargetPath::parse(std::string_view raw) {
  raw_ = raw;
  count_ = 0;
  if (raw.empty() || raw.front() != '/') return bad_path("The path does not start with '/'.");
  needs_decoding_ = raw.find('%') != std::string_view::npos;
  trailing_slash_ = raw.size() > 1 && raw.back() == '/';
  decoded_.clear();
  // Views into decoded_ must not move while it grows: decoding never makes text longer.
  if (needs_decoding_) decoded_.reserve(raw.size());
  auto path = raw.substr(1);
  if (trailing_slash_) path.remove_suffix(1);
  if (path.empty() && !trailing_slash_) return {};
  TN_CHECK(split(path));
  if (needs_decoding_ && trailing_slash_) decoded_.push_back('/');
  if (!is_valid_utf8(decoded())) return bad_path("The path is not valid UTF-8.");
  return {};
}

Result<void> TargetPath::split(std::string_view path) {
  std::size_t start = 0;
  while (start <= path.size()) {
    const auto end = std::min(path.find('/', start), path.size());
    auto segment = path.substr(start, end - start);
    if (needs_decoding_) {
      decoded_.push_back('/');
      const auto at = decoded_.size();
      if (!percent_decode(segment, decoded_)) return bad_path("The path holds a bad % escape.");
      segment = std::string_view(decoded_).substr(at);
    }
    TN_CHECK(check_segment(segment));
    if (count_ == kMaxSegments) return bad_path("The path has more than 64 segments.");
    segments_[count_++] = segment;
    start = end + 1;
  }
  return {};
}

std::string_view TargetPath::from_segment(std::size_t first) const {
  if (first >= count_) return {};
  const char* begin = segments_[first].data();
  const char* end = segments_[count_ - 1].data() + segments_[count_ - 1].size();
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace tenon::http
