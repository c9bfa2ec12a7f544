#include "host/plugins/elf.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>

#include "tenon/entry.h"
#include "tenon/manifest.h"

namespace tenon::plugins {
namespace {

constexpr uint64_t kMaxFile = uint64_t{512} << 20;
constexpr uint64_t kMaxSymbols = 100'000;
constexpr uint64_t kMaxSegments = 256;

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#else
constexpr uint16_t kMachine = EM_AARCH64;
#endif

// Reads structures at offsets that the file itself names: every access is checked against its size.
class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  std::optional<T> at(uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T out;
    std::memcpy(&out, bytes_.data() + offset, sizeof(T));
    return out;
  }
  std::optional<std::string_view> range(uint64_t offset, uint64_t size) const {
    if (offset > bytes_.size() || bytes_.size() - offset < size) return std::nullopt;
    return bytes_.substr(offset, size);
  }
  // The NUL-terminated text at an offset.
  std::optional<std::string_view> text(uint64_t offset) const {
    if (offset >= bytes_.size()) return std::nullopt;
    const auto rest = bytes_.substr(offset, 4096);
    const size_t end = rest.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    return rest.substr(0, end);
  }

 private:
  std::string_view bytes_;
};

class Reader {
 public:
  Reader(std::string_view bytes, uint64_t file_size, const std::string& name)
      : image_(bytes), file_size_(file_size), name_(name) {}

  Result<ElfFacts> read() {
    TN_CHECK(read_header());
    TN_CHECK(read_segments());
    TN_CHECK(read_notes());
    TN_CHECK(read_dynamic());
    return std::move(facts_);
  }

 private:
  Error bad(const std::string& why) const { return {Code::invalid, name_ + " " + why, name_}; }
  Error truncated(const std::string& what, uint64_t end) const {
    return bad("is truncated: " + what + " ends at byte " + std::to_string(end) +
               ", the file has " + std::to_string(file_size_));
  }

  Result<void> read_header() {
    const auto ident = image_.range(0, SELFMAG);
    if (!ident || *ident != std::string_view(ELFMAG, SELFMAG))
      return bad("is not a shared object (no ELF header)");
    const auto header = image_.at<Elf64_Ehdr>(0);
    if (!header) return truncated("the ELF header", sizeof(Elf64_Ehdr));
    if (header->e_ident[EI_CLASS] != ELFCLASS64) return bad("is not a 64-bit object");
    if (header->e_ident[EI_DATA] != ELFDATA2LSB) return bad("is not little-endian");
    if (header->e_machine != kMachine)
      return bad("is for another processor (ELF machine " + std::to_string(header->e_machine) +
                 ", this host runs on " + std::to_string(kMachine) + ")");
    if (header->e_type != ET_DYN)
      return bad("is not a shared object (ELF type " + std::to_string(header->e_type) + ")");
    if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 ||
        header->e_phnum > kMaxSegments)
      return bad("has no usable program headers");
    // The section headers end a file: nothing needs them at run time, but a file without its end is
    // not the plugin's.
    const uint64_t end = header->e_shoff + uint64_t{header->e_shnum} * header->e_shentsize;
    if (header->e_shoff > file_size_ || end > file_size_)
      return truncated("the section header table", end);
    header_ = *header;
    return {};
  }

  Result<void> read_segments() {
    for (uint16_t i = 0; i < header_.e_phnum; ++i) {
      const auto segment =
          image_.at<Elf64_Phdr>(header_.e_phoff + uint64_t{i} * sizeof(Elf64_Phdr));
      if (!segment) return truncated("program header " + std::to_string(i), header_.e_phoff);
      // A segment beyond the end of the file maps, and raises SIGBUS when it is touched.
      if ((segment->p_type == PT_LOAD || segment->p_type == PT_NOTE ||
           segment->p_type == PT_DYNAMIC) &&
          !image_.range(segment->p_offset, segment->p_filesz))
        return truncated("segment " + std::to_string(i), segment->p_offset + segment->p_filesz);
      if (segment->p_type == PT_INTERP) return bad("is a program, not a plugin");
      segments_.push_back(*segment);
    }
    return {};
  }

  Result<void> read_notes() {
    for (const auto& segment : segments_) {
      if (segment.p_type != PT_NOTE) continue;
      uint64_t offset = segment.p_offset;
      const uint64_t end = segment.p_offset + segment.p_filesz;
      const uint64_t align = segment.p_align == 8 ? 8 : 4;
      while (offset + sizeof(Elf64_Nhdr) <= end) {
        const auto note = image_.at<Elf64_Nhdr>(offset);
        const uint64_t name_at = offset + sizeof(Elf64_Nhdr);
        const uint64_t text_at = name_at + (note->n_namesz + align - 1) / align * align;
        const uint64_t next = text_at + (note->n_descsz + align - 1) / align * align;
        if (next > end + align || text_at > end || note->n_descsz > end - text_at) break;
        const auto note_name = image_.range(name_at, note->n_namesz);
        const auto text = image_.range(text_at, note->n_descsz);
        if (note_name && text) TN_CHECK(take_note(*note_name, note->n_type, *text));
        offset = next;
      }
    }
    if (!facts_.manifest.empty()) return {};
    return bad("is not a tenon plugin: it has no manifest (ELF note " TN_NOTE_SECTION ")");
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
    if (!facts_.manifest.empty()) return bad("has more than one manifest");
    if (text.size() > TN_MANIFEST_MAX)
      return bad("has a manifest of " + std::to_string(text.size()) + " bytes; at most " +
                 std::to_string(TN_MANIFEST_MAX) + " are allowed");
    const size_t last = text.find_last_not_of('\0');
    if (last == std::string_view::npos) return bad("has an empty manifest");
    facts_.manifest = text.substr(0, last + 1);
    return {};
  }

  // The file offset of a virtual address, as the loader would map it.
  std::optional<uint64_t> offset_of(uint64_t address) const {
    for (const auto& segment : segments_)
      if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
          address - segment.p_vaddr < segment.p_filesz)
        return segment.p_offset + (address - segment.p_vaddr);
    return std::nullopt;
  }

  Result<void> read_dynamic() {
    uint64_t symbols = 0, strings = 0, gnu_hash = 0, sysv_hash = 0, init_size = 0;
    bool has_init = false;
    for (const auto& segment : segments_) {
      if (segment.p_type != PT_DYNAMIC) continue;
      for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= segment.p_filesz; at += sizeof(Elf64_Dyn)) {
        const auto entry = image_.at<Elf64_Dyn>(segment.p_offset + at);
        if (!entry || entry->d_tag == DT_NULL) break;
        if (entry->d_tag == DT_SYMTAB) symbols = entry->d_un.d_ptr;
        if (entry->d_tag == DT_STRTAB) strings = entry->d_un.d_ptr;
        if (entry->d_tag == DT_GNU_HASH) gnu_hash = entry->d_un.d_ptr;
        if (entry->d_tag == DT_HASH) sysv_hash = entry->d_un.d_ptr;
        if (entry->d_tag == DT_INIT) has_init = true;
        if (entry->d_tag == DT_INIT_ARRAYSZ) init_size = entry->d_un.d_val;
      }
    }
    facts_.runs_constructors = has_init || init_size > sizeof(uint64_t);
    const auto symbols_at = offset_of(symbols);
    const auto strings_at = offset_of(strings);
    if (!symbols_at || !strings_at) return bad("has no dynamic symbol table");
    TN_TRY(const auto exported, gnu_hash ? gnu_hash_range(gnu_hash) : sysv_hash_range(sysv_hash));
    return read_symbols(*symbols_at, *strings_at, exported);
  }

  // The symbol table has no length of its own: what is exported is what the hash table, by which
  // the loader looks names up, reaches.
  struct SymbolRange {
    uint64_t first;
    uint64_t end;
  };
  Result<SymbolRange> gnu_hash_range(uint64_t address) const {
    const auto at = offset_of(address);
    const auto buckets = at ? image_.at<uint32_t>(*at) : std::nullopt;
    const auto first = at ? image_.at<uint32_t>(*at + 4) : std::nullopt;
    const auto bloom_words = at ? image_.at<uint32_t>(*at + 8) : std::nullopt;
    if (!buckets || !first || !bloom_words) return bad("has no usable symbol hash table");
    const uint64_t buckets_at = *at + 16 + uint64_t{*bloom_words} * 8;
    const uint64_t chains_at = buckets_at + uint64_t{*buckets} * 4;
    if (!image_.range(buckets_at, uint64_t{*buckets} * 4))
      return truncated("the symbol hash table", chains_at);
    uint64_t last = 0;
    for (uint64_t i = 0; i < *buckets; ++i)
      last = std::max<uint64_t>(last, image_.at<uint32_t>(buckets_at + i * 4).value_or(0));
    if (last < *first) return SymbolRange{*first, *first};
    for (;; ++last) {  // the last chain ends at an odd hash
      const auto hash = image_.at<uint32_t>(chains_at + (last - *first) * 4);
      if (!hash) return truncated("the symbol hash table", chains_at + (last - *first) * 4);
      if (*hash & 1) return SymbolRange{*first, last + 1};
    }
  }
  Result<SymbolRange> sysv_hash_range(uint64_t address) const {
    const auto at = address ? offset_of(address) : std::nullopt;
    const auto chains = at ? image_.at<uint32_t>(*at + 4) : std::nullopt;
    if (!chains) return bad("has no usable symbol hash table");
    return SymbolRange{1, std::max<uint64_t>(*chains, 1)};
  }

  Result<void> read_symbols(uint64_t symbols_at, uint64_t strings_at, SymbolRange range) {
    if (range.end - range.first > kMaxSymbols)
      return bad("exports too many symbols (" + std::to_string(range.end - range.first) + ")");
    for (uint64_t i = range.first; i < range.end; ++i) {
      const auto symbol = image_.at<Elf64_Sym>(symbols_at + i * sizeof(Elf64_Sym));
      if (!symbol)
        return truncated("the dynamic symbol table", symbols_at + range.end * sizeof(Elf64_Sym));
      // An absolute one is the name of a version, not a thing.
      if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS ||
          ELF64_ST_BIND(symbol->st_info) == STB_LOCAL)
        continue;
      const auto symbol_name = image_.text(strings_at + symbol->st_name);
      if (!symbol_name) return bad("has a symbol without a name");
      facts_.exported.emplace_back(*symbol_name);
      if (ELF64_ST_BIND(symbol->st_info) == STB_GNU_UNIQUE)
        facts_.unique.emplace_back(*symbol_name);
    }
    return {};
  }

  Image image_;
  uint64_t file_size_;
  std::string name_;
  Elf64_Ehdr header_ = {};
  std::vector<Elf64_Phdr> segments_;
  ElfFacts facts_;
};

}  // namespace

Result<ElfFacts> read_elf(std::string_view bytes, const std::string& name) {
  return Reader(bytes, bytes.size(), name).read();
}

namespace {

// How many bytes from the start hold all that is loaded or read: debug information, most of a file,
// lies behind them.
uint64_t needed_bytes(std::string_view head, uint64_t file_size) {
  const Image image(head);
  const auto header = image.at<Elf64_Ehdr>(0);
  if (!header || header->e_phnum > kMaxSegments) return file_size;
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
  return Reader(start.bytes, start.file_size, file.string()).read();
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
    return Error{Code::invalid, name + " exports no " TN_ENTRY_SYMBOL, name};
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
  TN_TRY(auto facts, Reader(start.bytes, start.file_size, file.string()).read());
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
