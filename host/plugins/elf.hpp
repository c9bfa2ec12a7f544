// What can be told of a shared object from its bytes alone: that it is whole, for this machine, and
// what its manifest says. Nothing of the file is executed or mapped, so a truncated or hostile one
// costs an error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::plugins {

struct ElfFacts {
  std::string manifest;               // the JSON text of the note
  std::vector<std::string> exported;  // names of the symbols it defines for others
  std::vector<std::string>
      unique;  // those of them that are GNU_UNIQUE: the library would never unload
  bool runs_constructors = false;  // code would run on load, before any check of ours
};

// Reads the facts of a plugin. Errors (Code::invalid) name the file and what is wrong with it.
Result<ElfFacts> read_elf(const std::filesystem::path& file);

// The same from bytes in memory; `name` stands for the file in errors.
Result<ElfFacts> read_elf(std::string_view bytes, const std::string& name);

}  // namespace tenon::plugins
