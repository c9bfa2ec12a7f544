// Keys and signed things for the tests of this folder.
#pragma once

#include <stdexcept>

#include "host/signing/trust.hpp"

namespace tenon::signing {

inline Moment at(std::string_view text) {
  return parse_moment(text).value();
}

inline PrivateKey test_key(const std::string& name = "Ada",
                           std::optional<Moment> expires = std::nullopt) {
  return make_key(name, at("2026-01-01T00:00:00Z"), expires).value();
}

inline Digest digest_of(std::string_view bytes) {
  Sha512 digest;
  digest.add(bytes);
  return digest.finish();
}

// A library with two pages, signed by `key`.
inline Evidence signed_by(const PrivateKey& key, Moment time = at("2026-06-01T12:00:00Z")) {
  Evidence out;
  out.file = "/plugins/shop.so";
  out.library = "shop";
  out.version = "1.2.0";
  out.content = digest_of("code");
  out.pages = Pages{{"app.js", digest_of("page")}, {"img/logo.svg", digest_of("logo")}};
  out.signature = signature_text(
      {key.facts.id(), time, out.library, out.version, out.content, *out.pages}, key.seed);
  return out;
}

}  // namespace tenon::signing
