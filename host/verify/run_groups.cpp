#include "host/verify/run_groups.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

#include "host/crash/symboliser.hpp"
#include "host/verify/child_run.hpp"
#include "host/verify/file_checks.hpp"
#include "host/verify/groups.hpp"

namespace tenon::verify {
namespace {

using namespace std::chrono_literals;

constexpr auto kMargin = 5s;  // of silence beyond the limit of a step
constexpr size_t kShownFrames = 8;
constexpr size_t kShownOutput = 12;  // lines

class Scratch {
 public:
  static Result<Scratch> make() {
    std::string name = (std::filesystem::temp_directory_path() / "tenon-verify-XXXXXX").string();
    if (!::mkdtemp(name.data())) return Error{Code::unavailable, "cannot make the folder " + name};
    return Scratch(name);
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// What the plugin may see of this process's environment: what its manifest asks for, and what
// programs need to run.
std::vector<std::string> environment_for(const plugins::Manifest& manifest,
                                         const std::string& scratch) {
  std::vector<std::string> names = {
      "PATH",         "HOME",         "LANG",         "TZ", "LD_LIBRARY_PATH",
      "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"};
  for (const auto& wanted : manifest.wants)
    if (wanted.kind == plugins::PermissionKind::environment) names.push_back(wanted.value);
  std::vector<std::string> out = {"TMPDIR=" + scratch};  // no other folder can be written to
  for (const auto& name : names)
    if (const char* value = std::getenv(name.c_str())) out.push_back(name + "=" + value);
  return out;
}

// The last lines of what it wrote, each after a line feed.
std::string last_lines(std::string_view text) {
  std::string out;
  for (size_t shown = 0; shown < kShownOutput && !text.empty(); ++shown) {
    const size_t last = text.find_last_not_of('\n');
    text = text.substr(0, last + 1);
    const size_t begin = text.rfind('\n') + 1;  // npos + 1 is 0
    if (begin < text.size()) out.insert(0, "\n  " + std::string(text.substr(begin)));
    text = text.substr(0, begin);
  }
  return out;
}

// The death in a few lines: what happened, during what, and the way there in source lines.
std::string death_text(const ChildEnd& ended) {
  const auto& report = ended.report;
  std::string out = report.summary;
  if (report.fault && !report.fault->activity.empty()) out += "\nwhile: " + report.fault->activity;
  size_t shown = 0;
  for (const auto& frame : report.frames) {
    if (frame.function.empty() || shown == kShownFrames) continue;
    ++shown;
    out += "\n  " + frame.function;
    if (!frame.file.empty()) out += fmt::format(" ({}:{})", frame.file, frame.line);
  }
  for (const auto& note : report.notes) out += "\nnote: " + note;
  if (const auto said = last_lines(ended.output); !said.empty()) out += "\nit said:" + said;
  return out;
}

void take_line(const Line& line, const Group& group, std::string& current, Report& report) {
  if (line.outcome == "note") return report.note(line.detail);
  if (line.check == "failed") return report.failed(group.checks.front(), line.detail);
  const bool known =
      std::find(group.checks.begin(), group.checks.end(), line.check) != group.checks.end();
  if (!known) return;
  if (line.outcome == "begun") {
    current = line.check;
    return;
  }
  for (const auto outcome : {Outcome::ok, Outcome::failed, Outcome::warned, Outcome::skipped})
    if (line.outcome == outcome_name(outcome)) report.add(line.check, outcome, line.detail);
}

// The check that a death belongs to: the one under way, or the next.
std::string_view blamed(const Group& group, const std::string& current, const Report& report) {
  for (const auto check : group.checks)
    if (check == current && !report.has(check)) return check;
  for (const auto check : group.checks)
    if (!report.has(check)) return check;
  return group.checks.back();
}

bool has_failed(const Group& group, const Report& report) {
  const auto checks = report.checks();
  return std::any_of(checks.begin(), checks.end(), [&](const Check& check) {
    return check.outcome == Outcome::failed &&
           std::find(group.checks.begin(), group.checks.end(), check.id) != group.checks.end();
  });
}

void run_group(const Options& options, const plugins::Candidate& candidate,
               const Programs& programs, const Group& group, Report& report) {
  const auto scratch = Scratch::make();
  if (!scratch.ok()) return report.failed(group.checks.front(), scratch.error().message);
  Job job = Job::of(options);
  job.group = group.name;
  job.scratch = scratch->path();
  job.worker_program = programs.worker;
  std::string current;
  auto ended =
      run_child_process(programs.self, job, environment_for(candidate.manifest, job.scratch),
                        options.time_limit + kMargin,
                        [&](const Line& line) { take_line(line, group, current, report); });
  if (!ended.ok()) return report.failed(group.checks.front(), ended.error().message);
  if (!ended->done) {
    const auto check = blamed(group, current, report);
    crash::SymboliserOptions symbols;
    symbols.program = programs.self;
    symbols.timeout = options.time_limit + kMargin;  // nobody else waits for it
    crash::add_symbols(ended->report, options.library.string(), symbols);
    report.failed(check, death_text(*ended));
  }
  const bool explained = has_failed(group, report);
  for (const auto check : group.checks) {
    if (report.has(check)) continue;
    explained ? report.skipped(check, "an earlier check failed")
              : report.failed(check, "it ended without an outcome");
  }
}

// The life of an instance went from its start to its end.
bool comes_up(const Report& report) {
  const auto checks = report.checks();
  return std::all_of(checks.begin(), checks.end(), [](const Check& check) {
    const bool needed = check.id == "life.load" || check.id == "life.query" ||
                        check.id == "life.start" || check.id == "life.probe" ||
                        check.id == "life.stop";
    return !needed || check.outcome == Outcome::ok;
  });
}

}  // namespace

void run_groups(const Options& options, const plugins::Candidate& candidate,
                const Programs& programs, Report& report) {
  for (const auto& group : groups()) {
    run_group(options, candidate, programs, group, report);
    if (!comes_up(report)) return report.skip_rest("it does not come up and go down again");
  }
}

Report verify(const Options& options, const Programs& programs) {
  Report report(options.library.string(), options.seed);
  const auto candidate = check_file(options, report);
  if (!candidate) {
    report.skip_rest("the host would refuse the file");
    return report;
  }
  const auto scratch = Scratch::make();
  const auto plan = make_plan(options, *candidate, scratch.ok() ? scratch->path() : "");
  if (plan.ok()) {
    report.ok("manifest.config");
    report.ok("manifest.requires");
  } else if (plan.error().code == Code::not_found) {
    report.ok("manifest.config");
    report.failed("manifest.requires", plan.error().message);
    report.skip_rest("what it requires is not there");
  } else {
    report.failed("manifest.config", plan.error().message);
    report.skip_rest("it has no valid configuration");
  }
  if (!options.run) report.skip_rest("none of its code was to be run");
  if (plan.ok() && options.run) run_groups(options, *candidate, programs, report);
  report.skip_rest("an earlier check failed");
  return report;
}

}  // namespace tenon::verify
