#include "host/plugins/library.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "host/plugins/elf.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::plugins {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::filesystem::path plugin(const std::string& name) {
  return std::filesystem::path(TENON_TEST_PLUGINS) / (name + ".so");
}

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Lines of this process's map that name what is looked for.
std::vector<std::string> mapped(const std::string& what) {
  std::ifstream maps("/proc/self/maps");
  std::vector<std::string> found;
  for (std::string line; std::getline(maps, line);)
    if (line.find(what) != std::string::npos) found.push_back(line);
  return found;
}

size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

class LibraryTest : public ::testing::TestWithParam<CopyKind> {
 protected:
  // Where copies of that library are seen in the map.
  std::string place(const std::string& name) const {
    return GetParam() == CopyKind::memory ? "/memfd:" + name + ".so"
                                          : (copies_.folder / name).string();
  }
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::directory_iterator(copies_.folder))
      out.push_back(entry.path());
    return out;
  }

  ScratchFolder scratch_;
  LibraryCopies copies_{scratch_.path(), GetParam()};
};

INSTANTIATE_TEST_SUITE_P(All, LibraryTest, ::testing::Values(CopyKind::memory, CopyKind::file),
                         [](const auto& info) {
                           return info.param == CopyKind::memory ? "memory" : "file";
                         });

TEST_P(LibraryTest, IsMappedWhileItLivesAndLeavesNothingBehind) {
  const size_t descriptors = open_descriptors();
  for (int generation = 0; generation < 3; ++generation) {
    auto library = Library::open(plugin("hello"), copies_);
    ASSERT_TRUE(library.ok()) << library.error().message;
    EXPECT_EQ((*library)->manifest().id, "hello");
    EXPECT_THAT(mapped(place("hello")), Not(IsEmpty()));
    EXPECT_THAT(files(), SizeIs(GetParam() == CopyKind::file ? 1 : 0));

    library->reset();

    EXPECT_THAT(mapped(place("hello")), IsEmpty());
    EXPECT_THAT(files(), IsEmpty());
    EXPECT_EQ(open_descriptors(), descriptors);
  }
}

TEST_P(LibraryTest, EveryCopyHasStaticsOfItsOwn) {
  std::vector<std::unique_ptr<Library>> all;
  for (int i = 0; i < 5; ++i) all.push_back(Library::open(plugin("plain-c"), copies_).value());
  // Reusing a path would give the handle, and so the tables, of another.
  all.erase(all.begin() + 1);
  all.push_back(Library::open(plugin("plain-c"), copies_).value());
  std::set<const void*> tables;
  for (const auto& library : all) tables.insert(library->table<tn_plugin>(TN_PLUGIN_ID));
  EXPECT_THAT(tables, SizeIs(all.size()));
}

TEST_P(LibraryTest, WhatIsRefusedLeavesNothingBehind) {
  const size_t descriptors = open_descriptors();
  const std::pair<const char*, ::testing::Matcher<std::string>> table[] = {
      {"init-fails", HasSubstr("failed in init: the licence has run out")},
      {"exports-more", AllOf(HasSubstr("exports more than tenon_entry"), HasSubstr("other_helper"),
                             HasSubstr("version script"))},
      {"exports-unique", AllOf(HasSubstr("GNU_UNIQUE"), HasSubstr("shared_by_all_copies"),
                               HasSubstr("-fno-gnu-unique"))},
      {"no-entry", HasSubstr("exports no tenon_entry")},
      {"not-there", HasSubstr("cannot be read")},
  };
  for (const auto& [name, message] : table) {
    const auto library = Library::open(plugin(name), copies_);
    ASSERT_FALSE(library.ok()) << name;
    EXPECT_THAT(library.error().message, AllOf(HasSubstr(plugin(name).string()), message));
    EXPECT_THAT(mapped(place(name)), IsEmpty());
    EXPECT_THAT(files(), IsEmpty());
    EXPECT_EQ(open_descriptors(), descriptors);
  }
}

TEST_P(LibraryTest, OneThatIsAbandonedStaysMappedUnderAPathThatIsNotUsedAgain) {
  auto abandoned = Library::open(plugin("plain-c"), copies_).value();
  const auto* table = abandoned->table<tn_plugin>(TN_PLUGIN_ID);
  abandoned->abandon();
  abandoned.reset();
  EXPECT_THAT(mapped(place("plain-c")), Not(IsEmpty()));

  const auto next = Library::open(plugin("plain-c"), copies_).value();

  EXPECT_NE(next->table<tn_plugin>(TN_PLUGIN_ID), table);
}

TEST(LoadableImage, EndsWithTheLastSegmentAndNamesNoSections) {
  const std::string original = content(plugin("hello"));
  const auto image = read_loadable(plugin("hello"));
  ASSERT_TRUE(image.ok()) << image.error().message;
  ASSERT_LT(image->bytes.size(), original.size());

  Elf64_Ehdr header;
  std::memcpy(&header, image->bytes.data(), sizeof header);
  uint64_t end = 0;
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    std::memcpy(&segment, image->bytes.data() + header.e_phoff + i * sizeof segment,
                sizeof segment);
    end = std::max(end, segment.p_offset + segment.p_filesz);
  }
  EXPECT_EQ(image->bytes.size(), end);
  EXPECT_EQ(header.e_shoff, 0u);
  EXPECT_EQ(header.e_shnum, 0);
  EXPECT_EQ(header.e_shstrndx, 0);
  EXPECT_EQ(image->bytes.substr(sizeof header),
            original.substr(sizeof header, end - sizeof header));
}

TEST(LoadableImage, IsTheWholeFileWhenAskedFor) {
  EXPECT_EQ(read_loadable(plugin("hello"), true)->bytes, content(plugin("hello")));
}

TEST(Inspect, RefusesWhatMayNotBeExportedBeforeAnythingIsLoaded) {
  EXPECT_THAT(inspect(plugin("exports-more")).error().message, HasSubstr("exports more"));
  EXPECT_THAT(inspect(plugin("exports-unique")).error().message, HasSubstr("GNU_UNIQUE"));
  EXPECT_THAT(inspect(plugin("no-entry")).error().message, HasSubstr("exports no tenon_entry"));
}

TEST(CheckExports, NamesAFewOfMany) {
  ElfFacts facts;
  facts.exported = {"a", TN_ENTRY_SYMBOL, "b", "c", "d", "e"};
  EXPECT_THAT(check_exports(facts, "x.so").error().message, HasSubstr("(a, b, c and 2 more)"));
  facts.exported = {TN_ENTRY_SYMBOL};
  EXPECT_TRUE(check_exports(facts, "x.so").ok());
}

}  // namespace
}  // namespace tenon::plugins
