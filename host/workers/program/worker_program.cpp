#include "host/workers/worker_program.hpp"

#include <fcntl.h>

#include <optional>

#include "host/base/alternate_signal_stack.hpp"
#include "host/crash/worker/crash_handlers.hpp"
#include "host/isolation/worker_main.hpp"
#include "host/sandbox/enter.hpp"
#include "host/workers/side_channel.hpp"

namespace tenon::workers {
namespace {

Result<void> enter_sandbox(const isolation::StartMessage& start) {
  TN_TRY(const auto policy, sandbox::decode_policy(start.before_load));
  sandbox::EnterOptions options;
  options.keep = {isolation::kControlDescriptor, isolation::kLibraryDescriptor, kSideDescriptor,
                  kRecordDescriptor};
  options.hand_over = [](int listener) { return send_listener(kSideDescriptor, listener); };
  TN_TRY(const auto layers, sandbox::enter(policy, options));
  TN_CHECK(send_layers(kSideDescriptor, layers));
  return {};
}

}  // namespace

int worker_program() {
  for (const int fd : {kSideDescriptor, kRecordDescriptor}) fcntl(fd, F_SETFD, FD_CLOEXEC);
  isolation::WorkerHooks hooks;
  hooks.install_crash_handler = [](const isolation::StartMessage&) {
    (void)crash::install_crash_handlers(kRecordDescriptor);
  };
  hooks.before_load = enter_sandbox;
  hooks.after_load = [] { (void)crash::restore_crash_handlers(); };
  hooks.enter_thread = [] {
    // As long as the thread lives.
    thread_local const AlternateSignalStack signal_stack;
  };
  return isolation::worker_main(hooks);
}

}  // namespace tenon::workers
