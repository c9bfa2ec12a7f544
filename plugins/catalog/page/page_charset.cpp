#include "catalog/page/page_charset.hpp"

#include <string>

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {

std::string_view declared_charset(std::string_view page) {
  std::string_view head = page.substr(0, 4096);
  std::string lower = ascii_lower(head);
  for (size_t at = 0; (at = lower.find("charset", at)) != lower.npos;) {
    at += 7;
    size_t from = lower.find_first_not_of(" \t\r\n", at);
    if (from == lower.npos || lower[from] != '=') continue;
    from = lower.find_first_not_of(" \t\r\n\"'", from + 1);
    if (from == lower.npos) break;
    size_t end = lower.find_first_of(" \t\r\n\"';/>", from);
    return head.substr(from, (end == lower.npos ? lower.size() : end) - from);
  }
  return {};
}

}  // namespace tenon::catalog
