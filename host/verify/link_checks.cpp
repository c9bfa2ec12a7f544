#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "host/verify/file_checks.hpp"
#include "host/verify/linkage.hpp"
#include "host/verify/system_libraries.hpp"

namespace tenon::verify {
namespace {

// Rule 10 of tenon.h.
constexpr std::array kForbidden = {
    "signal", "sigaction", "sigset",  "bsd_signal",  "sysv_signal",  "__sysv_signal",
    "sigvec", "exit",      "_exit",   "_Exit",       "quick_exit",   "pthread_exit",
    "fork",   "_Fork",     "vfork",   "posix_spawn", "posix_spawnp", "system",
    "popen",  "execl",     "execle",  "execlp",      "execv",        "execve",
    "execvp", "execvpe",   "fexecve", "daemon",
};
// These change the whole process, or bring in code that nobody has checked: to be looked at.
constexpr std::array kDoubtful = {
    "setlocale", "chdir",     "fchdir",  "umask",   "setenv",         "unsetenv",
    "putenv",    "clearenv",  "dlopen",  "dlmopen", "atexit",         "setuid",
    "setgid",    "setrlimit", "prlimit", "prctl",   "alarm",          "setitimer",
    "ptrace",    "chroot",    "unshare", "on_exit", "feenableexcept",
};

template <size_t n>
bool contains(const std::array<const char*, n>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <size_t n>
std::vector<std::string> imported(const Linkage& linkage, const std::array<const char*, n>& names) {
  std::vector<std::string> out;
  for (const auto& import : linkage.imports)
    if (contains(names, import.name)) out.push_back(import.name);
  return out;
}

void check_imports(const Linkage& linkage, Report& report) {
  const auto forbidden = imported(linkage, kForbidden);
  const auto doubtful = imported(linkage, kDoubtful);
  if (!forbidden.empty())
    report.failed("file.imports", "it imports " + list_of(forbidden));
  else if (!doubtful.empty())
    report.warned("file.imports",
                  "it imports " + list_of(doubtful) + ", which may change the process for others");
  else
    report.ok("file.imports");
}

void check_hardening(const Linkage& linkage, Report& report) {
  std::vector<std::string> wrong;
  if (!linkage.relro) wrong.push_back("its relocated data stays writable (no -z relro)");
  if (!linkage.bind_now) wrong.push_back("its functions are bound when called (no -z now)");
  if (linkage.executable_stack) wrong.push_back("it asks for an executable stack");
  if (linkage.text_relocations) wrong.push_back("its code is written to while loading (TEXTREL)");
  if (linkage.writable_code) wrong.push_back("it has a segment both writable and executable");
  report.judge("file.hardening", wrong);
}

void check_thread_local(const Linkage& linkage, Report& report) {
  constexpr std::array kDestructors = {"__cxa_thread_atexit", "__cxa_thread_atexit_impl"};
  std::vector<std::string> wrong;
  for (const auto& import : linkage.imports)
    // Rust's standard library names it weakly in every library, used or not: life.unload tells.
    if (!import.weak && contains(kDestructors, import.name))
      wrong.push_back("it has thread_local objects with destructors (" + import.name + ")");
  if (linkage.static_tls) wrong.push_back("its thread-local data is static (initial-exec model)");
  report.judge("file.thread-local", wrong);
}

void check_search_path(const Linkage& linkage, Report& report) {
  std::vector<std::string> wrong;
  for (const auto& path : linkage.search_paths) wrong.push_back("it searches " + path);
  report.judge("file.search-path", wrong);
}

void check_libraries(const Linkage& linkage, Report& report) {
  SystemLibraries libraries;
  std::vector<std::string> missing;
  for (const auto& needed : linkage.needed)
    if (!libraries.add(needed)) missing.push_back(needed + " is not there");
  for (const auto& needed : libraries.missing())
    missing.push_back(needed + ", needed in turn, is not there");
  report.judge("file.libraries", missing);
  if (!missing.empty())
    return report.skipped("file.symbols", "libraries that it needs are missing");
  std::vector<std::string> undefined;
  for (const auto& import : linkage.imports)
    if (!import.weak && !libraries.defines(import.name)) undefined.push_back(import.name);
  report.judge("file.symbols", undefined);
}

// Whether a needed version such as "GLIBC_2.34" is beyond the oldest supported library.
bool too_new(const std::string& version, const std::string& prefix, const Version& oldest) {
  if (!version.starts_with(prefix)) return false;
  const auto parsed = Version::parse(version.substr(prefix.size()));
  return parsed.ok() && *parsed > oldest;  // others are private to the library, or marks
}

void check_versions(const Linkage& linkage, const Options& options, Report& report) {
  std::vector<std::string> wrong;
  for (const auto& need : linkage.versions) {
    if (too_new(need.version, "GLIBC_", options.oldest_glibc))
      wrong.push_back(fmt::format("it needs {} of {}, and the oldest glibc supported is {}.{}",
                                  need.version, need.library, options.oldest_glibc.major,
                                  options.oldest_glibc.minor));
    if (too_new(need.version, "GLIBCXX_", options.oldest_libstdcxx))
      wrong.push_back(fmt::format("it needs {} of {}, and the oldest supported is GLIBCXX_{}",
                                  need.version, need.library,
                                  options.oldest_libstdcxx.to_string()));
  }
  report.judge("file.oldest-libc", wrong);
}

}  // namespace

void check_linkage(const plugins::ElfFile& file, const Options& options, Report& report) {
  const auto linkage = read_linkage(file);
  if (!linkage.ok()) return report.failed("file.hardening", linkage.error().message);
  check_hardening(*linkage, report);
  check_search_path(*linkage, report);
  check_libraries(*linkage, report);
  check_versions(*linkage, options, report);
  check_thread_local(*linkage, report);
  check_imports(*linkage, report);
}

}  // namespace tenon::verify
