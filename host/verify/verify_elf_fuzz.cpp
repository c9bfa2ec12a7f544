// A library's bytes as the checks of a file read them, beyond what the host itself reads.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/plugins/elf.hpp"
#include "host/verify/file_checks.hpp"
#include "host/verify/linkage.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto file = tenon::plugins::ElfFile::open(bytes, size, "input");
  if (!file.ok()) return 0;
  (void)tenon::verify::read_linkage(*file);
  (void)tenon::verify::read_entry(*file);
  const auto facts = tenon::plugins::read_elf(bytes, "input");
  const auto manifest = facts.ok() ? tenon::plugins::Manifest::parse(facts->manifest)
                                   : tenon::Result<tenon::plugins::Manifest>(facts.error());
  tenon::verify::Report report("input", 1);
  if (manifest.ok()) tenon::verify::check_manifest(*manifest, report);
  return 0;
}
