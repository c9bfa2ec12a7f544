#include "host/signing/signature_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "host/base/hex.hpp"
#include "host/config/file_reading.hpp"
#include "host/signing/lines.hpp"

namespace tenon::signing {
namespace {

constexpr std::string_view kTitle = "tenon signature 1";
constexpr std::string_view kAlgorithm = "ed25519";
constexpr size_t kMaxFile = 8 << 20;
constexpr size_t kMaxName = 128;
constexpr size_t kMaxPath = 4096;
constexpr size_t kIdDigits = 32;

// "DIGEST PATH"; sorted, so that one folder has one list.
Result<void> read_page(const LineReader& lines, std::string_view value, Pages& pages) {
  constexpr size_t kDigits = 2 * std::tuple_size_v<Digest>;
  const auto digest = from_hex<Digest>(value.substr(0, kDigits));
  if (!digest || value.size() < kDigits + 2 || value[kDigits] != ' ')
    return lines.wrong("expected 128 hexadecimal digits and a path");
  const std::string path(value.substr(kDigits + 1));
  if (!is_plain_text(path, kMaxPath)) return lines.wrong("expected a path");
  if (!pages.empty() && pages.rbegin()->first >= path)
    return lines.wrong("expected paths in their order, each once");
  pages.emplace_hint(pages.end(), path, *digest);
  return {};
}

Result<Statement> read_statement(LineReader& lines) {
  Statement out;
  TN_CHECK(lines.title(kTitle));
  TN_TRY(const auto key, lines.value("key"));
  std::array<std::uint8_t, kIdDigits / 2> id;
  if (!from_hex(key, id)) return lines.wrong("expected a key id of 32 hexadecimal digits");
  out.key = key;
  TN_TRY(const auto algorithm, lines.value("algorithm"));
  if (algorithm != kAlgorithm) return lines.wrong("expected the algorithm ed25519");
  TN_TRY(const auto time, lines.value("signed"));
  const auto moment = parse_moment(time);
  if (!moment) return lines.wrong("expected a time such as 2026-11-21T18:55:00Z");
  out.time = *moment;
  TN_TRY(const auto library, lines.value("library"));
  if (!is_plain_text(library, kMaxName)) return lines.wrong("expected the name of a library");
  out.library = library;
  TN_TRY(const auto version, lines.value("version"));
  if (!is_plain_text(version, kMaxName)) return lines.wrong("expected a version");
  out.version = version;
  TN_TRY(const auto content, lines.value("sha512"));
  if (!from_hex(content, out.content)) return lines.wrong("expected 128 hexadecimal digits");
  while (const auto page = lines.optional_value("page"))
    TN_CHECK(read_page(lines, *page, out.pages));
  return out;
}

}  // namespace

std::filesystem::path signature_path(const std::filesystem::path& library) {
  return library.string() + ".sig";
}

std::string to_text(const Statement& statement) {
  std::string out =
      fmt::format("{}\nkey: {}\nalgorithm: {}\nsigned: {}\nlibrary: {}\nversion: {}\nsha512: {}\n",
                  kTitle, statement.key, kAlgorithm, to_text(statement.time), statement.library,
                  statement.version, to_hex(statement.content));
  for (const auto& [path, digest] : statement.pages)
    out += fmt::format("page: {} {}\n", to_hex(digest), path);
  return out;
}

Result<std::string> signature_text(const Statement& statement, const Seed& seed) {
  std::string text = to_text(statement);
  TN_TRY(const auto signature, sign(seed, text));
  text += fmt::format("signature: {}\n", to_hex(signature));
  // What cannot be read again must not be written: a path with a line feed, for example.
  TN_CHECK(parse_signature(text, "the new signature"));
  return text;
}

Result<SignedStatement> parse_signature(std::string_view text, const std::string& name) {
  LineReader lines(text, name);
  SignedStatement out;
  TN_TRY(out.statement, read_statement(lines));
  out.text = text.substr(0, lines.offset());
  TN_TRY(const auto signature, lines.value("signature"));
  if (!from_hex(signature, out.signature)) return lines.wrong("expected 128 hexadecimal digits");
  TN_CHECK(lines.end());
  return out;
}

Result<void> write_signature(std::string_view text, const std::filesystem::path& file) {
  const std::filesystem::path fresh = file.string() + ".new";
  std::ofstream out(fresh, std::ios::binary);
  std::error_code failed;
  if ((out << text).flush()) {
    std::filesystem::rename(fresh, file, failed);
    if (!failed) return {};
  }
  std::filesystem::remove(fresh, failed);
  return Error{Code::unavailable, "cannot write " + file.string(), file.string()};
}

Result<std::string> read_signature(const std::filesystem::path& file) {
  return config::read_file(file, kMaxFile, config::Privacy::any);
}

}  // namespace tenon::signing
