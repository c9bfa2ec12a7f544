#include "host/sandbox/connector.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>

#include <atomic>
#include <cstring>

namespace tenon::sandbox {
namespace {

// A loopback server whose queue is full: a further connection waits for ever.
class FullServer {
 public:
  FullServer() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto& address = reinterpret_cast<sockaddr_in&>(address_);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(fd_.get(), 0) != 0 ||
        getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("cannot listen");
    for (int i = 0; i < 8; ++i) {
      fillers_.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      (void)connect(fillers_.back().get(), reinterpret_cast<sockaddr*>(&address), size);
    }
  }
  const sockaddr_storage& address() const { return address_; }

 private:
  Descriptor fd_;
  sockaddr_storage address_{};
  std::vector<Descriptor> fillers_;
};

Descriptor blocking_socket() {
  return Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

Descriptor copy_of(const Descriptor& one) {
  return Descriptor(fcntl(one.get(), F_DUPFD_CLOEXEC, 0));
}

TEST(Connector, DoesNotMakeItsCallerWaitForASlowServer) {
  const FullServer server;
  Connector connector;
  connector.connect(7, blocking_socket(), server.address(), sizeof(sockaddr_in));

  pollfd ready{connector.fd(), POLLIN, 0};
  EXPECT_EQ(poll(&ready, 1, 50), 0);
  EXPECT_TRUE(connector.take_done().empty());
}

TEST(Connector, LeavesTheFlagsOfTheSocketAsTheyWere) {
  const FullServer server;
  const Descriptor socket = blocking_socket();
  {
    Connector connector;
    connector.connect(7, copy_of(socket), server.address(), sizeof(sockaddr_in));
    pollfd ready{connector.fd(), POLLIN, 0};
    poll(&ready, 1, 50);
  }
  EXPECT_EQ(fcntl(socket.get(), F_GETFL) & O_NONBLOCK, 0);
}

// A worker may take the flag back that keeps the call from blocking.
TEST(Connector, EndsThoughACallOfItsThreadHangs) {
  const FullServer server;
  const Descriptor socket = blocking_socket();
  std::atomic<bool> ending = false;
  std::thread worker([&] {
    while (!ending) fcntl(socket.get(), F_SETFL, fcntl(socket.get(), F_GETFL) & ~O_NONBLOCK);
  });
  for (int i = 0; i < 20; ++i) {
    Connector connector;
    for (uint64_t request = 0; request < 5; ++request)
      connector.connect(request, copy_of(socket), server.address(), sizeof(sockaddr_in));
    pollfd ready{connector.fd(), POLLIN, 0};
    poll(&ready, 1, 1);
  }
  ending = true;
  worker.join();
}

TEST(Connector, RefusesMoreThanItCanHold) {
  const FullServer server;
  Connector connector;
  std::vector<Connector::Done> done;
  for (uint64_t request = 0; request < 1100; ++request) {
    connector.connect(request, blocking_socket(), server.address(), sizeof(sockaddr_in));
    for (const auto& one : connector.take_done()) done.push_back(one);
  }

  ASSERT_FALSE(done.empty());
  for (const auto& one : done) EXPECT_TRUE(one.error == EAGAIN || one.error == EBADF) << one.error;
}

}  // namespace
}  // namespace tenon::sandbox
