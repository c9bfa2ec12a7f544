#include "host/crash/plain_text.hpp"

#include "host/observe/utf8.hpp"

namespace tenon::crash {

std::string plain_text(std::string_view text, size_t max_bytes) {
  std::string plain;
  bool full = false;
  observe::for_each_code_point(text, [&](char32_t point, std::string_view bytes) {
    if (observe::hidden_or_control(point)) bytes = " ";
    full = full || plain.size() + bytes.size() > max_bytes;
    if (!full) plain += bytes;
  });
  return plain;
}

}  // namespace tenon::crash
