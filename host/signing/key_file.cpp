#include "host/signing/key_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "host/base/descriptor.hpp"
#include "host/base/hex.hpp"
#include "host/config/file_reading.hpp"
#include "host/signing/lines.hpp"

namespace tenon::signing {
namespace {

constexpr std::string_view kPublicTitle = "tenon public key 1";
constexpr std::string_view kPrivateTitle = "tenon private key 1";
constexpr size_t kMaxFile = 4096;
constexpr size_t kMaxName = 100;

// Text that holds a secret: overwritten when it goes.
struct SecretText {
  std::string text;
  ~SecretText() { OPENSSL_cleanse(text.data(), text.size()); }
};

std::string facts_text(const KeyFacts& key) {
  return fmt::format("name: {}\nid: {}\ncreated: {}\nexpires: {}\n", key.name, key.id(),
                     to_text(key.created), key.expires ? to_text(*key.expires) : "never");
}

// The lines that both kinds of file have; gives the id that stands there.
Result<std::string> read_facts(LineReader& lines, KeyFacts& out) {
  TN_TRY(const auto name, lines.value("name"));
  if (!is_plain_text(name, kMaxName)) return lines.wrong("expected a name of 1 to 100 characters");
  out.name = name;
  TN_TRY(const auto id, lines.value("id"));
  TN_TRY(const auto created, lines.value("created"));
  const auto begin = parse_moment(created);
  if (!begin) return lines.wrong("expected a time such as 2026-11-21T18:55:00Z");
  out.created = *begin;
  TN_TRY(const auto expires, lines.value("expires"));
  if (expires != "never") {
    out.expires = parse_moment(expires);
    if (!out.expires) return lines.wrong("expected never or a time such as 2026-11-21T18:55:00Z");
  }
  return std::string(id);
}

Error wrong_id(const std::string& name) {
  return {Code::invalid,
          name + ": its id does not belong to its key; the file has been damaged or changed", name};
}

Error public_for_private(const std::string& name) {
  return {Code::invalid, name + " is a public key, and signing takes the private one", name};
}

Result<void> write_new(const std::filesystem::path& file, std::string_view text, mode_t mode) {
  const auto failed = [&] {
    return Error{errno == EEXIST ? Code::invalid : Code::unavailable,
                 fmt::format("cannot write {}: {}", file.string(),
                             errno == EEXIST ? "it exists, and keys are not overwritten"
                                             : std::generic_category().message(errno)),
                 file.string()};
  };
  const Descriptor out(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!out) return failed();
  if (::write(out.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(out.get()) == 0)
    return {};
  const Error error = failed();
  ::unlink(file.c_str());
  return error;
}

}  // namespace

Result<PrivateKey> make_key(std::string name, Moment created, std::optional<Moment> expires) {
  if (!is_plain_text(name, kMaxName))
    return Error{Code::invalid,
                 "expected a name of 1 to 100 characters without control characters"};
  PrivateKey out;
  TN_TRY(out.seed, make_seed());
  TN_TRY(out.facts.key, public_key_of(out.seed));
  out.facts.name = std::move(name);
  out.facts.created = created;
  out.facts.expires = expires;
  return out;
}

std::string to_text(const KeyFacts& key) {
  return fmt::format("{}\n{}public: {}\n", kPublicTitle, facts_text(key), to_hex(key.key));
}

Result<KeyFacts> parse_public_key(std::string_view text, const std::string& name) {
  if (text.starts_with(kPrivateTitle))
    return Error{Code::invalid,
                 name +
                     " is a private key, which belongs to nobody but its owner; name its public "
                     "key, the file that ends in .pub",
                 name};
  LineReader lines(text, name);
  KeyFacts out;
  TN_CHECK(lines.title(kPublicTitle));
  TN_TRY(const auto id, read_facts(lines, out));
  TN_TRY(const auto digits, lines.value("public"));
  if (!from_hex(digits, out.key)) return lines.wrong("expected 64 hexadecimal digits");
  TN_CHECK(lines.end());
  if (id != out.id()) return wrong_id(name);
  return out;
}

Result<PrivateKey> parse_private_key(std::string_view text, const std::string& name) {
  if (text.starts_with(kPublicTitle)) return public_for_private(name);
  LineReader lines(text, name);
  PrivateKey out;
  TN_CHECK(lines.title(kPrivateTitle));
  TN_TRY(const auto id, read_facts(lines, out.facts));
  TN_TRY(const auto digits, lines.value("secret"));
  if (!from_hex(digits, out.seed.bytes)) return lines.wrong("expected 64 hexadecimal digits");
  TN_CHECK(lines.end());
  TN_TRY(out.facts.key, public_key_of(out.seed));
  if (id != out.facts.id()) return wrong_id(name);
  return out;
}

Result<void> write_key(const PrivateKey& key, const std::filesystem::path& file) {
  SecretText secret{to_hex(key.seed.bytes)};
  SecretText text{
      fmt::format("{}\n{}secret: {}\n", kPrivateTitle, facts_text(key.facts), secret.text)};
  TN_CHECK(write_new(file, text.text, 0600));
  auto written = write_new(file.string() + ".pub", to_text(key.facts), 0644);
  if (!written.ok()) ::unlink(file.c_str());
  return written;
}

Result<KeyFacts> read_public_key(const std::filesystem::path& file) {
  TN_TRY(const auto text, config::read_file(file, kMaxFile, config::Privacy::any));
  return parse_public_key(text, file.string());
}

Result<PrivateKey> read_private_key(const std::filesystem::path& file) {
  if (file.extension() == ".pub") return public_for_private(file.string());
  SecretText read;
  TN_TRY(read.text, config::read_file(file, kMaxFile, config::Privacy::owner_only));
  return parse_private_key(read.text, file.string());
}

}  // namespace tenon::signing
