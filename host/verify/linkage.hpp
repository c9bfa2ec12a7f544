// How a shared object is tied to the rest of its process: what it needs of others and how it asks
// to be mapped. Read from its bytes; nothing of it runs.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/elf_file.hpp"
#include "tenon/entry.h"

namespace tenon::verify {

// "libc.so.6 must have GLIBC_2.34"
struct VersionNeed {
  std::string library;
  std::string version;
};

struct Import {
  std::string name;
  bool weak = false;  // may stay undefined
};

struct Linkage {
  std::vector<std::string> needed;
  std::vector<std::string> search_paths;  // RPATH and RUNPATH, one folder each
  std::vector<VersionNeed> versions;
  std::vector<Import> imports;
  bool relro = false;
  bool bind_now = false;
  bool text_relocations = false;
  bool executable_stack = false;  // asked for, or not ruled out
  bool writable_code = false;     // a segment both writable and executable
  bool static_tls = false;        // thread-local data of the initial-exec model
};

// Errors (Code::invalid) name the file and the table that lies outside it.
Result<Linkage> read_linkage(const plugins::ElfFile& file);

// What the file says of its entry: the bytes of tenon_entry as they will be after loading, as far
// as they are known before.
struct EntryFacts {
  bool is_object = false;  // data, not a function
  uint64_t size = 0;
  uint32_t struct_size = 0;
  uint32_t magic = 0;
  tn_platform platform = {};
  bool has_query = false;  // points into code
};
Result<EntryFacts> read_entry(const plugins::ElfFile& file);

}  // namespace tenon::verify
