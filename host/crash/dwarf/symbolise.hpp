// The body of `tenon symbolise`: the child process in which debugging information of foreign files
// is read.
#pragma once

#include <iosfwd>

#include "host/crash/dwarf/symbol_request.hpp"
#include "tenon/result.hpp"

namespace tenon::crash {

// Names the frames with libdw: function, file and line with inlined functions from DWARF, else the
// function of the symbol table. A file of another build id is not read, and reported.
SymbolAnswer symbolise(const SymbolRequest& request);

// Limits this process's time, memory and files for good, reads a SymbolRequest from `in` and writes
// the SymbolAnswer to `out`. Returns the exit code.
int run_symbolise(std::istream& in, std::ostream& out);

}  // namespace tenon::crash
