// Keys as files: KEY, which signs and is its owner's alone, and KEY.pub, which is given away.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "host/signing/ed25519.hpp"
#include "host/signing/moment.hpp"
#include "tenon/result.hpp"

namespace tenon::signing {

// What anybody may know of a key.
struct KeyFacts {
  std::string name;  // of whom it belongs to, for people
  PublicKey key = {};
  Moment created;
  std::optional<Moment> expires;  // none: never

  std::string id() const { return key_id(key); }
  bool operator==(const KeyFacts&) const = default;
};

struct PrivateKey {
  KeyFacts facts;
  Seed seed;
};

Result<PrivateKey> make_key(std::string name, Moment created, std::optional<Moment> expires);

std::string to_text(const KeyFacts& key);
// `name` stands for the file in errors. Strict: text that is read is text that was written.
Result<KeyFacts> parse_public_key(std::string_view text, const std::string& name);
Result<PrivateKey> parse_private_key(std::string_view text, const std::string& name);

// Writes KEY (mode 0600) and KEY.pub, neither over a file that is there.
Result<void> write_key(const PrivateKey& key, const std::filesystem::path& file);
Result<KeyFacts> read_public_key(const std::filesystem::path& file);
// Refuses a file that others than its owner can read.
Result<PrivateKey> read_private_key(const std::filesystem::path& file);

}  // namespace tenon::signing
