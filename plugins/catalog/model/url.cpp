#include "catalog/model/url.hpp"

#include <boost/url.hpp>

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {
namespace urls = boost::urls;
namespace {

constexpr size_t kMaxUrlBytes = 4096;

Error bad_url(std::string_view text, std::string_view why) {
  return Error{Code::invalid,
               "no URL (" + std::string(why) + "): '" + std::string(utf8_prefix(text, 80)) + "'"};
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

void append_escaped(std::string& out, unsigned char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  out += {'%', kHex[c >> 4], kHex[c & 15]};
}

// Drops line breaks and tabs, and spaces that end before "/" or the end of the text.
std::string drop_stray_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\n' || c == '\r' || c == '\t') continue;
    if (c == ' ') {
      size_t next = text.find_first_not_of(" \r\n\t", i);
      if (next == std::string_view::npos || text[next] == '/') continue;
    }
    out.push_back(c);
  }
  return out;
}

std::string escape(std::string_view text) {
  constexpr std::string_view kForbidden = "\"<>\\^`{|}";
  std::string out;
  out.reserve(text.size());
  bool query = false;
  bool fragment = false;
  int slashes = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    bool bad_percent =
        c == '%' && !(i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]));
    bool second_hash = c == '#' && fragment;
    // Brackets are legal around an IPv6 host only, which ends before the third slash.
    bool bracket = (c == '[' || c == ']') && (query || fragment || slashes >= 3);
    if (c <= 0x20 || c >= 0x7F || bad_percent || second_hash || bracket ||
        kForbidden.find(text[i]) != kForbidden.npos) {
      append_escaped(out, c);
    } else {
      out.push_back(text[i]);
    }
    slashes += c == '/' ? 1 : 0;
    query = query || c == '?';
    fragment = fragment || c == '#';
  }
  return out;
}

}  // namespace

Result<std::string> repair_url(std::string_view text) {
  std::string_view trimmed = trim_ascii(text);
  if (trimmed.empty()) return bad_url(text, "empty");
  if (trimmed.size() > kMaxUrlBytes) return bad_url(text, "longer than 4096 bytes");
  std::string url = escape(drop_stray_space(trimmed));
  // Boost.URL 1.81 breaks an assertion of its own on "a:?"; a scheme and one character hold no
  // host.
  if (size_t first = url.find_first_of(":/?#");
      url.size() >= 2 && first == url.size() - 2 && url[first] == ':')
    return bad_url(text, "no host");
  auto parsed = urls::parse_uri_reference(url);
  if (!parsed) return bad_url(text, parsed.error().message());
  if (parsed->has_scheme() && parsed->scheme_id() != urls::scheme::http &&
      parsed->scheme_id() != urls::scheme::https)
    return bad_url(text, "only http and https");
  if (parsed->has_scheme() && parsed->host().empty()) return bad_url(text, "no host");
  return url;
}

Result<std::string> resolve_url(std::string_view base, std::string_view reference) {
  TN_TRY(std::string relative, repair_url(reference));
  urls::url_view target = urls::parse_uri_reference(relative).value();
  if (target.has_scheme()) return relative;
  if (base.empty()) return bad_url(reference, "relative, and the page's own URL is unknown");
  TN_TRY(std::string absolute, repair_url(base));
  auto parsed_base = urls::parse_uri(absolute);
  if (!parsed_base) return bad_url(base, "the base is not absolute");
  urls::url out;
  auto resolved = urls::resolve(*parsed_base, target, out);
  if (!resolved) return bad_url(reference, "cannot be resolved");
  return std::string(out.buffer());
}

std::string domain_of(std::string_view url) {
  auto repaired = repair_url(url);
  if (!repaired) return {};
  auto parsed = urls::parse_uri_reference(*repaired);
  if (!parsed || !parsed->has_authority()) return {};
  std::string host = ascii_lower(std::string_view(parsed->host()));
  return host.starts_with("www.") ? host.substr(4) : host;
}

}  // namespace tenon::catalog
