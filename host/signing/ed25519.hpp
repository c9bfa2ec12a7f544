// Ed25519 keys and SHA-512 digests, as OpenSSL computes them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

struct evp_md_ctx_st;

namespace tenon::signing {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
using Digest = std::array<std::uint8_t, 64>;  // SHA-512

// The secret that a key pair comes from. Overwritten when it goes.
class Seed {
 public:
  Seed() = default;
  Seed(const Seed&) = default;
  Seed& operator=(const Seed&) = default;
  ~Seed();

  std::array<std::uint8_t, 32> bytes = {};
};

Result<Seed> make_seed();
Result<PublicKey> public_key_of(const Seed& seed);
Result<Signature> sign(const Seed& seed, std::string_view message);
bool verify(const PublicKey& key, std::string_view message, const Signature& signature);

// What a key is called: the first half of the SHA-256 of its bytes, hexadecimal. Nobody can make
// another key of the same id.
std::string key_id(const PublicKey& key);

// SHA-512 of bytes that come piece by piece.
class Sha512 {
 public:
  Sha512();
  ~Sha512();
  Sha512(const Sha512&) = delete;
  Sha512& operator=(const Sha512&) = delete;

  void add(std::string_view bytes);
  // Once, at the end.
  Digest finish();

 private:
  evp_md_ctx_st* context_;
};

}  // namespace tenon::signing
