#include "host/verify/file_checks.hpp"

#include <fmt/format.h>

#include <cstddef>

#include "host/plugins/elf.hpp"
#include "host/plugins/manifest_schemas.hpp"
#include "host/verify/linkage.hpp"

namespace tenon::verify {
namespace {

// tenon_entry and nothing else; of those, what keeps the library mapped is told apart.
void check_exported(const plugins::ElfFile& file, const plugins::ElfFacts& facts, Report& report) {
  std::vector<std::string> staying;
  for (const auto& name : facts.unique) staying.push_back(name + " is GNU_UNIQUE");
  if (file.dynamic(DT_FLAGS_1).value_or(0) & DF_1_NODELETE)
    staying.push_back("it is linked to stay (-z nodelete)");
  report.judge("file.unique", staying);
  std::vector<std::string> more = facts.exported;
  const bool has_entry = std::erase(more, TN_ENTRY_SYMBOL) != 0;
  for (const auto& unique : facts.unique) std::erase(more, unique);
  if (!has_entry)
    report.failed("file.exports", "it exports no " TN_ENTRY_SYMBOL);
  else if (!more.empty())
    report.failed("file.exports", "it also exports " + list_of(more));
  else
    report.ok("file.exports");
}

std::vector<std::string> wrong_entry(const EntryFacts& entry) {
  constexpr uint64_t kNeeded = offsetof(tn_entry, query) + sizeof(tn_entry::query);
  std::vector<std::string> wrong;
  if (!entry.is_object) wrong.push_back("tenon_entry is no data object");
  if (entry.magic != TN_ENTRY_MAGIC) {
    wrong.push_back(
        fmt::format("its magic is {:#x} instead of {:#x}", entry.magic, TN_ENTRY_MAGIC));
    return wrong;  // nothing else of it means anything
  }
  if (entry.struct_size < kNeeded || entry.size < entry.struct_size)
    wrong.push_back(
        fmt::format("its struct_size is {}; the symbol has {} bytes, at least {} are "
                    "needed",
                    entry.struct_size, entry.size, kNeeded));
  if (const auto fits = plugins::check_platform(entry.platform); !fits.ok())
    wrong.push_back("it " + fits.error().message);
  if (!entry.has_query) wrong.push_back("its query points to no code");
  return wrong;
}

void check_entry(const plugins::ElfFile& file, Report& report) {
  const auto entry = read_entry(file);
  entry.ok() ? report.judge("file.entry", wrong_entry(*entry))
             : report.failed("file.entry", entry.error().message);
}

}  // namespace

std::optional<plugins::Candidate> check_bytes(const std::string& bytes, const Options& options,
                                              Report& report) {
  const std::string name = options.library.string();
  const auto file = plugins::ElfFile::open(bytes, bytes.size(), name);
  if (!file.ok()) {
    report.failed("file.whole", file.error().message);
    return std::nullopt;
  }
  const auto facts = plugins::read_elf(bytes, name);
  if (!facts.ok()) {
    // What has no manifest may be as whole as any other library.
    const bool whole = file->symbols().ok();
    if (whole) report.ok("file.whole");
    report.failed(whole ? "manifest.format" : "file.whole", facts.error().message);
    return std::nullopt;
  }
  report.ok("file.whole");
  check_exported(*file, *facts, report);
  check_entry(*file, report);
  check_linkage(*file, options, report);
  auto manifest = plugins::Manifest::parse(facts->manifest);
  if (!manifest.ok()) {
    const Error& error = manifest.error();
    report.failed("manifest.format",
                  error.path.empty() ? error.message : error.path + ": " + error.message);
    return std::nullopt;
  }
  report.ok("manifest.format");
  report.set_plugin(manifest->id + " " + manifest->version.to_string());
  check_manifest(*manifest, report);
  if (!plugins::check_exports(*facts, name).ok() || !plugins::broken_schemas(*manifest).empty())
    return std::nullopt;
  return plugins::Candidate{options.library, std::move(*manifest), facts->build_id};
}

std::optional<plugins::Candidate> check_file(const Options& options, Report& report) {
  const auto bytes = plugins::read_bytes(options.library);
  if (bytes.ok()) return check_bytes(*bytes, options, report);
  report.failed("file.whole", bytes.error().message);
  return std::nullopt;
}

}  // namespace tenon::verify
