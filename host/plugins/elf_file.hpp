// The structure of a shared object, read from its bytes with every access checked: headers and
// segments lie within the file, names within their tables.
#pragma once

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::plugins {

// Reads structures at offsets that a file itself names.
class ElfBytes {
 public:
  explicit ElfBytes(std::string_view bytes) : bytes_(bytes) {}

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
  std::optional<std::string_view> text(uint64_t offset) const;
  size_t size() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

class ElfFile {
 public:
  static constexpr uint64_t kMaxSegments = 256;

  // Checks the header and that all segments lie within the file. Only its first `bytes` are at hand
  // of a file of `file_size`; they outlive this. Errors (Code::invalid) begin with `name`.
  static Result<ElfFile> open(std::string_view bytes, uint64_t file_size, const std::string& name);

  const ElfBytes& bytes() const { return bytes_; }
  const std::string& name() const { return name_; }
  const std::vector<Elf64_Phdr>& segments() const { return segments_; }
  // The entries of the dynamic section, in its order, without the last.
  const std::vector<Elf64_Dyn>& dynamic() const { return dynamic_; }
  // The first entry of that tag.
  std::optional<uint64_t> dynamic(int64_t tag) const;
  // The file offset of a virtual address, as the loader would map it.
  std::optional<uint64_t> offset_of(uint64_t address) const;

  struct Symbol {
    std::string_view name;
    Elf64_Sym raw;
    bool exported;  // others can bind to it
  };
  // The dynamic symbols: what the file needs of others, and what it defines for them.
  Result<std::vector<Symbol>> symbols() const;
  // A text of the dynamic string table.
  std::optional<std::string_view> string(uint64_t offset) const;

  Error bad(const std::string& why) const { return {Code::invalid, name_ + " " + why, name_}; }
  Error truncated(const std::string& what, uint64_t end) const {
    return bad("is truncated: " + what + " ends at byte " + std::to_string(end) +
               ", the file has " + std::to_string(file_size_));
  }

 private:
  ElfFile(std::string_view bytes, uint64_t file_size, std::string name)
      : bytes_(bytes), file_size_(file_size), name_(std::move(name)) {}
  Result<void> read_header();
  Result<void> read_segments();
  void read_dynamic();
  struct SymbolRange {
    uint64_t first;
    uint64_t end;
  };
  Result<SymbolRange> exported_range() const;
  Result<SymbolRange> gnu_hash_range(uint64_t address) const;
  Result<SymbolRange> sysv_hash_range(uint64_t address) const;

  ElfBytes bytes_;
  uint64_t file_size_;
  std::string name_;
  Elf64_Ehdr header_ = {};
  std::vector<Elf64_Phdr> segments_;
  std::vector<Elf64_Dyn> dynamic_;
};

}  // namespace tenon::plugins
