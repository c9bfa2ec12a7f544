#include "host/signing/page_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "host/signing/test_support.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::signing {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class PageFiles : public testing::Test {
 protected:
  PageFiles() { fs::create_directories(folder_ / "img"); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path() / "shop.web";
};

TEST_F(PageFiles, AreReadWithAllFoldersAndCopiedAsTheyWereRead) {
  const std::string big(200'000, 'x');
  write("app.js", "page");
  write(".hidden", "");
  write("img/big.png", big);
  const fs::path copy = scratch_.path() / "copy";
  fs::create_directory(copy);

  const auto pages = read_pages(folder_, copy);

  ASSERT_TRUE(pages.ok()) << pages.error().message;
  const Pages expected{
      {".hidden", digest_of("")}, {"app.js", digest_of("page")}, {"img/big.png", digest_of(big)}};
  EXPECT_EQ(*pages, expected);
  EXPECT_EQ(*read_pages(copy), expected);
}

TEST_F(PageFiles, NeedNotBeThere) {
  EXPECT_EQ(*read_pages(scratch_.path() / "other.web"), Pages());
  EXPECT_EQ(pages_path("/plugins/shop.so"), "/plugins/shop.web");
}

// As build trees have it; a link below may lead elsewhere tomorrow.
TEST_F(PageFiles, MayBeALinkButHoldNone) {
  write("app.js", "page");
  fs::create_directory_symlink(folder_, scratch_.path() / "linked.web");
  EXPECT_EQ(read_pages(scratch_.path() / "linked.web")->size(), 1u);

  fs::create_symlink("app.js", folder_ / "link.js");
  EXPECT_THAT(read_pages(folder_).error().message, HasSubstr("link.js is a link"));
  fs::remove(folder_ / "link.js");
  fs::create_directory_symlink("/etc", folder_ / "etc");
  EXPECT_THAT(read_pages(folder_).error().message, HasSubstr("etc is a link"));
}

TEST_F(PageFiles, AreFilesAndNothingElse) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(read_pages(folder_).error().message, HasSubstr("pipe is not a regular file"));
  write("file.web", "");
  EXPECT_THAT(read_pages(folder_ / "file.web").error().message, HasSubstr("is no folder of pages"));
}

// What cannot be read again is not written.
TEST_F(PageFiles, WithALineFeedInTheirNameAreNotSigned) {
  write("a\nb", "");
  const auto key = test_key();
  const auto text = signature_text(
      {key.facts.id(), at("2026-06-01T12:00:00Z"), "shop", "1.0.0", {}, *read_pages(folder_)},
      key.seed);
  ASSERT_FALSE(text.ok());
}

}  // namespace
}  // namespace tenon::signing
