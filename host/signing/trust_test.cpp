#include "host/signing/trust.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "host/config/loader.hpp"
#include "host/signing/test_support.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::signing {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Moment kNow = at("2026-07-01T00:00:00Z");

TEST(Trust, TakesWhatATrustedKeySigned) {
  const auto key = test_key();

  const auto verdict = Trust::only({key.facts}).judge(signed_by(key), kNow);

  EXPECT_TRUE(verdict.trusted()) << verdict.reason;
  EXPECT_EQ(verdict.key, key.facts.id());
  EXPECT_EQ(verdict.signer, "Ada");
  EXPECT_EQ(verdict.signed_at, at("2026-06-01T12:00:00Z"));
  EXPECT_EQ(verdict.reason, "");
}

TEST(Trust, WarnsOfAKeyThatExpiresSoon) {
  const auto key = test_key("Ada", at("2026-07-31T00:00:00Z"));
  const auto trust = Trust::only({key.facts});

  EXPECT_EQ(trust.judge(signed_by(key), kNow).warning, "");
  const auto verdict = trust.judge(signed_by(key), kNow + std::chrono::seconds(1));
  EXPECT_TRUE(verdict.trusted());
  EXPECT_THAT(verdict.warning, HasSubstr("a key that expires at 2026-07-31T00:00:00Z"));
}

TEST(Trust, RefusesWhatIsNotAsItWasSigned) {
  struct Case {
    const char* name;
    std::function<void(Evidence&)> change;
    Standing standing;
    const char* says;
  };
  const Case cases[] = {
      {"library", [](Evidence& e) { e.content = digest_of("c0de"); }, Standing::invalid,
       "/plugins/shop.so cannot be trusted: was changed after it was signed"},
      {"page", [](Evidence& e) { (*e.pages)["app.js"] = digest_of("p"); }, Standing::invalid,
       "its page app.js was changed after it was signed"},
      {"page less", [](Evidence& e) { e.pages->erase("app.js"); }, Standing::invalid,
       "its page app.js is missing"},
      {"page more", [](Evidence& e) { (*e.pages)["evil.js"] = digest_of("p"); }, Standing::invalid,
       "its page evil.js was added"},
      {"pages that cannot be read",
       [](Evidence& e) {
         e.pages = Error{Code::invalid, "shop.web/x is a link"};
       },
       Standing::invalid, "shop.web/x is a link"},
      {"another library", [](Evidence& e) { e.library = "bank"; }, Standing::invalid,
       "is the library bank 1.2.0, and the signature is one of shop 1.2.0"},
      {"another version", [](Evidence& e) { e.version = "1.1.0"; }, Standing::invalid,
       "is the library shop 1.1.0, and the signature is one of shop 1.2.0"},
      {"no signature",
       [](Evidence& e) {
         e.signature = Error{Code::not_found, ""};
       },
       Standing::missing,
       "is not signed: there is no /plugins/shop.so.sig; sign it with: tenon sign"},
      {"a signature that cannot be read",
       [](Evidence& e) {
         e.signature = Error{Code::denied, "cannot read it"};
       },
       Standing::invalid, "cannot read it"},
      {"an empty signature", [](Evidence& e) { e.signature = std::string(); }, Standing::invalid,
       "/plugins/shop.so.sig:1: expected the line \"tenon signature 1\""},
  };
  const auto key = test_key();
  const auto trust = Trust::only({key.facts});
  for (const auto& one : cases) {
    Evidence evidence = signed_by(key);
    one.change(evidence);
    const auto verdict = trust.judge(evidence, kNow);
    EXPECT_EQ(verdict.standing, one.standing) << one.name;
    EXPECT_THAT(verdict.reason, HasSubstr(one.says)) << one.name;
    const auto admitted = trust.admit(verdict);
    ASSERT_FALSE(admitted.ok()) << one.name;
    EXPECT_EQ(admitted.error().code, Code::denied);
    EXPECT_THAT(admitted.error().message, HasSubstr("(host.trust.mode is require)"));
  }
}

// No bit of a signature file can be changed.
TEST(Trust, RefusesASignatureWithAnyBitChanged) {
  const auto key = test_key();
  const auto trust = Trust::only({key.facts});
  const Evidence evidence = signed_by(key);
  ASSERT_TRUE(trust.judge(evidence, kNow).trusted());
  for (size_t at = 0; at < evidence.signature->size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      Evidence changed = evidence;
      (*changed.signature)[at] ^= static_cast<char>(1 << bit);
      EXPECT_FALSE(trust.judge(changed, kNow).trusted()) << "byte " << at << ", bit " << bit;
    }
  for (size_t size = 0; size < evidence.signature->size(); ++size) {
    Evidence cut = evidence;
    cut.signature = evidence.signature->substr(0, size);
    EXPECT_FALSE(trust.judge(cut, kNow).trusted()) << size;
  }
}

TEST(Trust, RefusesKeysThatAreNotTrusted) {
  const auto key = test_key(), other = test_key("Eve");
  const auto verdict = Trust::only({other.facts}).judge(signed_by(key), kNow);
  EXPECT_EQ(verdict.standing, Standing::unknown_key);
  EXPECT_THAT(verdict.reason, AllOf(HasSubstr(key.facts.id()), HasSubstr("host.trust.keys")));
  EXPECT_EQ(verdict.signer, "");
}

// The id in a signature chooses the key; it proves nothing.
TEST(Trust, RefusesASignatureInAnothersName) {
  const auto key = test_key(), thief = test_key("Eve");
  PrivateKey posing = thief;
  posing.facts = key.facts;
  const auto verdict = Trust::only({key.facts}).judge(signed_by(posing), kNow);
  EXPECT_EQ(verdict.standing, Standing::invalid);
  EXPECT_THAT(verdict.reason, HasSubstr("has a signature that \"Ada\""));
}

TEST(Trust, CountsAnExpiredKeyNoLongerWheneverItSigned) {
  const auto key = test_key("Ada", at("2026-07-01T00:00:00Z"));
  const auto trust = Trust::only({key.facts});
  const auto before = signed_by(key, at("2026-06-30T23:59:59Z"));
  EXPECT_TRUE(trust.judge(before, at("2026-06-30T23:59:59Z")).trusted());
  // A thief could put any time into what he signs with it now.
  const auto late = trust.judge(before, at("2026-07-01T00:00:00Z"));
  EXPECT_EQ(late.standing, Standing::expired_key);
  EXPECT_THAT(late.reason, HasSubstr("a key that expired at 2026-07-01T00:00:00Z"));
}

// A clock that is wrong, here or there.
TEST(Trust, RefusesWhatWasSignedWhileTheKeyWasNotValid) {
  const auto key = test_key("Ada", at("2026-07-01T00:00:00Z"));
  const auto trust = Trust::only({key.facts});
  for (const char* time : {"2025-12-31T23:59:59Z", "2026-07-01T00:00:00Z"}) {
    const auto verdict = trust.judge(signed_by(key, at(time)), at("2026-06-01T00:00:00Z"));
    EXPECT_EQ(verdict.standing, Standing::expired_key) << time;
    EXPECT_THAT(verdict.reason, HasSubstr(std::string("was signed at ") + time));
  }
}

class ConfiguredTrust : public testing::Test {
 protected:
  Trust load(const std::string& trust_section) {
    const auto file = (scratch_.path() / "t.yaml").string();
    const auto parsed = config::parse_host_config(config::load_text(
        "host:\n  trust: " + trust_section + "\n", file, {.base_directory = scratch_.path()}));
    problems_ = parsed.problems;
    return Trust::load(parsed.config.trust, problems_);
  }
  void write(const PrivateKey& key, const std::string& name) {
    ASSERT_TRUE(write_key(key, scratch_.path() / name).ok());
  }

  ScratchFolder scratch_;
  config::Problems problems_;
};

TEST_F(ConfiguredTrust, RequiresWarnsOrDoesNotLook) {
  const auto key = test_key();
  write(key, "ada");
  auto unsigned_library = signed_by(key);
  unsigned_library.signature = Error{Code::not_found, ""};
  for (const char* mode : {"require", "warn", "off"}) {
    const auto trust = load(std::string("{keys: [ada.pub], mode: ") + mode + "}");
    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_EQ(trust.looks(), mode != std::string("off"));
    EXPECT_TRUE(trust.admit(trust.judge(signed_by(key), kNow)).ok());
    EXPECT_EQ(trust.admit(trust.judge(unsigned_library, kNow)).ok(),
              mode != std::string("require"));
  }
}

TEST_F(ConfiguredTrust, ARevokedKeyCountsNoLonger) {
  const auto key = test_key();
  write(key, "ada");
  const auto trust = load("{mode: require, keys: [ada.pub], revoked: [" + key.facts.id() + "]}");
  const auto verdict = trust.judge(signed_by(key), kNow);
  EXPECT_EQ(verdict.standing, Standing::revoked_key);
  EXPECT_THAT(verdict.reason, HasSubstr("host.trust.revoked"));
}

TEST_F(ConfiguredTrust, TellsWhatIsWrongWithKeyFilesWhereTheyAreNamed) {
  write(test_key(), "ada");
  load("{mode: warn, keys: [ada.pub, nobody.pub, ada]}");
  ASSERT_EQ(problems_.size(), 2u);
  EXPECT_THAT(problems_[0].to_string(),
              AllOf(HasSubstr("t.yaml:2:"), HasSubstr("host.trust.keys[1]: cannot read")));
  EXPECT_THAT(problems_[1].to_string(),
              AllOf(HasSubstr("host.trust.keys[2]"), HasSubstr("is a private key")));
}

TEST_F(ConfiguredTrust, RequiringWithoutAKeyIsAMistake) {
  load("{mode: require}");
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_THAT(problems_[0].to_string(), HasSubstr("host.trust.keys: found no key file"));
}

TEST_F(ConfiguredTrust, IsAnotherWhenAKeyFileSaysAnotherThing) {
  const auto key = test_key();
  write(key, "ada");
  const auto before = load("{mode: warn, keys: [ada.pub]}");
  EXPECT_EQ(before, load("{mode: warn, keys: [ada.pub]}"));
  std::filesystem::remove(scratch_.path() / "ada");
  std::filesystem::remove(scratch_.path() / "ada.pub");
  PrivateKey sooner = key;
  sooner.facts.expires = at("2027-01-01T00:00:00Z");
  write(sooner, "ada");
  EXPECT_NE(before, load("{mode: warn, keys: [ada.pub]}"));
}

}  // namespace
}  // namespace tenon::signing
