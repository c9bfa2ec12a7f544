// What the host asks its symbolising child, and what that answers: JSON on standard input and
// output.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tenon::crash {

struct ModuleFile {
  std::vector<std::string> paths;  // where the file may be; the first of the right build id is read
  std::string build_id;            // hexadecimal
};
BOOST_DESCRIBE_STRUCT(ModuleFile, (), (paths, build_id))

struct AskedFrame {
  uint64_t module;  // index into SymbolRequest::modules
  uint64_t offset;  // address within the file
  bool exact;       // false: the address after a call
};
BOOST_DESCRIBE_STRUCT(AskedFrame, (), (module, offset, exact))

struct SymbolRequest {
  std::vector<ModuleFile> modules;
  std::vector<AskedFrame> frames;
};
BOOST_DESCRIBE_STRUCT(SymbolRequest, (), (modules, frames))

struct SourcePlace {
  std::string function;  // demangled; empty: unknown
  std::string file;      // empty: unknown
  uint32_t line;         // 0: unknown
};
BOOST_DESCRIBE_STRUCT(SourcePlace, (), (function, file, line))

struct SymbolAnswer {
  // For each frame asked the functions there, innermost inlined one first; none: unknown.
  std::vector<std::vector<SourcePlace>> frames;
  // For each module why it could not be read; empty: it was.
  std::vector<std::string> problems;
};
BOOST_DESCRIBE_STRUCT(SymbolAnswer, (), (frames, problems))

}  // namespace tenon::crash
