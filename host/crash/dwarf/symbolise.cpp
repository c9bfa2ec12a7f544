#include "host/crash/dwarf/symbolise.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

#include "host/crash/dwarf/module_reader.hpp"
#include "tenon/json.hpp"

namespace tenon::crash {
namespace {

constexpr rlim_t kMemoryBytes = rlim_t{1} << 30;
constexpr rlim_t kCpuSeconds = 5;
constexpr unsigned kSeconds = 10;
constexpr rlim_t kFiles = 256;
constexpr rlim_t kOutputBytes = rlim_t{16} << 20;
constexpr size_t kMaxPlaces = 32;

void limit(__rlimit_resource resource, rlim_t value) {
  const rlimit both{value, value};
  setrlimit(resource, &both);
}

void limit_process() {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, kOutputBytes);
  limit(RLIMIT_CPU, kCpuSeconds);
  limit(RLIMIT_NOFILE, kFiles);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, kMemoryBytes);  // a sanitizer maps terabytes
#endif
  alarm(kSeconds);
}

}  // namespace

SymbolAnswer symbolise(const SymbolRequest& request) {
  SymbolAnswer answer;
  std::vector<std::optional<ModuleReader>> readers(request.modules.size());
  for (size_t i = 0; i < request.modules.size(); ++i) {
    auto reader = ModuleReader::open(request.modules[i]);
    answer.problems.push_back(reader.ok() ? "" : reader.error().message);
    if (reader.ok()) readers[i] = std::move(*reader);
  }
  for (const AskedFrame& frame : request.frames) {
    auto& places = answer.frames.emplace_back();
    if (frame.module >= readers.size() || !readers[frame.module]) continue;
    // What follows a call may belong to the next line, or to the next function.
    places = readers[frame.module]->places_at(frame.exact ? frame.offset : frame.offset - 1);
    if (places.size() > kMaxPlaces) places.resize(kMaxPlaces);
  }
  return answer;
}

int run_symbolise(std::istream& in, std::ostream& out) {
  limit_process();
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const auto request = json::decode<SymbolRequest>(text);
  if (!request.ok()) {
    std::cerr << "tenon symbolise: " << request.error().path << ' ' << request.error().message
              << '\n';
    return 2;
  }
  out << json::encode(symbolise(*request)) << std::flush;
  return 0;
}

}  // namespace tenon::crash
