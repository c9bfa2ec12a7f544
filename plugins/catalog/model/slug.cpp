#include "catalog/model/slug.hpp"

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {
namespace {

// The base letters of U+00C0..U+017F; a space marks what has none.
constexpr std::string_view kLatin =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllll"
    "lnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

char base_letter(char32_t c) {
  if (c < 0x80) {
    char ascii = static_cast<char>(c);
    if (ascii >= 'A' && ascii <= 'Z') return static_cast<char>(ascii - 'A' + 'a');
    bool kept = (ascii >= 'a' && ascii <= 'z') || (ascii >= '0' && ascii <= '9');
    return kept ? ascii : ' ';
  }
  if (c >= 0xC0 && c < 0xC0 + kLatin.size()) return kLatin[c - 0xC0];
  return ' ';
}

}  // namespace

std::string slug(std::string_view text, char separator) {
  std::string out;
  bool gap = false;
  for (size_t at = 0; at < text.size();) {
    char32_t code_point = next_code_point(text, at);
    // An apostrophe joins: "Roger's" is "rogers".
    if (code_point == '\'' || code_point == 0x2019) continue;
    char letter = base_letter(code_point);
    if (letter == ' ') {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out.push_back(separator);
    gap = false;
    out.push_back(letter);
  }
  return out;
}

std::string made_up_sku(std::string_view brand_id, std::string_view model) {
  std::string out = slug(brand_id, '-');
  std::string tail = slug(model, '-');
  if (!tail.empty()) out += (out.empty() ? "" : "-") + tail;
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string IdMaker::make(std::string_view brand_id, std::string_view model, std::string_view sku) {
  std::string base = slug(brand_id);
  std::string tail = slug(model);
  if (tail.empty()) tail = slug(sku);
  if (tail.empty()) tail = "product";
  if (!base.empty()) base += '_';
  base += tail;
  if (taken_.insert(base).second) return base;
  std::string with_sku = slug(sku).empty() ? base : base + '_' + slug(sku);
  if (taken_.insert(with_sku).second) return with_sku;
  for (size_t i = 2;; ++i) {
    std::string numbered = with_sku + '_' + std::to_string(i);
    if (taken_.insert(numbered).second) return numbered;
  }
}

}  // namespace tenon::catalog
