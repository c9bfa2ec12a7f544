// A process that enters the sandbox and tries things, for the tests.
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <ctime>

#include "host/sandbox/probe/actions.hpp"
#include "host/sandbox/probe/protocol.hpp"
#include "tenon/json.hpp"

namespace {

using namespace tenon::sandbox;

tenon::Result<void> send_listener(int listener) {
  char byte = 'L';
  iovec data{&byte, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &listener, sizeof listener);
  if (sendmsg(probe::kControl, &message, 0) != 1)
    return tenon::Error{tenon::Code::unavailable, "sending the listener", {}};
  return {};
}

void send_text(char kind, const std::string& text) {
  const std::string whole = kind + text;
  (void)!write(probe::kControl, whole.data(), whole.size());
}

}  // namespace

int main() {
  std::string bytes(1 << 16, '\0');
  const ssize_t size = read(probe::kControl, bytes.data(), bytes.size());
  if (size <= 0) return 2;
  const auto start = tenon::json::decode<probe::Start>(std::string_view(bytes).substr(0, size));
  if (!start.ok()) return 2;
  EnterOptions options;
  options.keep = {probe::kControl, probe::kLibrary};
  options.hand_over = send_listener;
  options.layers = start->layers;
  const clock_t before = clock();
  const auto report = enter(start->policy, options);
  const clock_t took = clock() - before;
  send_text(report.ok() ? 'R' : 'E', report.ok() ? encode(*report) : report.error().message);
  if (!report.ok()) return 3;
  std::printf("entered in %ld us of processor time\n", took * 1'000'000 / CLOCKS_PER_SEC);
  std::fflush(stdout);
  for (const auto& action : start->actions) {
    std::printf("%s: %s\n", action.c_str(), probe::perform(action).c_str());
    std::fflush(stdout);
  }
  // Not by return: what a sanitizer does at the end of a program is not allowed here.
  _exit(0);
}
