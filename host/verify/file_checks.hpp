// What can be told without running any of the plugin's code. Pure: reads files only.
#pragma once

#include <optional>

#include "host/plugins/elf_file.hpp"
#include "host/plugins/library.hpp"
#include "host/verify/options.hpp"
#include "host/verify/report.hpp"

namespace tenon::verify {

// Checks the file and its manifest. What the host could load of it, or nothing when it would refuse
// the file; then the rest is without object.
std::optional<plugins::Candidate> check_file(const Options& options, Report& report);

// The same of bytes in memory; `options.library` stands for the file. For tests and fuzzing.
std::optional<plugins::Candidate> check_bytes(const std::string& bytes, const Options& options,
                                              Report& report);

// ---- its parts
void check_linkage(const plugins::ElfFile& file, const Options& options, Report& report);
void check_manifest(const plugins::Manifest& manifest, Report& report);

}  // namespace tenon::verify
