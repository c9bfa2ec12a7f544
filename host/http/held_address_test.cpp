#include "host/http/held_address.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

namespace tenon::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::uint16_t port_of(const Descriptor& socket) {
  sockaddr_in place{};
  socklen_t size = sizeof place;
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&place), &size);
  return ntohs(place.sin_port);
}

TEST(HeldAddressTest, AServerBindsBesideItAndThenNobodyElse) {
  const auto held = hold_address("127.0.0.1", 0);
  ASSERT_TRUE(held.ok()) << held.error().message;
  const std::uint16_t port = port_of(*held);

  const auto server = hold_address("127.0.0.1", port);
  ASSERT_TRUE(server.ok()) << server.error().message;
  ASSERT_EQ(listen(server->get(), 1), 0);

  const auto late = hold_address("127.0.0.1", port);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Code::unavailable);
  EXPECT_THAT(late.error().message,
              AllOf(HasSubstr(std::to_string(port)), HasSubstr("another process listens there"),
                    HasSubstr("--listen 127.0.0.1:0")));
}

TEST(HeldAddressTest, WhoDoesNotShareThePortIsRefused) {
  const auto held = hold_address("127.0.0.1", 0);
  ASSERT_TRUE(held.ok()) << held.error().message;
  const Descriptor other(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port_of(*held));
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_NE(bind(other.get(), reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
  EXPECT_EQ(errno, EADDRINUSE);
}

TEST(HeldAddressTest, AnAddressOfAnotherMachineIsTold) {
  const auto held = hold_address("192.0.2.7", 0);
  ASSERT_FALSE(held.ok());
  EXPECT_THAT(held.error().message, HasSubstr("192.0.2.7 is no address of this machine"));
}

TEST(HeldAddressTest, AMissingRightIsTold) {
  EXPECT_THAT(cannot_listen("127.0.0.1", 80, EACCES).message,
              AllOf(HasSubstr("127.0.0.1:80"), HasSubstr("below 1024"), HasSubstr("--listen")));
}

}  // namespace
}  // namespace tenon::http
