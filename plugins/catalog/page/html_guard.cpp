#include "catalog/page/html_guard.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {
namespace {

template <size_t N>
bool one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Elements that never hold others.
constexpr std::array<std::string_view, 18> kVoid = {
    "area", "base", "br",    "col",    "embed", "hr",  "img",   "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr", "frame", "image", "basefont"};
// Elements that end where a sibling begins, so that a page may leave out their end tags.
constexpr std::array<std::string_view, 17> kImplied = {
    "p",  "li",     "td",       "th", "tr", "thead",    "tbody", "tfoot", "dt",
    "dd", "option", "optgroup", "rp", "rt", "colgroup", "html",  "body"};
constexpr std::array<std::string_view, 7> kRaw = {"script", "style",   "textarea", "title",
                                                  "xmp",    "noembed", "noframes"};
// HTML elements end svg and math content that surrounds them.
constexpr std::array<std::string_view, 45> kBreakOut = {
    "b",      "big",  "blockquote", "body",  "br",   "center", "code",    "dd",   "div",
    "dl",     "dt",   "em",         "embed", "h1",   "h2",     "h3",      "h4",   "h5",
    "h6",     "head", "hr",         "i",     "img",  "li",     "listing", "menu", "meta",
    "nobr",   "ol",   "p",          "pre",   "ruby", "s",      "small",   "span", "strong",
    "strike", "sub",  "sup",        "table", "tt",   "u",      "ul",      "var",  "font"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class Scanner {
 public:
  Scanner(std::string_view text, const HtmlLimits& limits) : text_(text), limits_(limits) {}

  Result<void> run() {
    while ((at_ = text_.find('<', at_)) != text_.npos) {
      ++at_;
      if (at_ >= text_.size()) break;
      if (text_.substr(at_).starts_with("!--")) {
        skip_past("-->");
      } else if (text_[at_] == '/') {
        end_tag();
      } else if (is_letter(text_[at_])) {
        start_tag();
        if (++tags_ > limits_.max_tags)
          return Error{Code::too_large,
                       "the page has more than " + std::to_string(limits_.max_tags) + " tags",
                       {}};
        if (depth_ > limits_.max_depth)
          return Error{Code::too_large,
                       "the page nests deeper than " + std::to_string(limits_.max_depth),
                       {}};
      }
    }
    return {};
  }

 private:
  void skip_past(std::string_view end) {
    size_t found = text_.find(end, at_);
    at_ = found == text_.npos ? text_.size() : found + end.size();
  }

  std::string name() {
    size_t from = at_;
    constexpr size_t kLongest = 24;
    while (at_ < text_.size() && text_[at_] != '>' && text_[at_] != '/' &&
           static_cast<unsigned char>(text_[at_]) > ' ')
      ++at_;
    return ascii_lower(text_.substr(from, std::min(at_ - from, kLongest)));
  }

  // Moves past the tag's end; true when it closes itself. Quoted values may hold ">".
  bool skip_attributes() {
    char quote = 0;
    char before = 0;
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (quote) {
        if (c == quote) quote = 0;
      } else if ((c == '"' || c == '\'') && before == '=') {
        quote = c;
      } else if (c == '>') {
        ++at_;
        return before == '/';
      }
      if (static_cast<unsigned char>(c) > ' ') before = c;
    }
    return false;
  }

  void start_tag() {
    std::string tag = name();
    bool closed = skip_attributes();
    if (one_of(kRaw, tag) && foreign_ == 0) {
      size_t end = text_.find("</" + tag, at_);
      while (end == text_.npos && at_ < text_.size()) {
        // An end tag in other letters.
        size_t slash = text_.find("</", at_);
        if (slash == text_.npos) {
          at_ = text_.size();
          return;
        }
        at_ = slash + 2;
        if (ascii_iequals(text_.substr(at_, tag.size()), tag)) return;
      }
      if (end != text_.npos) at_ = end + 2 + tag.size();
      return;
    }
    if (foreign_ > 0 && one_of(kBreakOut, tag)) foreign_ = 0;
    if (foreign_ > 0 && closed) return;
    if (tag == "svg" || tag == "math") ++foreign_;
    if (foreign_ == 0 && (one_of(kVoid, tag) || one_of(kImplied, tag))) return;
    ++depth_;
  }

  void end_tag() {
    ++at_;
    std::string tag = name();
    if ((tag == "svg" || tag == "math") && foreign_ > 0) --foreign_;
    if (foreign_ == 0 && (one_of(kVoid, tag) || one_of(kImplied, tag))) return;
    if (depth_ > 0) --depth_;
  }

  std::string_view text_;
  const HtmlLimits& limits_;
  size_t at_ = 0;
  size_t tags_ = 0;
  size_t depth_ = 0;
  size_t foreign_ = 0;
};

}  // namespace

Result<void> check_html(std::string_view text, const HtmlLimits& limits) {
  return Scanner(text, limits).run();
}

std::string_view declared_charset(std::string_view bytes) {
  std::string_view head = bytes.substr(0, 4096);
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
