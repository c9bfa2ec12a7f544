// Any bytes as a configuration: loading, the host's schema and printing must end without a crash
// and positions must lie in the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "host/config/host_config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::config;
  LoadOptions options;
  options.allow_files = false;
  options.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "SET") return "8080";
    return std::nullopt;
  };
  options.limits.nodes = 2000;
  options.limits.text_bytes = 1 << 16;

  std::string_view text(reinterpret_cast<const char*>(data), size);
  ParsedConfig parsed = parse_host_config(load_text(text, "fuzz.yaml", options));
  for (const Problem& problem : parsed.problems)
    if (problem.to_string().empty() || problem.mark.line > size + 1) std::abort();
  if (parsed.ok() && !effective_json(parsed).is_object()) std::abort();
  return 0;
}
