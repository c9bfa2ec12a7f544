#include "host/verify/process_state.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cfenv>
#include <clocale>
#include <filesystem>
#include <fstream>

#include "host/crash/signal_text.hpp"

namespace tenon::verify {
namespace {

namespace fs = std::filesystem;

// The kernel's view: libc reads the mask only by setting it.
std::string status_line(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name + ":")) return line.substr(name.size() + 2);
  return "";
}

std::string locale_text() {
  const char* const name = std::setlocale(LC_ALL, nullptr);
  return name ? name : "";
}

}  // namespace

ProcessSettings ProcessSettings::now() {
  ProcessSettings out;
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) == 0) out.handlers_[signal] = action.sa_handler;
  }
  std::error_code failed;
  out.words_["the locale"] = locale_text();
  out.words_["the umask"] = status_line("Umask");
  out.words_["the current folder"] = fs::current_path(failed).string();
  out.words_["the root folder"] = fs::read_symlink("/proc/self/root", failed).string();
  out.words_["the rounding of floating-point numbers"] = std::to_string(std::fegetround());
  out.words_["the blocked signals"] = status_line("SigBlk");
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  out.words_["the limit of open files"] = std::to_string(files.rlim_cur);
  for (char** word = environ; word && *word; ++word) out.environment_.emplace_back(*word);
  std::sort(out.environment_.begin(), out.environment_.end());
  return out;
}

std::vector<std::string> ProcessSettings::changes(const ProcessSettings& later) const {
  std::vector<std::string> out;
  for (const auto& [signal, handler] : handlers_)
    if (const auto found = later.handlers_.find(signal);
        found != later.handlers_.end() && found->second != handler)
      out.push_back(fmt::format("it replaced the handler of {}", crash::signal_name(signal)));
  for (const auto& [what, value] : words_)
    if (const std::string& now = later.words_.at(what); now != value)
      out.push_back(fmt::format("it changed {} from {} to {}", what, value, now));
  std::vector<std::string> differing;
  std::set_symmetric_difference(environment_.begin(), environment_.end(),
                                later.environment_.begin(), later.environment_.end(),
                                std::back_inserter(differing));
  for (const auto& word : differing) {
    const std::string text =
        fmt::format("it changed the environment variable {}", word.substr(0, word.find('=')));
    if (out.empty() || out.back() != text) out.push_back(text);
  }
  return out;
}

std::map<int, std::string> threads() {
  std::map<int, std::string> out;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc/self/task", failed)) {
    std::string name;
    std::getline(std::ifstream(entry.path() / "comm"), name);
    out[std::stoi(entry.path().filename())] = name;
  }
  return out;
}

std::map<int, std::string> descriptors() {
  std::map<int, std::string> out;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd", failed)) {
    const auto target = fs::read_symlink(entry.path(), failed).string();
    if (!failed) out[std::stoi(entry.path().filename())] = target;
  }
  // The one that the listing itself had open.
  std::erase_if(out, [](const auto& one) { return one.second.starts_with("/proc/"); });
  return out;
}

std::vector<std::string> added(const std::map<int, std::string>& before,
                               const std::map<int, std::string>& later) {
  std::vector<std::string> out;
  for (const auto& [number, text] : later) {
    if (text.starts_with("/memfd:")) continue;
    const auto found = before.find(number);
    if (found == before.end() || found->second != text) out.push_back(text);
  }
  return out;
}

size_t allocated() {
  const struct mallinfo2 all = mallinfo2();
  return all.uordblks + all.hblkhd;
}

bool is_mapped(const std::string& name) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (line.find("/memfd:" + name + ".so") != std::string::npos) return true;
  return false;
}

}  // namespace tenon::verify
