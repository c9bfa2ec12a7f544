#include "host/plugins/elf.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>

#include "host/plugins/elf_file.hpp"
#include "tenon/entry.h"
#include "tenon/manifest.h"

namespace tenon::plugins {
namespace {

constexpr uint64_t kMaxFile = uint64_t{512} << 20;

class Reader {
 public:
  explicit Reader(const ElfFile& file) : file_(file) {}

  Result<ElfFacts> read() {
    for (const auto& segment : file_.segments())
      if (segment.p_type == PT_INTERP) return file_.bad("is a program, not a plugin");
    TN_CHECK(read_notes());
    TN_CHECK(read_dynamic());
    return std::move(facts_);
  }

 private:
  Result<void> read_notes() {
    for (const auto& segment : file_.segments()) {
      if (segment.p_type != PT_NOTE) continue;
      uint64_t offset = segment.p_offset;
      const uint64_t end = segment.p_offset + segment.p_filesz;
      const uint64_t align = segment.p_align == 8 ? 8 : 4;
      while (offset + sizeof(Elf64_Nhdr) <= end) {
        const auto note = file_.bytes().at<Elf64_Nhdr>(offset);
        const uint64_t name_at = offset + sizeof(Elf64_Nhdr);
        const uint64_t text_at = name_at + (note->n_namesz + align - 1) / align * align;
        const uint64_t next = text_at + (note->n_descsz + align - 1) / align * align;
        if (next > end + align || text_at > end || note->n_descsz > end - text_at) break;
        const auto note_name = file_.bytes().range(name_at, note->n_namesz);
        const auto text = file_.bytes().range(text_at, note->n_descsz);
        if (note_name && text) TN_CHECK(take_note(*note_name, note->n_type, *text));
        offset = next;
      }
    }
    if (!facts_.manifest.empty()) return {};
    return file_.bad("is not a tenon plugin: it has no manifest (ELF note " TN_NOTE_SECTION
                     "); write TENON_PLUGIN(...), in C TN_MANIFEST(...), in one of its sources");
  }

  Result<void> take_note(std::string_view name, uint32_t type, std::string_view content) {
    if (name == std::string_view(TN_NOTE_NAME, sizeof(TN_NOTE_NAME)) && type == TN_NOTE_MANIFEST)
      return take_manifest(content);
    if (name == std::string_view(ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) && type == NT_GNU_BUILD_ID)
      for (const unsigned char byte : content) {
        facts_.build_id += "0123456789abcdef"[byte >> 4];
        facts_.build_id += "0123456789abcdef"[byte & 15];
      }
    return {};
  }

  Result<void> take_manifest(std::string_view text) {
    if (!facts_.manifest.empty()) return file_.bad("has more than one manifest");
    if (text.size() > TN_MANIFEST_MAX)
      return file_.bad("has a manifest of " + std::to_string(text.size()) + " bytes; at most " +
                       std::to_string(TN_MANIFEST_MAX) + " are allowed");
    const size_t last = text.find_last_not_of('\0');
    if (last == std::string_view::npos) return file_.bad("has an empty manifest");
    facts_.manifest = text.substr(0, last + 1);
    return {};
  }

  Result<void> read_dynamic() {
    facts_.runs_constructors = file_.dynamic(DT_INIT).has_value() ||
                               file_.dynamic(DT_INIT_ARRAYSZ).value_or(0) > sizeof(uint64_t);
    TN_TRY(const auto symbols, file_.symbols());
    for (const auto& symbol : symbols) {
      if (!symbol.exported) continue;
      facts_.exported.emplace_back(symbol.name);
      if (ELF64_ST_BIND(symbol.raw.st_info) == STB_GNU_UNIQUE)
        facts_.unique.emplace_back(symbol.name);
    }
    return {};
  }

  const ElfFile& file_;
  ElfFacts facts_;
};

Result<ElfFacts> read_start(std::string_view bytes, uint64_t file_size, const std::string& name) {
  TN_TRY(const auto file, ElfFile::open(bytes, file_size, name));
  return Reader(file).read();
}

}  // namespace

Result<ElfFacts> read_elf(std::string_view bytes, const std::string& name) {
  return read_start(bytes, bytes.size(), name);
}

namespace {

// How many bytes from the start hold all that is loaded or read: debug information, most of a file,
// lies behind them.
uint64_t needed_bytes(std::string_view head, uint64_t file_size) {
  const ElfBytes image(head);
  const auto header = image.at<Elf64_Ehdr>(0);
  if (!header || header->e_phnum > ElfFile::kMaxSegments) return file_size;
  uint64_t needed = head.size();
  for (uint16_t i = 0; i < header->e_phnum; ++i) {
    const auto segment = image.at<Elf64_Phdr>(header->e_phoff + uint64_t{i} * sizeof(Elf64_Phdr));
    if (!segment || segment->p_filesz > file_size || segment->p_offset > file_size)
      return file_size;
    needed = std::max(needed, segment->p_offset + segment->p_filesz);
  }
  return std::min(needed, file_size);
}

struct FileStart {
  std::string bytes;
  uint64_t file_size;
};

// As many bytes of a file as are needed, or all.
Result<FileStart> read_file(const std::filesystem::path& file, bool whole,
                            signing::Sha512* digest = nullptr) {
  const std::string name = file.string();
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return Error{Code::not_found, name + " cannot be read: " + failed.message(), name};
  if (size > kMaxFile) return Error{Code::too_large, name + " is larger than 512 MiB", name};
  std::ifstream stream(file, std::ios::binary);
  std::string bytes;
  const auto read_up_to = [&](uint64_t end) {
    const size_t have = bytes.size();
    bytes.resize(end);
    stream.read(bytes.data() + have, static_cast<std::streamsize>(end - have));
    bytes.resize(have + static_cast<size_t>(stream.gcount()));
  };
  read_up_to(std::min<uint64_t>(size, 4096));
  read_up_to(whole ? size : needed_bytes(bytes, size));
  if (bytes.empty() && size > 0) return Error{Code::invalid, name + " cannot be read", name};
  if (digest) {
    digest->add(bytes);
    std::string block(64 << 10, '\0');
    while (stream.read(block.data(), static_cast<std::streamsize>(block.size())), stream.gcount())
      digest->add({block.data(), static_cast<size_t>(stream.gcount())});
  }
  return FileStart{std::move(bytes), size};
}

// "a, b, c and 4 more"
std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t kShown = 3;
  std::string out;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i)
    out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kShown) out += " and " + std::to_string(names.size() - kShown) + " more";
  return out;
}

}  // namespace

Result<ElfFacts> read_elf(const std::filesystem::path& file) {
  TN_TRY(const auto start, read_file(file, false));
  return read_start(start.bytes, start.file_size, file.string());
}

Result<std::string> read_bytes(const std::filesystem::path& file) {
  TN_TRY(auto start, read_file(file, true));
  return std::move(start.bytes);
}

Result<void> check_exports(const ElfFacts& facts, const std::string& name) {
  if (!facts.unique.empty())
    return Error{
        Code::invalid,
        name + " has GNU_UNIQUE symbols (" + some_of(facts.unique) +
            "): it could not be unloaded and would share their state with its next "
            "generation; compile it with -fno-gnu-unique, as tenon_plugin() of the SDK does",
        name};
  std::vector<std::string> more = facts.exported;
  if (std::erase(more, TN_ENTRY_SYMBOL) == 0)
    return Error{Code::invalid,
                 name +
                     " exports no " TN_ENTRY_SYMBOL
                     "; TENON_PLUGIN(...) makes it, in C: TN_EXPORT const tn_entry " TN_ENTRY_SYMBOL
                     " = {...}",
                 name};
  if (!more.empty())
    return Error{Code::invalid,
                 name + " exports more than " TN_ENTRY_SYMBOL " (" + some_of(more) +
                     "), which could bind to symbols of the host; link it with a version script "
                     "\"{ global: " TN_ENTRY_SYMBOL
                     "; local: *; };\", as tenon_plugin() of the SDK "
                     "does",
                 name};
  return {};
}

Result<LoadableImage> read_loadable(const std::filesystem::path& file, bool whole,
                                    signing::Sha512* digest) {
  TN_TRY(auto start, read_file(file, whole, digest));
  TN_TRY(auto facts, read_start(start.bytes, start.file_size, file.string()));
  if (start.bytes.size() < start.file_size) {
    // The section headers have been left behind: a debugger must not look for them.
    Elf64_Ehdr header;
    std::memcpy(&header, start.bytes.data(), sizeof header);
    header.e_shoff = 0;
    header.e_shnum = 0;
    header.e_shstrndx = SHN_UNDEF;
    std::memcpy(start.bytes.data(), &header, sizeof header);
  }
  return LoadableImage{std::move(start.bytes), std::move(facts)};
}

}  // namespace tenon::plugins
