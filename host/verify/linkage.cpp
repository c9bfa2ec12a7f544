#include "host/verify/linkage.hpp"

#include <algorithm>
#include <cstddef>

namespace tenon::verify {
namespace {

using plugins::ElfFile;

constexpr uint64_t kMaxVersions = 10'000;
constexpr uint64_t kMaxRelocations = 1'000'000;

#if defined(__x86_64__)
constexpr uint32_t kRelative = R_X86_64_RELATIVE;
constexpr uint32_t kAbsolute = R_X86_64_64;
#else
constexpr uint32_t kRelative = R_AARCH64_RELATIVE;
constexpr uint32_t kAbsolute = R_AARCH64_ABS64;
#endif

Result<std::string> text(const ElfFile& file, uint64_t at, const char* what) {
  const auto found = file.string(at);
  if (!found) return file.bad(std::string("has ") + what + " outside of its string table");
  return std::string(*found);
}

std::vector<std::string> split(const std::string& paths) {
  std::vector<std::string> out;
  for (size_t begin = 0; begin <= paths.size();) {
    const size_t end = std::min(paths.find(':', begin), paths.size());
    if (end > begin) out.push_back(paths.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

Result<void> read_dynamic(const ElfFile& file, Linkage& out) {
  for (const auto& entry : file.dynamic()) {
    const uint64_t value = entry.d_un.d_val;
    if (entry.d_tag == DT_NEEDED) {
      TN_TRY(out.needed.emplace_back(), text(file, value, "a needed library"));
    } else if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH) {
      TN_TRY(const auto paths, text(file, value, "a search path"));
      for (auto& path : split(paths)) out.search_paths.push_back(std::move(path));
    } else if (entry.d_tag == DT_BIND_NOW) {
      out.bind_now = true;
    } else if (entry.d_tag == DT_TEXTREL) {
      out.text_relocations = true;
    } else if (entry.d_tag == DT_FLAGS) {
      out.bind_now |= (value & DF_BIND_NOW) != 0;
      out.text_relocations |= (value & DF_TEXTREL) != 0;
      out.static_tls |= (value & DF_STATIC_TLS) != 0;
    } else if (entry.d_tag == DT_FLAGS_1) {
      out.bind_now |= (value & DF_1_NOW) != 0;
    }
  }
  return {};
}

void read_segments(const ElfFile& file, Linkage& out) {
  out.executable_stack = true;
  for (const auto& segment : file.segments()) {
    if (segment.p_type == PT_GNU_RELRO) out.relro = true;
    if (segment.p_type == PT_GNU_STACK) out.executable_stack = (segment.p_flags & PF_X) != 0;
    if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W) && (segment.p_flags & PF_X))
      out.writable_code = true;
  }
}

Result<void> read_versions(const ElfFile& file, Linkage& out) {
  const auto table = file.dynamic(DT_VERNEED);
  if (!table) return {};
  const auto begin = file.offset_of(*table);
  if (!begin) return file.bad("has its table of needed versions outside of its segments");
  uint64_t at = *begin;
  for (uint64_t i = 0; i < std::min(file.dynamic(DT_VERNEEDNUM).value_or(0), kMaxVersions); ++i) {
    const auto need = file.bytes().at<Elf64_Verneed>(at);
    if (!need) return file.truncated("the table of needed versions", at);
    TN_TRY(const auto library, text(file, need->vn_file, "the name of a needed library"));
    uint64_t aux_at = at + need->vn_aux;
    for (uint16_t j = 0; j < need->vn_cnt && out.versions.size() < kMaxVersions; ++j) {
      const auto aux = file.bytes().at<Elf64_Vernaux>(aux_at);
      if (!aux) return file.truncated("the table of needed versions", aux_at);
      TN_TRY(auto version, text(file, aux->vna_name, "a needed version"));
      out.versions.push_back({library, std::move(version)});
      if (aux->vna_next == 0) break;
      aux_at += aux->vna_next;
    }
    if (need->vn_next == 0) break;
    at += need->vn_next;
  }
  return {};
}

bool in_code(const ElfFile& file, uint64_t address) {
  return std::any_of(file.segments().begin(), file.segments().end(), [&](const auto& segment) {
    return segment.p_type == PT_LOAD && (segment.p_flags & PF_X) && address >= segment.p_vaddr &&
           address - segment.p_vaddr < segment.p_memsz;
  });
}

// What the word at that address of the image holds once it is relocated: an address within the
// image. Packed relocations (RELR) leave it in the file.
uint64_t relocated(const ElfFile& file, uint64_t address) {
  const auto table = file.offset_of(file.dynamic(DT_RELA).value_or(0));
  const uint64_t count =
      table ? file.dynamic(DT_RELASZ).value_or(0) / sizeof(Elf64_Rela) : uint64_t{0};
  for (uint64_t i = 0; i < std::min(count, kMaxRelocations); ++i) {
    const auto one = file.bytes().at<Elf64_Rela>(*table + i * sizeof(Elf64_Rela));
    if (!one) break;
    if (one->r_offset != address) continue;
    const uint32_t type = ELF64_R_TYPE(one->r_info);
    if (type == kRelative) return static_cast<uint64_t>(one->r_addend);
    if (type != kAbsolute) return 0;
    const auto symbols = file.offset_of(file.dynamic(DT_SYMTAB).value_or(0));
    const auto symbol =
        symbols
            ? file.bytes().at<Elf64_Sym>(*symbols + ELF64_R_SYM(one->r_info) * sizeof(Elf64_Sym))
            : std::nullopt;
    return symbol ? symbol->st_value + static_cast<uint64_t>(one->r_addend) : 0;
  }
  const auto at = file.offset_of(address);
  return at ? file.bytes().at<uint64_t>(*at).value_or(0) : 0;
}

}  // namespace

Result<Linkage> read_linkage(const ElfFile& file) {
  Linkage out;
  TN_CHECK(read_dynamic(file, out));
  read_segments(file, out);
  TN_CHECK(read_versions(file, out));
  TN_TRY(const auto symbols, file.symbols());
  for (const auto& symbol : symbols)
    if (symbol.raw.st_shndx == SHN_UNDEF)
      out.imports.push_back(
          {std::string(symbol.name), ELF64_ST_BIND(symbol.raw.st_info) == STB_WEAK});
  return out;
}

Result<EntryFacts> read_entry(const ElfFile& file) {
  TN_TRY(const auto symbols, file.symbols());
  for (const auto& symbol : symbols) {
    if (!symbol.exported || symbol.name != TN_ENTRY_SYMBOL) continue;
    EntryFacts out;
    const uint64_t address = symbol.raw.st_value;
    out.is_object = ELF64_ST_TYPE(symbol.raw.st_info) == STT_OBJECT;
    out.size = symbol.raw.st_size;
    const auto at = file.offset_of(address);
    const auto entry = at ? file.bytes().at<tn_entry>(*at) : std::nullopt;
    if (!entry) return file.bad("has its " TN_ENTRY_SYMBOL " outside of its segments");
    out.struct_size = entry->struct_size;
    out.magic = entry->magic;
    out.platform = entry->platform;
    out.has_query = in_code(file, relocated(file, address + offsetof(tn_entry, query)));
    return out;
  }
  return file.bad("exports no " TN_ENTRY_SYMBOL);
}

}  // namespace tenon::verify
