#include "host/crash/dwarf/module_reader.hpp"

#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "host/base/hex.hpp"

namespace tenon::crash {
namespace {

constexpr size_t kMaxNameBytes = 2048;

struct Freed {
  void operator()(void* memory) const { std::free(memory); }  // NOLINT: malloc's, by contract
};

std::string demangled(const char* name) {
  if (!name) return {};
  int status = 0;
  const std::unique_ptr<char, Freed> plain(abi::__cxa_demangle(name, nullptr, nullptr, &status));
  return std::string(status == 0 ? plain.get() : name).substr(0, kMaxNameBytes);
}

std::string name_of(Dwarf_Die* die) {
  Dwarf_Attribute attribute;
  const char* linkage = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
  return linkage ? demangled(linkage) : demangled(dwarf_diename(die));
}

uint32_t number_of(Dwarf_Die* die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) != 0) return 0;
  return static_cast<uint32_t>(value);
}

// Where an inlined function was called.
void place_of_call(Dwarf_Die* unit, Dwarf_Die* inlined, SourcePlace& place) {
  place.line = number_of(inlined, DW_AT_call_line);
  Dwarf_Files* files = nullptr;
  if (dwarf_getsrcfiles(unit, &files, nullptr) != 0) return;
  const char* file = dwarf_filesrc(files, number_of(inlined, DW_AT_call_file), nullptr, nullptr);
  if (file) place.file = file;
}

// No other process, no network: what the file holds, and Debian's folder of debugging information.
constexpr Dwfl_Callbacks kCallbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
    .debuginfo_path = nullptr,
};

Result<int> open_file(const std::string& path) {
  // A named pipe in the file's place must not hold us up.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat file {};
  if (fd >= 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode)) return fd;
  if (fd >= 0) close(fd);
  return Error{Code::not_found, fd < 0 ? "cannot be opened" : "is no file"};
}

}  // namespace

Result<ModuleReader> ModuleReader::open(const ModuleFile& file) {
  std::string problem;
  for (const std::string& path : file.paths) {
    const auto refuse = [&](const std::string& why) {
      problem += (problem.empty() ? "" : "; ") + path + " " + why;
    };
    const auto fd = open_file(path);
    if (!fd.ok()) {
      refuse(fd.error().message);
      continue;
    }
    ModuleReader reader;
    reader.dwfl_.reset(dwfl_begin(&kCallbacks));
    if (reader.dwfl_)
      reader.module_ = dwfl_report_offline(reader.dwfl_.get(), "module", path.c_str(), *fd);
    if (!reader.module_) {
      close(*fd);
      refuse("is no ELF file");
      continue;
    }
    dwfl_report_end(reader.dwfl_.get(), nullptr, nullptr);
    const unsigned char* bytes = nullptr;
    GElf_Addr at = 0;
    const int size = dwfl_module_build_id(reader.module_, &bytes, &at);
    const std::string build_id = size > 0 ? to_hex({bytes, static_cast<size_t>(size)}) : "";
    if (build_id != file.build_id) {
      refuse(build_id.empty() ? "has no build id" : "has the build id " + build_id);
      continue;
    }
    if (!dwfl_module_getelf(reader.module_, &reader.bias_)) {
      refuse("cannot be read");
      continue;
    }
    return reader;
  }
  return Error{Code::not_found, "build id " + file.build_id + " was wanted: " + problem};
}

std::vector<SourcePlace> ModuleReader::dwarf_places(Dwarf_Addr address) const {
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = dwfl_module_addrdie(module_, address, &bias);
  if (!unit) return {};
  Dwarf_Die* found = nullptr;
  const int count = dwarf_getscopes(unit, address - bias, &found);
  std::unique_ptr<Dwarf_Die, Freed> by_address(found);
  if (count <= 0) return {};
  // Lexical parents of the innermost scope; those by address would go on where an inlined
  // function was defined.
  found = nullptr;
  Dwarf_Die innermost = by_address.get()[0];
  const int depth = dwarf_getscopes_die(&innermost, &found);
  const std::unique_ptr<Dwarf_Die, Freed> scopes(found);
  SourcePlace here{};
  Dwfl_Line* line = dwfl_module_getsrc(module_, address);
  int line_number = 0;
  const char* file =
      line ? dwfl_lineinfo(line, nullptr, &line_number, nullptr, nullptr, nullptr) : nullptr;
  if (file) here.file = file;
  here.line = static_cast<uint32_t>(line_number);
  std::vector<SourcePlace> places;
  for (int i = 0; i < depth; ++i) {
    Dwarf_Die* scope = &scopes.get()[i];
    const int tag = dwarf_tag(scope);
    if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
    here.function = name_of(scope);
    places.push_back(here);
    if (tag == DW_TAG_subprogram) break;
    here = {};
    place_of_call(unit, scope, here);
  }
  return places;
}

std::vector<SourcePlace> ModuleReader::places_at(uint64_t address) const {
  const Dwarf_Addr biased = address + bias_;
  auto places = dwarf_places(biased);
  if (!places.empty() && !places.back().function.empty()) return places;
  SourcePlace place{};
  place.function = demangled(dwfl_module_addrname(module_, biased));
  if (place.function.empty()) return places;
  return {place};
}

}  // namespace tenon::crash
