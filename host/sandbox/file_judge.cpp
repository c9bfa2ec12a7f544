#include "host/sandbox/file_judge.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace tenon::sandbox {

namespace {

constexpr int kNone = -1;
constexpr mode_t kModeBits = 0777;  // neither set-user-id nor its like

// Where a call's arguments name a path that it changes.
struct PathUse {
  std::string_view call;
  std::string_view words;  // "{} {}" in mind: words, path
  int folder;              // argument, or kNone for the working folder
  int path;                // argument
  bool follow;             // the last name's link
  int second_folder = kNone;
  int second_path = kNone;
};

constexpr PathUse kUses[] = {
    {"mkdir", "create the folder", kNone, 0, false},
    {"mkdirat", "create the folder", 0, 1, false},
    {"rmdir", "remove the folder", kNone, 0, false},
    {"unlink", "remove", kNone, 0, false},
    {"unlinkat", "remove", 0, 1, false},
    {"rename", "rename", kNone, 0, false, kNone, 1},
    {"renameat", "rename", 0, 1, false, 2, 3},
    {"renameat2", "rename", 0, 1, false, 2, 3},
    {"link", "link to", kNone, 0, false, kNone, 1},
    {"linkat", "link to", 0, 1, false, 2, 3},
    {"symlink", "create the link", kNone, 1, false},
    {"symlinkat", "create the link", 1, 2, false},
    {"truncate", "truncate", kNone, 0, true},
};

int as_int(uint64_t argument) {
  return static_cast<int>(static_cast<uint32_t>(argument));
}

int folder_argument(const Request& request, int which) {
  return which == kNone ? AT_FDCWD : as_int(request.arguments[static_cast<size_t>(which)]);
}

uint64_t argument(const Request& request, int which) {
  return request.arguments[static_cast<size_t>(which)];
}

bool opens_for_writing(uint64_t flags) {
  return (flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != 0;
}

}  // namespace

FileJudge::FileJudge(const Policy& policy, const WorkerView& view, StillWaits still_waits)
    : rules_(policy, view.pid()), view_(view), still_waits_(std::move(still_waits)) {}

std::optional<Verdict> FileJudge::judge(const Request& request) const {
  const auto& call = request.call;
  const auto& args = request.arguments;
  if (call == "openat") return judge_open(request, as_int(args[0]), args[1], args[2]);
  if (call == "open") return judge_open(request, AT_FDCWD, args[0], args[1]);
  if (call == "creat") return judge_open(request, AT_FDCWD, args[0], O_WRONLY | O_CREAT | O_TRUNC);
  if (call == "chmod" || call == "fchmod" || call == "fchmodat" || call == "fchmodat2")
    return change_mode(request);
  if (call == "utimensat") return change_times(request);
  if (std::ranges::find(kUses, call, &PathUse::call) != std::end(kUses))
    return judge_change(request);
  return std::nullopt;
}

// Whoever lets a call proceed does not decide: the worker may put another path there before the
// kernel reads it. Landlock decides on what the kernel read. Without Landlock this is the only
// check, and one that a worker with two threads can win against; the worker's report says so.
Verdict FileJudge::judge_open(const Request& request, int folder, uint64_t path,
                              uint64_t flags) const {
  const auto text = view_.read_text(request.thread, path);
  if (!text) return Verdict::proceed();
  const bool created_only = (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
  const bool follow = (flags & O_NOFOLLOW) == 0 && !created_only;
  const auto settled = view_.resolve(request.thread, folder, *text, follow);
  // Where there is nothing the kernel says so, better than we could.
  if (!settled) return Verdict::proceed();
  const bool writes = opens_for_writing(flags);
  struct stat status {};
  const bool exists = lstat(settled->c_str(), &status) == 0;
  if (!exists && (flags & O_CREAT) == 0) return Verdict::proceed();
  // What is not there cannot be granted; its folder can.
  const std::string subject =
      exists ? *settled : std::filesystem::path(*settled).parent_path().string();
  if (writes ? rules_.may_write(subject) : rules_.may_read(subject)) return Verdict::proceed();
  if (!still_waits_(request)) return Verdict::answer(EINTR);
  return Verdict::refuse(
      EACCES,
      missing_permission(writes ? "write" : "read",
                         "open " + *settled + (writes ? " for writing" : " for reading"), subject));
}

Verdict FileJudge::judge_change(const Request& request) const {
  const auto* use = std::ranges::find(kUses, request.call, &PathUse::call);
  const auto first = view_.read_text(request.thread, argument(request, use->path));
  if (!first) return Verdict::proceed();
  const auto settled =
      view_.resolve(request.thread, folder_argument(request, use->folder), *first, use->follow);
  if (!settled) return Verdict::proceed();
  std::string detail = std::string(use->words) + " " + *settled;
  std::string refused = rules_.may_change(*settled) ? "" : *settled;
  if (use->second_path != kNone) {
    const auto second = view_.read_text(request.thread, argument(request, use->second_path));
    if (!second) return Verdict::proceed();
    const auto to =
        view_.resolve(request.thread, folder_argument(request, use->second_folder), *second, false);
    if (!to) return Verdict::proceed();
    detail += (use->words == "rename" ? " to " : " as ") + *to;
    if (refused.empty() && !rules_.may_change(*to)) refused = *to;
  }
  if (refused.empty()) return Verdict::proceed();
  if (!still_waits_(request)) return Verdict::answer(EINTR);
  return Verdict::refuse(EACCES, missing_permission("write", std::move(detail), refused));
}

// Landlock does not hold modes and times, so here the host decides and acts: on a file that it has
// opened itself, so that what was checked is what is changed.
Verdict FileJudge::act_on(const Request& request, const Descriptor& file, const std::string& what,
                          const std::function<int(const std::string&)>& act) const {
  if (!file) return Verdict::answer(errno == 0 ? EBADF : errno);
  const std::string own = "/proc/self/fd/" + std::to_string(file.get());
  std::error_code failed;
  const auto path = std::filesystem::read_symlink(own, failed).string();
  struct stat status {};
  if (failed || fstat(file.get(), &status) != 0) return Verdict::answer(EBADF);
  if (!still_waits_(request)) return Verdict::answer(EINTR);
  if (!rules_.may_change(path))
    return Verdict::refuse(EACCES, missing_permission("write", what + " of " + path, path));
  struct stat worker {};
  const bool known = stat(("/proc/" + std::to_string(view_.pid())).c_str(), &worker) == 0;
  const bool plain = S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
  // What the host may do as root the worker may not.
  if (!known || !plain || status.st_uid != worker.st_uid) return Verdict::answer(EPERM);
  return Verdict::answer(act(own) == 0 ? 0 : errno);
}

Descriptor FileJudge::open_path(const Request& request, int folder, uint64_t path) const {
  const auto text = view_.read_text(request.thread, path);
  if (!text) return errno = EFAULT, Descriptor();
  const auto settled = view_.resolve(request.thread, folder, *text, true);
  if (!settled) return errno = ENOENT, Descriptor();
  return Descriptor(open(settled->c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
}

Verdict FileJudge::change_mode(const Request& request) const {
  const auto& args = request.arguments;
  const bool at = request.call.starts_with("fchmodat");
  const bool open = request.call == "fchmod";
  const Descriptor file =
      open ? view_.take(as_int(args[0]))
           : open_path(request, at ? as_int(args[0]) : AT_FDCWD, at ? args[1] : args[0]);
  const auto mode = static_cast<mode_t>(at ? args[2] : args[1]) & kModeBits;
  return act_on(request, file, "change the mode",
                [&](const std::string& path) { return chmod(path.c_str(), mode); });
}

Verdict FileJudge::change_times(const Request& request) const {
  const auto& args = request.arguments;
  if (args[3] != 0) return Verdict::answer(EINVAL);  // AT_SYMLINK_NOFOLLOW: the times of a link
  timespec times[2];
  if (args[2] != 0 &&
      !view_.read_memory(request.thread, args[2], std::as_writable_bytes(std::span(times))))
    return Verdict::answer(EFAULT);
  const Descriptor file =
      args[1] == 0 ? view_.take(as_int(args[0])) : open_path(request, as_int(args[0]), args[1]);
  return act_on(request, file, "change the times", [&](const std::string& path) {
    return utimensat(AT_FDCWD, path.c_str(), args[2] == 0 ? nullptr : times, 0);
  });
}

}  // namespace tenon::sandbox
