#include "host/http/static_files.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "host/http/console_page.hpp"
#include "host/http/test_support.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::http::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    fs::create_directories(root_ / "site" / "sub");
    write("outside.txt", "outside");
    write("site/index.html", "<script type=\"importmap\">{}</script>");
    write("site/app-3f9a2b1c.js", "0123456789");
    write("site/app-3f9a2b1c.js.gz", "zipped");
    write("site/sub/a b.txt", "spaced");
    write("site/.secret", "hidden");
    write("site/big.bin", std::string(300'000, 'b'));
    fs::create_symlink("../outside.txt", root_ / "site" / "escape.txt");
    fs::create_symlink("sub", root_ / "site" / "inner");
    mkfifo((root_ / "site" / "fifo").c_str(), 0600);
    Route files;
    files.method = "GET";
    files.pattern = "/files/{path...}";
    files.owner = "the host";
    files.handler = *StaticFiles::open(root_ / "site");
    Route page;
    page.method = "GET";
    page.pattern = "/{path...}";
    page.owner = "the host";
    page.handler = *ConsolePage::load(root_ / "site");
    server_ = std::make_unique<TestServer>(std::vector<Route>{files, page});
    client_ = std::make_unique<Client>(server_->port());
  }
  ~StaticFilesTest() override {
    client_.reset();
    server_.reset();
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / name) << text;
  }
  Reply fetch(std::string_view path, std::string_view headers = {}) {
    return client_->exchange(get(path, headers));
  }

  ScratchFolder scratch_;
  fs::path root_ = scratch_.path();
  std::unique_ptr<TestServer> server_;
  std::unique_ptr<Client> client_;
};

TEST_F(StaticFilesTest, ServesFilesWithTheirTypeAndTag) {
  const auto reply = fetch("/files/app-3f9a2b1c.js");
  EXPECT_EQ(reply.body, "0123456789");
  EXPECT_EQ(reply.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_THAT(reply.header("Cache-Control"), HasSubstr("immutable"));
  EXPECT_EQ(fetch("/files/sub/a%20b.txt").body, "spaced");
  EXPECT_EQ(fetch("/files/inner/a%20b.txt").body, "spaced");
  EXPECT_EQ(fetch("/files/big.bin").body.size(), 300'000U);
  const auto head =
      client_->exchange("HEAD /files/big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n", true);
  EXPECT_EQ(head.header("Content-Length"), "300000");
}

TEST_F(StaticFilesTest, AnswersConditionalRequests) {
  const auto first = fetch("/files/app-3f9a2b1c.js");
  const auto tag = first.header("ETag");
  EXPECT_EQ(fetch("/files/app-3f9a2b1c.js", "If-None-Match: \"x\", " + tag + "\r\n").status, 304);
  EXPECT_EQ(fetch("/files/app-3f9a2b1c.js", "If-None-Match: \"x\"\r\n").status, 200);
  EXPECT_EQ(fetch("/files/app-3f9a2b1c.js",
                  "If-Modified-Since: " + first.header("Last-Modified") + "\r\n")
                .status,
            304);
  EXPECT_EQ(fetch("/files/app-3f9a2b1c.js").status, 200);
}

TEST_F(StaticFilesTest, AnswersRanges) {
  const auto part = fetch("/files/app-3f9a2b1c.js", "Range: bytes=2-4\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.header("Content-Range"), "bytes 2-4/10");
  const auto beyond = fetch("/files/app-3f9a2b1c.js", "Range: bytes=10-\r\n");
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.header("Content-Range"), "bytes */10");
  EXPECT_EQ(fetch("/files/app-3f9a2b1c.js", "Range: bytes=0-1,3-4\r\n").status, 200);
  EXPECT_EQ(fetch("/files/app-3f9a2b1c.js", "Range: bytes=0-1\r\nIf-Range: \"old\"\r\n").status,
            200);
}

TEST_F(StaticFilesTest, PrefersCompressedSiblings) {
  const auto reply = fetch("/files/app-3f9a2b1c.js", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(reply.body, "zipped");
  EXPECT_EQ(reply.header("Content-Encoding"), "gzip");
  EXPECT_EQ(reply.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(fetch("/files/app-3f9a2b1c.js", "Accept-Encoding: gzip;q=0\r\n").body, "0123456789");
}

TEST_F(StaticFilesTest, NeverLeavesItsDirectory) {
  for (const char* path : {"/files/escape.txt", "/files/.secret", "/files/sub", "/files/fifo",
                           "/files/none", "/files", "/files/sub%2Fa%20b.txt"}) {
    EXPECT_EQ(fetch(path).status, 404) << path;
  }
}

TEST_F(StaticFilesTest, ThePageAnswersForPathsOfTheApplication) {
  for (const char* path : {"/", "/products/7", "/index.html"}) {
    const auto reply = fetch(path, "Accept: text/html,*/*;q=0.8\r\n");
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_THAT(reply.header("Content-Security-Policy"), HasSubstr("script-src 'self' 'sha256-"))
        << path;
  }
  EXPECT_EQ(fetch("/products/7", "Accept: application/json\r\n").status, 404);
  EXPECT_EQ(fetch("/missing.js", "Accept: text/html\r\n").status, 404);
  EXPECT_EQ(fetch("/app-3f9a2b1c.js").body, "0123456789");
  EXPECT_EQ(fetch("/", "If-None-Match: " + fetch("/").header("ETag") + "\r\n").status, 304);
}

}  // namespace
}  // namespace tenon::http::test
