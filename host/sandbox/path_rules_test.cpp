#include "host/sandbox/path_rules.hpp"

#include <gmock/gmock.h>

#include "host/sandbox/probe_run.hpp"

namespace tenon::sandbox {
namespace {

TEST(PathRules, CoverFilesAndWhatIsInFoldersAndNothingBeside) {
  const Folder own;
  std::filesystem::create_directory(own / "real");
  std::filesystem::create_directory_symlink(own / "real", own / "link");
  Policy policy;
  policy.write = {own / "w/", own / "link"};
  policy.read = {own / "r"};
  policy.code = {own / "c"};
  const PathRules rules(policy, 42);
  struct Row {
    std::string path;
    bool read;
    bool write;
    bool change;
  };
  const Row table[] = {
      {own / "w", true, true, true},
      {own / "w/a/b", true, true, true},
      {own / "real/a", true, true, true},  // what the link leads to
      {own / "ww", false, false, false},
      {own / "w.txt", false, false, false},
      {own.path(), false, false, false},
      {own / "r", true, false, false},
      {own / "r/a", true, false, false},
      {own / "rr", false, false, false},
      {own / "c/lib.so", true, false, false},
      {"/dev/null", true, true, false},
      {"/proc/42/status", true, false, false},
      {"/proc/421/status", false, false, false},
      {"/proc/1/status", false, false, false},
      {"/etc/passwd", false, false, false},
      {"/usr/share/zoneinfo/UTC", true, false, false},
      {"/etc/ssl/certs/x.pem", false, false, false},
  };
  for (const auto& row : table) {
    EXPECT_EQ(rules.may_read(row.path), row.read) << row.path;
    EXPECT_EQ(rules.may_write(row.path), row.write) << row.path;
    EXPECT_EQ(rules.may_change(row.path), row.change) << row.path;
  }
}

TEST(PathRules, TheRootFolderCoversAll) {
  Policy policy;
  policy.read = {"/"};
  const PathRules rules(policy, 42);

  EXPECT_TRUE(rules.may_read("/etc/passwd"));
  EXPECT_FALSE(rules.may_write("/etc/passwd"));
}

}  // namespace
}  // namespace tenon::sandbox
