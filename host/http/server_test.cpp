#include <gmock/gmock.h>

#include "host/http/test_support.hpp"

namespace tenon::http::test {
namespace {

std::vector<Route> json_route() {
  return {route("GET", "/api/things/{id}", [](Request& request, Response& response) {
    EXPECT_EQ(request.param("id"), "a/b");
    reply(response, 200, "application/json", "{\"ok\":\"yes\"}\n");
  })};
}

TEST(Server, ServesARouteOverARealSocket) {
  TestServer server(json_route());
  Client client(server.port());

  const auto reply = client.exchange(get("/api/things/a%2Fb"));

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "{\"ok\":\"yes\"}\n");
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(reply.header("X-Correlation-ID").size(), 32U);
  EXPECT_EQ(reply.header("Date").size(), 29U);
  EXPECT_EQ(reply.header("Connection"), "");
}

TEST(Server, KeepsAConnectionForManyRequests) {
  TestServer server(json_route());
  Client client(server.port());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client.exchange(get("/api/things/a%2Fb")).status, 200);
}

TEST(Server, RefusesTlsPortsAndPointsToAProxy) {
  Router router;
  HostTokenPolicy policy("");
  Pipeline pipeline(router, policy, nullptr, {});
  ServerOptions options;
  options.port = "8443s";
  const auto started = make_civetweb_server(options, pipeline)->start();
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, testing::HasSubstr("TLS proxy"));
}

}  // namespace
}  // namespace tenon::http::test
