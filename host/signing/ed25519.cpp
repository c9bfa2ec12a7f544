#include "host/signing/ed25519.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <stdexcept>

#include "host/base/hex.hpp"

namespace tenon::signing {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error failed(const char* what) {
  return {Code::internal, std::string("the crypto library cannot ") + what};
}

Key private_key(const Seed& seed) {
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes.data(),
                                          seed.bytes.size()));
}

}  // namespace

Seed::~Seed() {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

Result<Seed> make_seed() {
  Seed seed;
  if (RAND_priv_bytes(seed.bytes.data(), static_cast<int>(seed.bytes.size())) != 1)
    return failed("make random bytes");
  return seed;
}

Result<PublicKey> public_key_of(const Seed& seed) {
  const Key key = private_key(seed);
  PublicKey out;
  size_t size = out.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) != 1 || size != out.size())
    return failed("make an Ed25519 key");
  return out;
}

Result<Signature> sign(const Seed& seed, std::string_view message) {
  const Key key = private_key(seed);
  const Context context(EVP_MD_CTX_new());
  Signature out;
  size_t size = out.size();
  if (!key || !context ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), out.data(), &size, bytes_of(message), message.size()) != 1 ||
      size != out.size())
    return failed("sign with Ed25519");
  return out;
}

bool verify(const PublicKey& public_key, std::string_view message, const Signature& signature) {
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  const Context context(EVP_MD_CTX_new());
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

std::string key_id(const PublicKey& key) {
  std::array<std::uint8_t, 32> digest;
  if (EVP_Digest(key.data(), key.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available from the crypto library");
  return to_hex(digest).substr(0, digest.size());
}

Sha512::Sha512() : context_(EVP_MD_CTX_new()) {
  if (!context_ || EVP_DigestInit_ex(context_, EVP_sha512(), nullptr) != 1) {
    EVP_MD_CTX_free(context_);
    throw std::runtime_error("SHA-512 is not available from the crypto library");
  }
}

Sha512::~Sha512() {
  EVP_MD_CTX_free(context_);
}

void Sha512::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_, bytes.data(), bytes.size()) != 1)
    throw std::runtime_error("the crypto library cannot go on with a SHA-512");
}

Digest Sha512::finish() {
  Digest out;
  if (EVP_DigestFinal_ex(context_, out.data(), nullptr) != 1)
    throw std::runtime_error("the crypto library cannot finish a SHA-512");
  return out;
}

}  // namespace tenon::signing
