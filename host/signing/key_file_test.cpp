#include "host/signing/key_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "host/base/hex.hpp"
#include "host/signing/test_support.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::signing {
namespace {

using testing::HasSubstr;

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0);
  return status.st_mode & 0777;
}

// RFC 8032, section 7.1, the second test.
TEST(Ed25519, IsTheOneOfTheStandard) {
  Seed seed;
  ASSERT_TRUE(
      from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", seed.bytes));
  EXPECT_EQ(to_hex(*public_key_of(seed)),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const auto signature = sign(seed, "\x72");
  EXPECT_EQ(to_hex(*signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(verify(*public_key_of(seed), "\x72", *signature));
  EXPECT_FALSE(verify(*public_key_of(seed), "\x73", *signature));
}

TEST(KeyFile, IsReadAsItWasWritten) {
  const ScratchFolder scratch;
  const auto file = scratch.path() / "ada";
  const auto key = test_key("Ada Lövelace", at("2027-01-01T00:00:00Z"));
  ASSERT_TRUE(write_key(key, file).ok());

  const auto secret = read_private_key(file);
  const auto open = read_public_key(file.string() + ".pub");

  ASSERT_TRUE(secret.ok()) << secret.error().message;
  ASSERT_TRUE(open.ok()) << open.error().message;
  EXPECT_EQ(secret->facts, key.facts);
  EXPECT_EQ(*open, key.facts);
  EXPECT_EQ(secret->seed.bytes, key.seed.bytes);
  EXPECT_EQ(mode_of(file), 0600u);
  EXPECT_THAT(content(file.string() + ".pub"), Not(HasSubstr(to_hex(key.seed.bytes))));
}

TEST(KeyFile, IsNotOverwritten) {
  const ScratchFolder scratch;
  const auto file = scratch.path() / "ada";
  ASSERT_TRUE(write_key(test_key(), file).ok());
  const auto before = content(file);

  EXPECT_THAT(write_key(test_key(), file).error().message, HasSubstr("keys are not overwritten"));
  EXPECT_EQ(content(file), before);

  // The public one alone is enough, and no private one is left behind.
  std::filesystem::rename(file, scratch.path() / "moved");
  EXPECT_FALSE(write_key(test_key(), file).ok());
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(KeyFile, ThatOthersCanReadIsRefused) {
  const ScratchFolder scratch;
  const auto file = scratch.path() / "ada";
  ASSERT_TRUE(write_key(test_key(), file).ok());
  for (const mode_t mode : {0640, 0604, 0644}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    const auto read = read_private_key(file);
    ASSERT_FALSE(read.ok()) << mode;
    EXPECT_THAT(read.error().message, HasSubstr("chmod 600 " + file.string()));
  }
}

TEST(KeyFile, OfTheOtherKindIsCalledSo) {
  const ScratchFolder scratch;
  const auto file = scratch.path() / "ada";
  ASSERT_TRUE(write_key(test_key(), file).ok());
  EXPECT_THAT(read_private_key(file.string() + ".pub").error().message,
              HasSubstr("is a public key"));
  EXPECT_THAT(parse_private_key(content(file.string() + ".pub"), "k").error().message,
              HasSubstr("is a public key"));
  EXPECT_THAT(read_public_key(file).error().message, HasSubstr("is a private key"));
}

// One line of a good file replaced, and what is said of it.
TEST(KeyFile, ThatIsDamagedIsRefusedWithTheLine) {
  const std::string good = to_text(test_key().facts);
  const auto with = [&](size_t line, const std::string& text) {
    std::string out;
    size_t number = 0;
    std::istringstream lines(good);
    for (std::string one; std::getline(lines, one);) out += (number++ == line ? text : one) + "\n";
    return out;
  };
  const std::pair<std::string, const char*> cases[] = {
      {with(0, "tenon public key 2"), "k:1: expected the line \"tenon public key 1\""},
      {with(1, "name: "), "k:2: expected a name"},
      {with(1, "name: a\x01"), "k:2: expected a name"},
      {with(1, "nom: Ada"), "k:2: expected a line \"name: ...\""},
      {with(2, "id: 00000000000000000000000000000000"), "k: its id does not belong to its key"},
      {with(3, "created: 2026-02-30T00:00:00Z"), "k:4: expected a time"},
      {with(4, "expires: soon"), "k:5: expected never or a time"},
      {with(5, "public: 00"), "k:6: expected 64 hexadecimal digits"},
      {with(5, "public: " + std::string(64, '0')), "k: its id does not belong to its key"},
      {good + "\n", "k:7: expected its end"},
      {good.substr(0, good.size() - 1), "k:6: expected a line \"public: ...\""},
      {"", "k:1: expected the line"},
  };
  ASSERT_TRUE(parse_public_key(good, "k").ok());
  for (const auto& [text, says] : cases) {
    const auto read = parse_public_key(text, "k");
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_THAT(read.error().message, HasSubstr(says)) << text;
  }
}

TEST(Moment, IsWrittenAsItWasReadHoweverFarAway) {
  for (const char* text : {"1970-01-01T00:00:00Z", "2262-04-12T00:00:00Z", "9999-12-31T23:59:59Z"})
    EXPECT_EQ(to_text(at(text)), text);
}

TEST(Moment, ExpiryIsADayANumberOfDaysOrNever) {
  const auto from = at("2026-11-21T18:55:00Z");
  EXPECT_EQ(*parse_expiry("2027-01-01", from), at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(*parse_expiry("365d", from), at("2027-11-21T18:55:00Z"));
  EXPECT_EQ(*parse_expiry("never", from), std::nullopt);
  for (const char* wrong : {"", "d", "0d", "-3d", "2026-11-21", "2026-13-01", "2027-1-1", "36501d",
                            "2027-01-01T00:00:00Z", "tomorrow", "9999999999999d"})
    EXPECT_FALSE(parse_expiry(wrong, from).ok()) << wrong;
}

}  // namespace
}  // namespace tenon::signing
