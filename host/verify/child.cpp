#include "host/verify/child.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "host/crash/worker/crash_handlers.hpp"
#include "host/plugins/elf.hpp"
#include "host/sandbox/landlock.hpp"
#include "host/verify/groups.hpp"

namespace tenon::verify {
namespace {

constexpr rlim_t kLargestFile = 1 << 30;

// A plugin that is called with invented input must not reach out with it. False: this kernel or
// user may not make a network of its own.
bool leave_network() {
  return unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
}

// Nor write to files of whoever runs this: invented input names any path. False: this kernel has no
// Landlock.
Result<bool> keep_to(const std::string& folder) {
  if (chdir(folder.c_str()) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return Error{Code::unavailable, "cannot keep to the folder " + folder};
  sandbox::Policy policy;
  policy.read = policy.code = {"/"};
  policy.write = {folder, "/dev"};
  sandbox::Report layers;
  sandbox::LandlockWanted wanted;
  wanted.network = wanted.scope = false;
  TN_CHECK(sandbox::enter_landlock(policy, wanted, layers));
  return layers.is_active("landlock files");
}

Result<void> prepare() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit files{kLargestFile, kLargestFile};
  setrlimit(RLIMIT_FSIZE, &files);
  const rlimit cores{0, 0};
  setrlimit(RLIMIT_CORE, &cores);
  // Neither is for a program that the plugin might start.
  for (const int fd : {kResultDescriptor, kRecordDescriptor})
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
      return Error{Code::invalid, "this command is started by `tenon verify` alone"};
  return crash::install_crash_handlers(kRecordDescriptor);
}

Result<void> confine(const std::string& folder, Recorder& recorder) {
  if (!leave_network())
    recorder.note("no network of its own could be made: its code can reach this one's");
  TN_TRY(const bool kept, keep_to(folder));
  if (!kept) recorder.note("this kernel has no Landlock: its code can write to your files");
  return {};
}

Result<void> run_group(const Job& job, const Group& group, Recorder& recorder) {
  const Options options = job.options();
  // What runs isolated is confined by the sandbox.
  if (!group.isolated) TN_CHECK(confine(job.scratch, recorder));
  TN_TRY(const auto candidate, plugins::inspect(options.library));
  TN_TRY(const auto plan, make_plan(options, candidate, job.scratch));
  TN_TRY(const auto bench,
         Bench::open(plan, job.scratch, group.isolated ? job.worker_program : ""));
  TN_CHECK(bench->start_providers());
  group.run({*bench, recorder, options});
  recorder.end("done", Outcome::ok);
  // What a plugin left running must not meet destructors.
  _exit(0);
}

}  // namespace

int run_child(const std::string& file) {
  const auto prepared = prepare();
  const auto text = plugins::read_bytes(file);
  const auto job = text.ok() ? json::decode<Job>(*text) : Result<Job>(text.error());
  if (!prepared.ok() || !job.ok()) {
    std::fprintf(stderr, "tenon: %s\n",
                 (prepared.ok() ? job.error() : prepared.error()).message.c_str());
    return 2;
  }
  Recorder recorder(kResultDescriptor);
  for (const auto& group : groups()) {
    if (group.name != job->group) continue;
    const auto done = run_group(*job, group, recorder);
    recorder.end("failed", Outcome::failed, done.error().message);
    _exit(1);
  }
  std::fprintf(stderr, "tenon: there is no group of checks %s\n", job->group.c_str());
  return 2;
}

}  // namespace tenon::verify
