#include "host/verify/linkage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "host/plugins/elf.hpp"
#include "host/verify/file_checks.hpp"

namespace tenon::verify {
namespace {

using plugins::ElfFile;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string& hello() {
  static const std::string bytes = plugins::read_bytes(TENON_TEST_PLUGINS "/hello.so").value();
  return bytes;
}

// The program header of that type within the bytes.
Elf64_Phdr* segment(std::string& bytes, uint32_t type) {
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  auto* const all = reinterpret_cast<Elf64_Phdr*>(bytes.data() + header.e_phoff);
  for (uint16_t i = 0; i < header.e_phnum; ++i)
    if (all[i].p_type == type) return all + i;
  throw std::runtime_error("there is no such segment");
}

Elf64_Dyn* dynamic_entry(std::string& bytes, int64_t tag) {
  auto* entry = reinterpret_cast<Elf64_Dyn*>(bytes.data() + segment(bytes, PT_DYNAMIC)->p_offset);
  while (entry->d_tag != tag && entry->d_tag != DT_NULL) ++entry;
  return entry;
}

Result<Linkage> linkage_of(const std::string& bytes) {
  TN_TRY(const auto file, ElfFile::open(bytes, bytes.size(), "file"));
  return read_linkage(file);
}

// The outcome and detail of one check.
std::string outcome(const std::string& bytes, std::string_view check) {
  Options options;
  options.library = TENON_TEST_PLUGINS "/hello.so";
  Report report("file", 1);
  (void)check_bytes(bytes, options, report);
  for (const auto& one : report.checks())
    if (one.id == check) return std::string(outcome_name(one.outcome)) + " " + one.detail;
  return "none";
}

TEST(Linkage, OfASoundPlugin) {
  const auto linkage = linkage_of(hello());
  ASSERT_TRUE(linkage.ok()) << linkage.error().message;
  EXPECT_THAT(linkage->needed, Contains("libc.so.6"));
  EXPECT_THAT(linkage->search_paths, IsEmpty());
  EXPECT_FALSE(linkage->imports.empty());
  EXPECT_FALSE(linkage->versions.empty());
  EXPECT_TRUE(linkage->relro && linkage->bind_now);
  EXPECT_FALSE(linkage->executable_stack || linkage->text_relocations || linkage->writable_code ||
               linkage->static_tls);
}

TEST(Linkage, SegmentsThatAreWritableAndExecutableAreFound) {
  std::string bytes = hello();
  segment(bytes, PT_GNU_STACK)->p_flags |= PF_X;
  EXPECT_THAT(outcome(bytes, "file.hardening"),
              HasSubstr("failed it asks for an executable stack"));
  bytes = hello();
  segment(bytes, PT_LOAD)->p_flags |= PF_X | PF_W;
  EXPECT_THAT(outcome(bytes, "file.hardening"), HasSubstr("both writable and executable"));
  bytes = hello();
  segment(bytes, PT_GNU_RELRO)->p_type = PT_NULL;
  EXPECT_THAT(outcome(bytes, "file.hardening"), HasSubstr("no -z relro"));
}

TEST(Linkage, FlagsOfTheDynamicSectionAreFound) {
  std::string bytes = hello();
  dynamic_entry(bytes, DT_FLAGS)->d_un.d_val |= DF_TEXTREL | DF_STATIC_TLS;
  EXPECT_THAT(outcome(bytes, "file.hardening"), HasSubstr("TEXTREL"));
  EXPECT_THAT(outcome(bytes, "file.thread-local"), HasSubstr("initial-exec"));
  bytes = hello();
  dynamic_entry(bytes, DT_FLAGS_1)->d_un.d_val |= DF_1_NODELETE;
  EXPECT_THAT(outcome(bytes, "file.unique"), HasSubstr("-z nodelete"));
}

TEST(Linkage, TablesOutsideOfTheFileAreRefused) {
  for (const int64_t tag : {DT_STRTAB, DT_SYMTAB, DT_GNU_HASH, DT_VERNEED}) {
    std::string bytes = hello();
    dynamic_entry(bytes, tag)->d_un.d_ptr = 0x7fff'0000'0000;
    EXPECT_FALSE(linkage_of(bytes).ok()) << tag;
  }
  std::string bytes = hello();
  dynamic_entry(bytes, DT_NEEDED)->d_un.d_val = 0x7fff'0000'0000;
  EXPECT_FALSE(linkage_of(bytes).ok());
}

TEST(Entry, IsReadThroughItsRelocations) {
  const auto file = ElfFile::open(hello(), hello().size(), "file");
  const auto entry = read_entry(*file);
  ASSERT_TRUE(entry.ok()) << entry.error().message;
  EXPECT_TRUE(entry->is_object && entry->has_query);
  EXPECT_EQ(entry->magic, TN_ENTRY_MAGIC);
  EXPECT_EQ(entry->platform.abi_major, TN_ABI_MAJOR);
}

TEST(Entry, WithoutARelocatedQueryIsRefused) {
  std::string bytes = hello();
  dynamic_entry(bytes, DT_RELASZ)->d_un.d_val = 0;
  // Some linkers leave the address in the file, too.
  const auto file = ElfFile::open(hello(), hello().size(), "file").value();
  const auto symbols = file.symbols().value();
  for (const auto& symbol : symbols)
    if (symbol.name == TN_ENTRY_SYMBOL)
      std::memset(bytes.data() + *file.offset_of(symbol.raw.st_value) + offsetof(tn_entry, query),
                  0, sizeof(tn_entry::query));
  EXPECT_THAT(outcome(bytes, "file.entry"), HasSubstr("failed its query points to no code"));
}

TEST(Bytes, CutAnywhereAreRefusedAndNeverReadBeyondTheirEnd) {
  for (size_t size = 0; size < hello().size(); size += 8191) {
    // A copy of its own, so that a sanitizer sees a read beyond it.
    const std::string cut = hello().substr(0, size);
    EXPECT_THAT(outcome(cut, "file.whole"), HasSubstr("failed ")) << size;
  }
}

}  // namespace
}  // namespace tenon::verify
