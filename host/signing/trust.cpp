#include "host/signing/trust.hpp"

#include <fmt/format.h>

namespace tenon::signing {
namespace {

constexpr std::chrono::days kSoon{30};  // enough to build, sign and roll out everywhere

Verdict bad(Standing standing, const Evidence& evidence, const std::string& why) {
  Verdict out;
  out.standing = standing;
  out.reason = evidence.file.string() + " " + why;
  return out;
}

// What differs between the pages that were signed and those that are there; empty: nothing.
std::string difference(const Pages& was, const Pages& is) {
  for (const auto& [path, digest] : was) {
    const auto found = is.find(path);
    if (found == is.end()) return fmt::format("its page {} is missing", path);
    if (found->second != digest) return fmt::format("its page {} was changed", path);
  }
  for (const auto& [path, digest] : is)
    if (!was.count(path)) return fmt::format("its page {} was added", path);
  return "";
}

// What is no longer as it was signed; empty: all is.
std::string difference(const Statement& statement, const Evidence& evidence) {
  if (statement.library != evidence.library || statement.version != evidence.version)
    return fmt::format("is the library {} {}, and the signature is one of {} {}", evidence.library,
                       evidence.version, statement.library, statement.version);
  if (statement.content != evidence.content) return "was changed after it was signed";
  if (!evidence.pages.ok()) return evidence.pages.error().message;
  if (const auto pages = difference(statement.pages, *evidence.pages); !pages.empty())
    return pages + " after it was signed";
  return "";
}

}  // namespace

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::trusted:
      return "trusted";
    case Standing::missing:
      return "missing";
    case Standing::invalid:
      return "invalid";
    case Standing::unknown_key:
      return "unknown_key";
    case Standing::expired_key:
      return "expired_key";
    case Standing::revoked_key:
      return "revoked_key";
  }
  return "invalid";
}

Trust Trust::load(const config::TrustConfig& config, config::Problems& problems) {
  Trust out;
  out.mode_ = config.mode;
  for (const auto& file : config.keys) out.add(file, problems);
  out.revoked_.insert(config.revoked.begin(), config.revoked.end());
  return out;
}

Trust Trust::only(const std::vector<KeyFacts>& keys) {
  Trust out;
  out.mode_ = config::TrustMode::require;
  for (const auto& key : keys) out.keys_.emplace(key.id(), key);
  return out;
}

void Trust::add(const config::TrustedKeyFile& file, config::Problems& problems) {
  const auto key = read_public_key(file.file);
  if (!key.ok()) {
    problems.push_back({file.mark, file.path, key.error().message, ""});
    return;
  }
  const auto [known, is_new] = keys_.emplace(key->id(), *key);
  if (!is_new && known->second != *key)
    problems.push_back({file.mark, file.path,
                        fmt::format("{} is the key {} once more, with another name or time",
                                    file.file.string(), key->id()),
                        ""});
}

Verdict Trust::judge(const Evidence& evidence, Moment now) const {
  const auto& text = evidence.signature;
  const auto path = signature_path(evidence.file).string();
  if (!text.ok() && text.error().code == Code::not_found)
    return bad(Standing::missing, evidence,
               fmt::format("is not signed: there is no {}; sign it with: tenon sign {} --key KEY",
                           path, evidence.file.string()));
  if (!text.ok())
    return bad(Standing::invalid, evidence, "cannot be trusted: " + text.error().message);
  const auto found = parse_signature(*text, path);
  if (!found.ok())
    return bad(Standing::invalid, evidence,
               fmt::format("has a damaged signature: {}; sign it anew", found.error().message));
  Verdict out = judge_signed(*found, evidence, now);
  out.key = found->statement.key;
  out.signed_at = found->statement.time;
  if (const auto key = keys_.find(out.key); key != keys_.end()) out.signer = key->second.name;
  return out;
}

// The key before what it signed: nothing that an unknown key says is worth repeating.
Verdict Trust::judge_signed(const SignedStatement& found, const Evidence& evidence,
                            Moment now) const {
  const Statement& statement = found.statement;
  if (revoked_.count(statement.key))
    return bad(
        Standing::revoked_key, evidence,
        fmt::format("was signed by the key {}, which host.trust.revoked names; get it signed "
                    "by another",
                    statement.key));
  const auto known = keys_.find(statement.key);
  if (known == keys_.end())
    return bad(
        Standing::unknown_key, evidence,
        fmt::format("was signed by the key {}, which is not trusted; if it should be, add its "
                    ".pub file to host.trust.keys",
                    statement.key));
  const KeyFacts& key = known->second;
  const auto signer = fmt::format("\"{}\" ({})", key.name, statement.key);
  if (!verify(key.key, found.text, found.signature))
    return bad(Standing::invalid, evidence,
               fmt::format("has a signature that {} did not make: {} was changed; get it anew",
                           signer, signature_path(evidence.file).string()));
  if (key.expires && now >= *key.expires)
    return bad(Standing::expired_key, evidence,
               fmt::format("was signed by {}, a key that expired at {}; get it signed by another",
                           signer, to_text(*key.expires)));
  if (statement.time < key.created || (key.expires && statement.time >= *key.expires))
    return bad(Standing::expired_key, evidence,
               fmt::format("was signed at {}, when the key of {} was not valid; get it signed anew",
                           to_text(statement.time), signer));
  if (const auto changed = difference(statement, evidence); !changed.empty())
    return bad(Standing::invalid, evidence,
               fmt::format("cannot be trusted: {}; get it anew from {}, or sign it again", changed,
                           signer));
  Verdict out;
  out.standing = Standing::trusted;
  if (key.expires && *key.expires - now < kSoon)
    out.warning =
        fmt::format("{} was signed by {}, a key that expires at {}; get it signed by another",
                    evidence.file.string(), signer, to_text(*key.expires));
  return out;
}

Result<void> Trust::admit(const Verdict& verdict) const {
  if (mode_ != config::TrustMode::require || verdict.trusted()) return {};
  return Error{Code::denied, verdict.reason + " (host.trust.mode is require)"};
}

}  // namespace tenon::signing
