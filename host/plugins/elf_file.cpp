#include "host/plugins/elf_file.hpp"

#include <algorithm>

namespace tenon::plugins {
namespace {

constexpr uint64_t kMaxSymbols = 100'000;
constexpr size_t kMaxDynamic = 4096;  // entries of the dynamic section

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#else
constexpr uint16_t kMachine = EM_AARCH64;
#endif

}  // namespace

std::optional<std::string_view> ElfBytes::text(uint64_t offset) const {
  if (offset >= bytes_.size()) return std::nullopt;
  const auto rest = bytes_.substr(offset, 4096);
  const size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return rest.substr(0, end);
}

Result<ElfFile> ElfFile::open(std::string_view bytes, uint64_t file_size, const std::string& name) {
  ElfFile file(bytes, file_size, name);
  TN_CHECK(file.read_header());
  TN_CHECK(file.read_segments());
  file.read_dynamic();
  return file;
}

Result<void> ElfFile::read_header() {
  const auto ident = bytes_.range(0, SELFMAG);
  if (!ident || *ident != std::string_view(ELFMAG, SELFMAG))
    return bad("is not a shared object (no ELF header)");
  const auto header = bytes_.at<Elf64_Ehdr>(0);
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

Result<void> ElfFile::read_segments() {
  for (uint16_t i = 0; i < header_.e_phnum; ++i) {
    const auto segment = bytes_.at<Elf64_Phdr>(header_.e_phoff + uint64_t{i} * sizeof(Elf64_Phdr));
    if (!segment) return truncated("program header " + std::to_string(i), header_.e_phoff);
    // A segment beyond the end of the file maps, and raises SIGBUS when it is touched.
    if ((segment->p_type == PT_LOAD || segment->p_type == PT_NOTE ||
         segment->p_type == PT_DYNAMIC) &&
        !bytes_.range(segment->p_offset, segment->p_filesz))
      return truncated("segment " + std::to_string(i), segment->p_offset + segment->p_filesz);
    segments_.push_back(*segment);
  }
  return {};
}

void ElfFile::read_dynamic() {
  for (const auto& segment : segments_) {
    if (segment.p_type != PT_DYNAMIC) continue;
    for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= segment.p_filesz; at += sizeof(Elf64_Dyn)) {
      const auto entry = bytes_.at<Elf64_Dyn>(segment.p_offset + at);
      if (!entry || entry->d_tag == DT_NULL || dynamic_.size() == kMaxDynamic) break;
      dynamic_.push_back(*entry);
    }
  }
}

std::optional<uint64_t> ElfFile::dynamic(int64_t tag) const {
  for (const auto& entry : dynamic_)
    if (entry.d_tag == tag) return entry.d_un.d_val;
  return std::nullopt;
}

std::optional<uint64_t> ElfFile::offset_of(uint64_t address) const {
  for (const auto& segment : segments_)
    if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
        address - segment.p_vaddr < segment.p_filesz)
      return segment.p_offset + (address - segment.p_vaddr);
  return std::nullopt;
}

std::optional<std::string_view> ElfFile::string(uint64_t offset) const {
  const auto table = offset_of(dynamic(DT_STRTAB).value_or(0));
  return table ? bytes_.text(*table + offset) : std::nullopt;
}

// The symbol table has no length of its own: what is exported is what the hash table, by which the
// loader looks names up, reaches.
Result<ElfFile::SymbolRange> ElfFile::exported_range() const {
  const auto gnu = dynamic(DT_GNU_HASH);
  return gnu ? gnu_hash_range(*gnu) : sysv_hash_range(dynamic(DT_HASH).value_or(0));
}

Result<ElfFile::SymbolRange> ElfFile::gnu_hash_range(uint64_t address) const {
  const auto at = offset_of(address);
  const auto buckets = at ? bytes_.at<uint32_t>(*at) : std::nullopt;
  const auto first = at ? bytes_.at<uint32_t>(*at + 4) : std::nullopt;
  const auto bloom_words = at ? bytes_.at<uint32_t>(*at + 8) : std::nullopt;
  if (!buckets || !first || !bloom_words) return bad("has no usable symbol hash table");
  const uint64_t buckets_at = *at + 16 + uint64_t{*bloom_words} * 8;
  const uint64_t chains_at = buckets_at + uint64_t{*buckets} * 4;
  if (!bytes_.range(buckets_at, uint64_t{*buckets} * 4))
    return truncated("the symbol hash table", chains_at);
  uint64_t last = 0;
  for (uint64_t i = 0; i < *buckets; ++i)
    last = std::max<uint64_t>(last, bytes_.at<uint32_t>(buckets_at + i * 4).value_or(0));
  if (last < *first) return SymbolRange{*first, *first};
  for (;; ++last) {  // the last chain ends at an odd hash
    const auto hash = bytes_.at<uint32_t>(chains_at + (last - *first) * 4);
    if (!hash) return truncated("the symbol hash table", chains_at + (last - *first) * 4);
    if (*hash & 1) return SymbolRange{*first, last + 1};
  }
}

Result<ElfFile::SymbolRange> ElfFile::sysv_hash_range(uint64_t address) const {
  const auto at = address ? offset_of(address) : std::nullopt;
  const auto chains = at ? bytes_.at<uint32_t>(*at + 4) : std::nullopt;
  if (!chains) return bad("has no usable symbol hash table");
  return SymbolRange{1, std::max<uint64_t>(*chains, 1)};
}

Result<std::vector<ElfFile::Symbol>> ElfFile::symbols() const {
  const auto table = offset_of(dynamic(DT_SYMTAB).value_or(0));
  const auto strings = offset_of(dynamic(DT_STRTAB).value_or(0));
  if (!table || !strings) return bad("has no dynamic symbol table");
  TN_TRY(const auto range, exported_range());
  if (range.end > kMaxSymbols)
    return bad("has too many dynamic symbols (" + std::to_string(range.end) + ")");
  std::vector<Symbol> out;
  for (uint64_t i = 1; i < range.end; ++i) {
    const auto raw = bytes_.at<Elf64_Sym>(*table + i * sizeof(Elf64_Sym));
    if (!raw) return truncated("the dynamic symbol table", *table + range.end * sizeof(Elf64_Sym));
    if (ELF64_ST_BIND(raw->st_info) == STB_LOCAL) continue;
    const auto symbol_name = bytes_.text(*strings + raw->st_name);
    if (!symbol_name) return bad("has a symbol without a name");
    // An absolute one is the name of a version, not a thing.
    const bool exported =
        i >= range.first && raw->st_shndx != SHN_UNDEF && raw->st_shndx != SHN_ABS;
    out.push_back({*symbol_name, *raw, exported});
  }
  return out;
}

}  // namespace tenon::plugins
