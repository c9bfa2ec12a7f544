#include "catalog/model/charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {
namespace {

class Converter {
 public:
  explicit Converter(const std::string& from) : handle_(iconv_open("UTF-8", from.c_str())) {}
  ~Converter() {
    if (valid()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  // iconv_open reports failure as the pointer value -1.
  bool valid() const { return reinterpret_cast<intptr_t>(handle_) != -1; }

  // `lenient`: a byte that does not convert becomes U+FFFD; otherwise it ends the attempt.
  std::optional<std::string> run(std::string_view bytes, bool lenient) {
    std::string out;
    std::array<char, 8192> buffer{};
    // iconv takes the input as char* but does not write to it.
    char* in = const_cast<char*>(bytes.data());
    size_t left = bytes.size();
    while (left > 0) {
      char* to = buffer.data();
      size_t room = buffer.size();
      size_t done = iconv(handle_, &in, &left, &to, &room);
      int why = errno;
      out.append(buffer.data(), buffer.size() - room);
      if (done != static_cast<size_t>(-1) || why == E2BIG) continue;
      if (!lenient) return std::nullopt;
      append_utf8(out, 0xFFFD);
      ++in;
      --left;
    }
    // Some sets hold the last letter back, waiting for a mark to join it.
    char* to = buffer.data();
    size_t room = buffer.size();
    iconv(handle_, nullptr, nullptr, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
    return out;
  }

 private:
  iconv_t handle_;
};

// Only names that iconv may be given: its own suffixes (//TRANSLIT) and paths stay outside.
std::string plain_name(std::string_view declared) {
  std::string name;
  for (char c : ascii_lower(trim_ascii(declared))) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!plain || name.size() >= 32) return {};
    name.push_back(c);
  }
  // What pages call Latin-1 is windows-1252, and visual Hebrew of old is read as 1255.
  if (name == "iso-8859-1" || name == "latin1" || name == "us-ascii") return "windows-1252";
  if (name == "iso-8859-8" || name == "iso-8859-8-i") return "windows-1255";
  if (name == "utf8") return "utf-8";
  return name;
}

std::string guess(std::string_view bytes) {
  size_t hebrew = 0;
  size_t other = 0;
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xE0 && byte <= 0xFA) {
      ++hebrew;
    } else if (byte >= 0x80) {
      ++other;
    }
  }
  // Western text has single accented letters between ASCII ones; Hebrew words are runs of them.
  size_t pairs = 0;
  for (size_t i = 1; i < bytes.size(); ++i) {
    auto is_letter = [&](size_t at) {
      auto byte = static_cast<unsigned char>(bytes[at]);
      return byte >= 0xE0 && byte <= 0xFA;
    };
    if (is_letter(i) && is_letter(i - 1)) ++pairs;
  }
  return hebrew > other && pairs * 2 >= hebrew ? "windows-1255" : "windows-1252";
}

}  // namespace

Result<Decoded> to_utf8(std::string_view bytes, std::string_view declared) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xEF\xBB\xBF"sv)) bytes.remove_prefix(3);
  std::string marked;
  if (bytes.starts_with("\xFF\xFE"sv)) marked = "utf-16le";
  if (bytes.starts_with("\xFE\xFF"sv)) marked = "utf-16be";
  if (!marked.empty()) {
    bytes.remove_prefix(2);
    Converter converter(marked);
    if (!converter.valid())
      return Error{Code::unsupported, "the system cannot convert from " + marked, {}};
    return Decoded{*converter.run(bytes, true), marked, false};
  }
  if (is_valid_utf8(bytes)) return Decoded{std::string(bytes), "utf-8", false};
  std::string name = plain_name(declared);
  if (!name.empty() && name != "utf-8") {
    Converter converter(name);
    if (converter.valid()) {
      if (auto text = converter.run(bytes, false); text && is_valid_utf8(*text))
        return Decoded{*std::move(text), name, false};
    }
  }
  // Text said to be UTF-8 with few bad bytes is UTF-8 with damage, not another set.
  if (name == "utf-8") {
    Converter converter("utf-8");
    if (converter.valid()) return Decoded{*converter.run(bytes, true), "utf-8", true};
  }
  name = guess(bytes);
  Converter converter(name);
  if (!converter.valid())
    return Error{Code::unsupported, "the system cannot convert from " + name, {}};
  return Decoded{*converter.run(bytes, true), name, true};
}

}  // namespace tenon::catalog
