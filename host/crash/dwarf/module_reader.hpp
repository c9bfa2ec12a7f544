// Functions and lines of one ELF file.
#pragma once

#include <elfutils/libdwfl.h>

#include <memory>
#include <string>
#include <vector>

#include "host/crash/dwarf/symbol_request.hpp"
#include "tenon/result.hpp"

namespace tenon::crash {

class ModuleReader {
 public:
  // Opens the first of the files that has the build id. The error says why none was taken.
  static Result<ModuleReader> open(const ModuleFile& file);

  // The functions at an address of the file, innermost first; empty when nothing is known.
  std::vector<SourcePlace> places_at(uint64_t address) const;

 private:
  struct End {
    void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
  };
  ModuleReader() = default;
  std::vector<SourcePlace> dwarf_places(Dwarf_Addr address) const;

  std::unique_ptr<Dwfl, End> dwfl_;
  Dwfl_Module* module_ = nullptr;  // of dwfl_
  Dwarf_Addr bias_ = 0;            // what libdwfl adds to addresses of the file
};

}  // namespace tenon::crash
