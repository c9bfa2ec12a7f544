#include "catalog/page/json_ld_text.hpp"

#include <array>
#include <charconv>

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {
namespace {

bool take(std::string_view& text, std::string_view mark) {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(mark.size());
  return true;
}

std::string_view strip_wrapping(std::string_view text) {
  text = trim_ascii(text);
  for (bool again = true; again;) {
    again = take(text, "<!--") || take(text, "//<![CDATA[") || take(text, "// <![CDATA[") ||
            take(text, "<![CDATA[") || take(text, "/*<![CDATA[*/") || take(text, "/* <![CDATA[ */");
    text = trim_ascii(text);
  }
  constexpr std::array<std::string_view, 7> kEnds = {"-->",     "//]]>",     "// ]]>", "]]>",
                                                     "/*]]>*/", "/* ]]> */", ";"};
  for (bool again = true; again;) {
    again = false;
    for (auto end : kEnds) {
      if (!text.ends_with(end)) continue;
      text = trim_ascii(text.substr(0, text.size() - end.size()));
      again = true;
    }
    if (text.ends_with("//")) text = trim_ascii(text.substr(0, text.size() - 2));
  }
  return text;
}

}  // namespace

std::string strict_json(std::string_view script) {
  std::string_view text = strip_wrapping(script);
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (in_string) {
      if (c == '\\' && i + 1 < text.size()) {
        // "\'" is JavaScript; JSON knows no such escape.
        if (text[i + 1] != '\'') out.push_back(c);
        c = text[++i];
        if (static_cast<unsigned char>(c) < 0x20) {
          out.back() = ' ';
          continue;
        }
        out.push_back(c);
        continue;
      }
      if (c == '"') in_string = false;
      out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
      continue;
    }
    if (c == '/' && i + 1 < text.size() && (text[i + 1] == '/' || text[i + 1] == '*')) {
      bool line = text[i + 1] == '/';
      size_t end = line ? text.find('\n', i) : text.find("*/", i + 2);
      if (end == text.npos) break;
      i = line ? end : end + 1;
      continue;
    }
    if (c == ']' || c == '}') {
      size_t last = out.find_last_not_of(" \t\r\n");
      if (last != out.npos && out[last] == ',') out.erase(last, 1);
    }
    if (c == '"') in_string = true;
    out.push_back(c);
  }
  return out;
}

std::string decode_references(std::string_view text) {
  if (text.find('&') == text.npos) return std::string(text);
  constexpr std::array<std::pair<std::string_view, char32_t>, 24> kNames = {
      {{"amp", '&'},       {"quot", '"'},     {"apos", '\''},    {"lt", '<'},
       {"gt", '>'},        {"nbsp", 0xA0},    {"ndash", 0x2013}, {"mdash", 0x2014},
       {"lsquo", 0x2018},  {"rsquo", 0x2019}, {"ldquo", 0x201C}, {"rdquo", 0x201D},
       {"hellip", 0x2026}, {"reg", 0xAE},     {"copy", 0xA9},    {"trade", 0x2122},
       {"deg", 0xB0},      {"times", 0xD7},   {"euro", 0x20AC},  {"pound", 0xA3},
       {"frac12", 0xBD},   {"Omega", 0x3A9},  {"eacute", 0xE9},  {"bull", 0x2022}}};
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    size_t end = text[i] == '&' ? text.find(';', i) : text.npos;
    if (end == text.npos || end - i > 10 || end - i < 2) {
      out.push_back(text[i]);
      continue;
    }
    std::string_view name = text.substr(i + 1, end - i - 1);
    uint32_t code = 0;
    if (name[0] == '#') {
      bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
      std::string_view digits = name.substr(hex ? 2 : 1);
      auto [stop, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
      if (error != std::errc() || stop != digits.data() + digits.size() || code > 0x10FFFF ||
          (code >= 0xD800 && code <= 0xDFFF))
        code = 0;
    } else {
      for (const auto& [known, value] : kNames)
        if (known == name) code = value;
    }
    if (code == 0) {
      out.push_back('&');
      continue;
    }
    append_utf8(out, code);
    i = end;
  }
  return out;
}

}  // namespace tenon::catalog
