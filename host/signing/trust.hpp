// Whom the operator trusts, and what that makes of a signature.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "host/config/host_config.hpp"
#include "host/signing/key_file.hpp"
#include "host/signing/signature_file.hpp"

namespace tenon::signing {

// What there is to judge by. Taken from the very bytes that are loaded and served.
struct Evidence {
  std::filesystem::path file;
  std::string library;  // as the manifest says
  std::string version;
  Digest content = {};
  Result<Pages> pages = Pages();
  Result<std::string> signature = Error{Code::not_found, ""};  // text of the signature file
};

enum class Standing {
  trusted,
  missing,      // there is no signature
  invalid,      // it is damaged, or what it covers was changed
  unknown_key,  // none of the operator's
  expired_key,
  revoked_key,
};
std::string_view name_of(Standing standing);

struct Verdict {
  Standing standing = Standing::missing;
  std::string key;     // id; empty: no signature that can be read
  std::string signer;  // the name of the key; empty: not one of ours
  std::optional<Moment> signed_at;
  std::string reason;   // empty: trusted; else with the file and the remedy
  std::string warning;  // of what is trusted, but not for long: until when, and the remedy

  bool trusted() const { return standing == Standing::trusted; }
};

class Trust {
 public:
  // Trusts nobody and asks for nothing.
  Trust() = default;
  // Reads the key files. What is wrong with them is told to `problems`, where it is written.
  static Trust load(const config::TrustConfig& config, config::Problems& problems);
  // With these keys; the mode is require.
  static Trust only(const std::vector<KeyFacts>& keys);

  // Signatures are looked at at all.
  bool looks() const { return mode_ != config::TrustMode::off; }
  Verdict judge(const Evidence& evidence, Moment now) const;
  // Code::denied with the verdict's reason: it may not be loaded.
  Result<void> admit(const Verdict& verdict) const;

  bool operator==(const Trust&) const = default;

 private:
  void add(const config::TrustedKeyFile& file, config::Problems& problems);
  Verdict judge_signed(const SignedStatement& found, const Evidence& evidence, Moment now) const;

  config::TrustMode mode_ = config::TrustMode::off;
  std::map<std::string, KeyFacts> keys_;  // by id
  std::set<std::string> revoked_;         // ids
};

}  // namespace tenon::signing
