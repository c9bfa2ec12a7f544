#include "catalog/text/fold.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdint>

namespace tenon::text {
namespace {

constexpr utf8proc_int32_t replacement = 0xFFFD;
constexpr auto fold_options =
    static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                   UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);

constexpr bool is_ascii_word(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

constexpr std::array<char, 128> make_ascii_table(bool words_only) {
  std::array<char, 128> table{};
  for (unsigned c = 0; c < 128; ++c) {
    const bool keep = words_only ? is_ascii_word(c) : c > ' ' && c != 0x7F;
    const bool upper = c >= 'A' && c <= 'Z';
    table[c] = keep ? static_cast<char>(upper ? c + ('a' - 'A') : c) : ' ';
  }
  return table;
}
constexpr auto ascii_words = make_ascii_table(true);
constexpr auto ascii_text = make_ascii_table(false);

// Letters that Unicode does not decompose although a reader sees a plain letter with a stroke.
std::string_view unstroked(utf8proc_int32_t c) {
  switch (c) {
    case 0xE6:
      return "ae";
    case 0xF8:
      return "o";
    case 0x111:
    case 0xF0:
      return "d";
    case 0x127:
      return "h";
    case 0x131:
      return "i";
    case 0x142:
      return "l";
    case 0x153:
      return "oe";
    case 0x167:
      return "t";
    default:
      return {};
  }
}

bool is_space(utf8proc_category_t category) {
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_CC;
}

bool is_word(utf8proc_category_t category) {
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

// Writes folded characters and keeps the rule of single inner spaces.
class Writer {
 public:
  Writer(std::string& out, bool words_only)
      : out_(out), start_(out.size()), words_only_(words_only) {}

  void space() { pending_space_ = out_.size() > start_; }
  void bytes(std::string_view bytes) {
    if (pending_space_) out_.push_back(' ');
    pending_space_ = false;
    out_.append(bytes);
  }
  void code_point(utf8proc_int32_t c) {
    if (c < 128) return ascii(static_cast<unsigned char>(c));
    const auto category = utf8proc_category(c);
    if (is_space(category) || (words_only_ && !is_word(category))) return space();
    if (const auto plain = unstroked(c); !plain.empty()) return bytes(plain);
    std::array<utf8proc_uint8_t, 4> encoded{};
    const auto size = utf8proc_encode_char(c, encoded.data());
    bytes({reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)});
  }

 private:
  void ascii(unsigned char c) {
    const char folded = (words_only_ ? ascii_words : ascii_text)[c];
    if (folded == ' ') return space();
    bytes({&folded, 1});
  }

  std::string& out_;
  const std::size_t start_;
  const bool words_only_;
  bool pending_space_ = false;
};

// NFKD would glue the letters of a mark onto the word before it: "Fantom™" is not "fantomtm".
bool is_trade_mark(utf8proc_int32_t c) {
  return c == 0x2122 || c == 0x2120;
}

void write_folded(utf8proc_int32_t c, Writer& writer) {
  if (is_trade_mark(c)) return writer.space();
  // The longest decomposition in Unicode has 18 code points; what does not fit stays as it is.
  std::array<utf8proc_int32_t, 32> decomposed{};
  int boundary_class = UTF8PROC_BOUNDCLASS_START;
  const auto count = utf8proc_decompose_char(c, decomposed.data(), decomposed.size(), fold_options,
                                             &boundary_class);
  if (count < 0 || static_cast<std::size_t>(count) > decomposed.size()) return writer.code_point(c);
  for (utf8proc_ssize_t i = 0; i < count; ++i) writer.code_point(decomposed[i]);
}

void fold_unicode(std::string_view utf8, bool words_only, std::string& out) {
  Writer writer(out, words_only);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
  std::size_t at = 0;
  while (at < utf8.size()) {
    utf8proc_int32_t c = 0;
    const auto used =
        utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(utf8.size() - at), &c);
    if (used <= 0) c = replacement;
    at += used <= 0 ? 1 : static_cast<std::size_t>(used);
    if (c < 128)
      writer.code_point(c);
    else
      write_folded(c, writer);
  }
}

// Returns false, with `out` as it was, when the text is not plain ASCII.
bool fold_ascii(std::string_view utf8, const std::array<char, 128>& table, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + utf8.size());
  char* write = out.data() + start;
  unsigned char seen = 0;
  bool after_space = true;
  for (const unsigned char c : utf8) {
    seen |= c;
    const char folded = table[c & 0x7F];
    *write = folded;
    const bool space = folded == ' ';
    write += !(space && after_space);
    after_space = space;
  }
  const bool ascii = seen < 128;
  std::size_t size = ascii ? static_cast<std::size_t>(write - out.data()) : start;
  if (size > start && out[size - 1] == ' ') --size;
  out.resize(size);
  return ascii;
}

}  // namespace

std::string fold(std::string_view utf8) {
  std::string out;
  if (!fold_ascii(utf8, ascii_text, out)) fold_unicode(utf8, false, out);
  return out;
}

std::string fold_words(std::string_view utf8) {
  std::string out;
  append_folded_words(utf8, out);
  return out;
}

void append_folded_words(std::string_view utf8, std::string& out) {
  if (!fold_ascii(utf8, ascii_words, out)) fold_unicode(utf8, true, out);
}

std::vector<std::string_view> split_words(std::string_view words) {
  std::vector<std::string_view> out;
  for_each_word(words, [&](std::string_view word) { out.push_back(word); });
  return out;
}

}  // namespace tenon::text
