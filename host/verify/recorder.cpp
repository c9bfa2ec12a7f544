#include "host/verify/recorder.hpp"

#include <unistd.h>

#include <cerrno>

#include "host/crash/plain_text.hpp"
#include "host/crash/worker/crash_handlers.hpp"

namespace tenon::verify {
namespace {

constexpr size_t kMaxDetail = 16'000;
constexpr std::chrono::milliseconds kAlive{200};

}  // namespace

void Recorder::begin(std::string_view check) {
  crash::set_crash_activity(check);
  write({std::string(check), "begun", ""});
}

void Recorder::doing(const std::string& what) {
  crash::set_crash_activity(crash::plain_text(what, 250));
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < kAlive) return;
  told_ = now;
  write({"", "alive", ""});
}

void Recorder::end(std::string_view check, Outcome outcome, const std::string& detail) {
  write({std::string(check), std::string(outcome_name(outcome)), detail.substr(0, kMaxDetail)});
}

void Recorder::judge(std::string_view check, const std::vector<std::string>& wrong,
                     const std::string& figures) {
  wrong.empty() ? end(check, Outcome::ok, figures) : end(check, Outcome::failed, list_of(wrong));
}

void Recorder::write(const Line& line) {
  std::string text;
  for (const char c : json::encode(line)) text += c == '\n' ? ' ' : c;
  text += '\n';
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t count = ::write(descriptor_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) _exit(3);  // the parent has gone, or the plugin has closed its descriptor
    rest.remove_prefix(static_cast<size_t>(count));
  }
}

}  // namespace tenon::verify
