#include "host/sandbox/landlock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "host/base/descriptor.hpp"
#include "host/sandbox/base_paths.hpp"

namespace tenon::sandbox {

namespace {

// Debian 12's header stops at ABI 2, and its libc has no functions for Landlock.
constexpr int kCreateRuleset = 444;
constexpr int kAddRule = 445;
constexpr int kRestrictSelf = 446;
constexpr uint32_t kAskVersion = 1;

struct RulesetAttributes {
  uint64_t handled_files;
  uint64_t handled_network;  // ABI 4
  uint64_t scoped;           // ABI 6
};
struct [[gnu::packed]] PathRule {
  uint64_t allowed;
  int32_t parent;
};
struct PortRule {
  uint64_t allowed;
  uint64_t port;
};
constexpr int kPathRule = 1;
constexpr int kPortRule = 2;

constexpr uint64_t bit(int n) {
  return uint64_t{1} << n;
}
constexpr uint64_t kWriteFile = bit(1);
constexpr uint64_t kReadFile = bit(2);
constexpr uint64_t kReadFolder = bit(3);
constexpr uint64_t kRemoveFolder = bit(4);
constexpr uint64_t kRemoveFile = bit(5);
constexpr uint64_t kMakeFolder = bit(7);
constexpr uint64_t kMakeFile = bit(8);
constexpr uint64_t kMakePipe = bit(10);
constexpr uint64_t kMakeLink = bit(12);
constexpr uint64_t kMove =
    bit(13);  // ABI 2; where it is not handled, moving between folders is refused
constexpr uint64_t kTruncate = bit(14);  // ABI 3
constexpr uint64_t kAllOfAbi1 = bit(13) - 1;
constexpr uint64_t kDeviceIoctl = bit(15);  // ABI 5
constexpr uint64_t kBindTcp = bit(0);
constexpr uint64_t kConnectTcp = bit(1);
constexpr uint64_t kAbstractSockets = bit(0);
constexpr uint64_t kSignals = bit(1);

constexpr uint64_t kReading = kReadFile | kReadFolder;
constexpr uint64_t kWriting = kReading | kWriteFile | kRemoveFolder | kRemoveFile | kMakeFolder |
                              kMakeFile | kMakePipe | kMakeLink | kMove | kTruncate;
constexpr uint64_t kOfFiles = kWriteFile | kReadFile | kTruncate | kDeviceIoctl;

// A worker with two threads can change the path in between.
constexpr const char* kHostChecksPaths =
    "; the host checks paths as it reads them from the worker, which a hostile worker can win "
    "against; without reports nothing may be written and all be read";

Error failed(std::string_view what, std::string path = {}) {
  return Error{Code::unavailable, "Landlock: " + std::string(what) + ": " + std::strerror(errno),
               std::move(path)};
}

class Ruleset {
 public:
  static Result<Ruleset> make(int abi, const LandlockWanted& wanted) {
    Ruleset made;
    auto& asked = made.asked_;
    if (wanted.files) {
      asked.handled_files = kAllOfAbi1;
      if (abi >= 2) asked.handled_files |= kMove;
      if (abi >= 3) asked.handled_files |= kTruncate;
      if (abi >= 5) asked.handled_files |= kDeviceIoctl;
    }
    if (wanted.network && abi >= 4) asked.handled_network = kBindTcp | kConnectTcp;
    if (wanted.scope && abi >= 6) asked.scoped = kAbstractSockets | kSignals;
    // An older kernel takes the longer struct as long as what it does not know is zero.
    made.fd_.reset(static_cast<int>(syscall(kCreateRuleset, &asked, sizeof asked, 0)));
    if (!made.fd_) return failed("making a ruleset");
    return made;
  }

  // False when the path does not exist or may not be looked at.
  Result<bool> allow_path(const std::string& path, uint64_t rights) {
    const Descriptor file(open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!file) return false;
    struct stat status {};
    if (fstat(file.get(), &status) != 0) return failed("looking at", path);
    if (!S_ISDIR(status.st_mode)) rights &= kOfFiles;
    const PathRule rule{rights & asked_.handled_files, file.get()};
    if (syscall(kAddRule, fd_.get(), kPathRule, &rule, 0) != 0) return failed("adding", path);
    return true;
  }

  Result<void> allow_connect(uint16_t port) {
    const PortRule rule{kConnectTcp, port};
    if (syscall(kAddRule, fd_.get(), kPortRule, &rule, 0) != 0)
      return failed("adding port " + std::to_string(port));
    return {};
  }

  Result<void> restrict_self() {
    if (syscall(kRestrictSelf, fd_.get(), 0) != 0) return failed("entering");
    return {};
  }

  bool handles_files() const { return asked_.handled_files != 0; }
  bool handles_network() const { return asked_.handled_network != 0; }
  bool handles_scope() const { return asked_.scoped != 0; }

 private:
  RulesetAttributes asked_{};
  Descriptor fd_;
};

Result<std::string> allow_files(Ruleset& rules, const Policy& policy) {
  std::string absent;
  const auto allow = [&](const std::string& path, uint64_t rights) -> Result<void> {
    TN_TRY(const bool there, rules.allow_path(path, rights));
    if (!there) absent += (absent.empty() ? "; not there: " : ", ") + path;
    return {};
  };
  for (const auto path : readable_by_all(policy))
    TN_CHECK(rules.allow_path(std::string(path), kReading));
  for (const auto path : writable_by_all())
    TN_CHECK(rules.allow_path(std::string(path), kReadFile | kWriteFile));
  for (const auto& path : policy.read) TN_CHECK(allow(path, kReading));
  for (const auto& path : policy.code) TN_CHECK(allow(path, kReading));
  for (const auto& path : policy.write) TN_CHECK(allow(path, kWriting));
  return absent;
}

void report_files(int abi, const Ruleset& rules, const std::string& absent, Report& report) {
  if (!rules.handles_files())
    return report.missing("landlock files", std::string("switched off") + kHostChecksPaths);
  std::string detail = "ABI " + std::to_string(abi) + absent;
  if (abi < 2) detail += "; files cannot be moved between folders";
  if (abi < 3) detail += "; truncate() by path is only checked by the host (needs ABI 3)";
  report.active("landlock files", std::move(detail));
}

// `needs`: the ABI that brought the layer.
void report_part(std::string name, bool active, int abi, int needs, std::string holds,
                 std::string_view instead, Report& report) {
  if (active) return report.active(std::move(name), std::move(holds));
  const std::string reason =
      abi >= needs ? "switched off"
                   : "needs ABI " + std::to_string(needs) + ", here is " + std::to_string(abi);
  report.missing(std::move(name), reason + "; " + std::string(instead));
}

}  // namespace

int landlock_abi() {
  const auto abi = syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

Result<void> enter_landlock(const Policy& policy, const LandlockWanted& wanted, Report& report) {
  const int abi = landlock_abi();
  if (abi == 0) {
    const std::string why = errno == EOPNOTSUPP ? "switched off at boot" : "not in this kernel";
    report.missing("landlock files", why + kHostChecksPaths);
    report.missing("landlock network", why + "; seccomp refuses sockets");
    report.missing("landlock scope", why + "; seccomp refuses signals and sockets");
    return {};
  }
  if (!wanted.files && !wanted.network && !wanted.scope) {
    for (const char* name : {"landlock files", "landlock network", "landlock scope"})
      report.missing(name, "switched off");
    return {};
  }
  TN_TRY(Ruleset rules, Ruleset::make(abi, wanted));
  std::string absent;
  if (rules.handles_files()) {
    TN_TRY(absent, allow_files(rules, policy));
  }
  if (rules.handles_network() && wanted.worker_connects) {
    std::set<uint16_t> ports;
    for (const auto& server : policy.outbound) ports.insert(server.port);
    for (const uint16_t port : ports) TN_CHECK(rules.allow_connect(port));
  }
  TN_CHECK(rules.restrict_self());
  report_files(abi, rules, absent, report);
  report_part("landlock network", rules.handles_network(), abi, 4,
              wanted.worker_connects ? "TCP to permitted ports" : "no TCP by itself",
              "seccomp refuses sockets", report);
  report_part("landlock scope", rules.handles_scope(), abi, 6,
              "no signals and no abstract sockets outside", "seccomp refuses signals and sockets",
              report);
  return {};
}

}  // namespace tenon::sandbox
