// What can be told of a shared object from its bytes alone: that it is whole, for this machine,
// what its manifest says and what it exports. Nothing of the file is executed or mapped, so a
// truncated or hostile one costs an error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/signing/ed25519.hpp"
#include "tenon/result.hpp"

namespace tenon::plugins {

struct ElfFacts {
  std::string manifest;               // the JSON text of the note
  std::string build_id;               // hexadecimal; empty: it has none
  std::vector<std::string> exported;  // names of the symbols it defines for others
  std::vector<std::string>
      unique;  // those of them that are GNU_UNIQUE: the library would never unload
  bool runs_constructors = false;  // code would run on load, before any check of ours
};

// Reads the facts of a plugin. Errors (Code::invalid) name the file and what is wrong with it.
Result<ElfFacts> read_elf(const std::filesystem::path& file);

// The same from bytes in memory; `name` stands for the file in errors.
Result<ElfFacts> read_elf(std::string_view bytes, const std::string& name);

// All bytes of a file, which may be any.
Result<std::string> read_bytes(const std::filesystem::path& file);

// Whether a plugin that exports this may be loaded: exactly its entry. The error (Code::invalid)
// names what there is too much or too little, why that is refused and the remedy.
Result<void> check_exports(const ElfFacts& facts, const std::string& name);

// The bytes of a library that can be loaded: up to the end of its last segment, without section
// headers, symbol table and debug information; or, when it is to be `whole`, all of them.
struct LoadableImage {
  std::string bytes;
  ElfFacts facts;
};
// `digest`, when there is one, gets all bytes of the file, of which those of the image are the
// first: they are read once.
Result<LoadableImage> read_loadable(const std::filesystem::path& file, bool whole = false,
                                    signing::Sha512* digest = nullptr);

}  // namespace tenon::plugins
