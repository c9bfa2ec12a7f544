#include "host/workers/worker_output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace tenon::workers {

bool WorkerOutput::read_from(int fd) {
  std::array<char, 16 << 10> chunk;
  // A worker that never stops writing must not keep the thread that reads for all.
  for (int i = 0; i < 4; ++i) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    take({chunk.data(), static_cast<size_t>(got)});
  }
  return true;
}

void WorkerOutput::take(std::string_view bytes) {
  tail_ += bytes;
  if (tail_.size() > 2 * kKeptBytes) tail_.erase(0, tail_.size() - kKeptBytes);
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const auto part = bytes.substr(0, end);
    line_ += part.substr(0, kLongestLine - std::min(kLongestLine, line_.size()));
    if (end == std::string_view::npos) return;
    tell(line_);
    line_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void WorkerOutput::tell(std::string_view line) {
  const auto now = std::chrono::steady_clock::now();
  if (now - second_ >= std::chrono::seconds(1)) {
    if (left_out_) on_line_(fmt::format("... and {} lines more", left_out_));
    second_ = now;
    told_ = left_out_ = 0;
  }
  if (told_ == kLinesPerSecond) {
    if (left_out_++ == 0)
      on_line_(fmt::format("... more than {} lines in a second: the rest is left out", told_));
    return;
  }
  ++told_;
  on_line_(line);
}

void WorkerOutput::finish() {
  if (!line_.empty()) tell(line_);
  line_.clear();
  if (left_out_) on_line_(fmt::format("... and {} lines more", left_out_));
  left_out_ = 0;
}

}  // namespace tenon::workers
