// Labels, and grants of routes and of hosts to connect to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/labels.hpp"
#include "host/config/outbound_grant.hpp"
#include "host/config/route_grant.hpp"

namespace tenon::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Labels, AreReadAndWrittenAsText) {
  const auto labels = parse_labels(" tier=gold, region = eu-1 ");

  ASSERT_TRUE(labels.ok()) << labels.error().message;
  EXPECT_THAT(*labels, ElementsAre(Pair("region", "eu-1"), Pair("tier", "gold")));
  EXPECT_EQ(to_string(*labels), "region=eu-1,tier=gold");
  EXPECT_EQ(*parse_labels(to_string(*labels)), *labels);
  EXPECT_TRUE(parse_labels("")->empty());
  EXPECT_TRUE(parse_labels("  ")->empty());
}

TEST(Labels, WhatIsNoLabelIsShown) {
  for (const char* wrong : {"tier", "=gold", "tier=", "Tier=gold", "tier=go ld", "tier=a=b", ",",
                            "a=b,", ",a=b", "a=b,,c=d", "tier=gold;x=y", "1a=b"}) {
    const auto labels = parse_labels(wrong);
    ASSERT_FALSE(labels.ok()) << wrong;
    EXPECT_EQ(labels.error().code, Code::invalid);
    EXPECT_THAT(labels.error().message, HasSubstr("expected name=value")) << wrong;
  }
  EXPECT_THAT(parse_labels("a=b,a=c").error().message, HasSubstr("\"a\" stands twice"));
  std::string longest(63, 'a');
  longest.append("=b");
  EXPECT_TRUE(parse_labels(longest).ok());
  EXPECT_FALSE(parse_labels(longest.insert(0, "a")).ok());
}

TEST(Labels, HasAllHoldsForSubsets) {
  const Labels labels = *parse_labels("a=1,b=2");
  EXPECT_TRUE(has_all(labels, {}));
  EXPECT_TRUE(has_all(labels, *parse_labels("b=2")));
  EXPECT_FALSE(has_all(labels, *parse_labels("b=1")));
  EXPECT_FALSE(has_all(labels, *parse_labels("a=1,c=2")));
}

TEST(RouteGrant, CoversWhatItNames) {
  struct Case {
    const char* grant;
    const char* method;
    const char* pattern;
    bool covered;
  };
  const Case cases[] = {
      {"GET /x", "GET", "/x", true},
      {"GET /x", "POST", "/x", false},
      {"* /x", "DELETE", "/x", true},
      {"GET /x", "GET", "/x/y", false},
      {"GET /x/y", "GET", "/x", false},
      {"GET /x/{id}", "GET", "/x/{name}", true},
      {"GET /x/{id}", "GET", "/x/literal", true},
      {"GET /x/literal", "GET", "/x/{id}", false},
      {"GET /x/{id}", "GET", "/x/{rest...}", false},
      {"GET /x/{id}", "GET", "/x/{id}/y", false},
      {"GET /x/{rest...}", "GET", "/x/{rest...}", true},
      {"GET /x/{rest...}", "GET", "/x/a/{b}/{rest...}", true},
      {"GET /x/{rest...}", "GET", "/x", true},
      {"GET /x/{rest...}", "GET", "/xy", false},
      {"* /{rest...}", "PATCH", "/anything/at/all", true},
      {"* /{rest...}", "GET", "/", true},
      {"GET /", "GET", "/", true},
      {"GET /", "GET", "/x", false},
      {"GET /{a}/{b}", "GET", "/{a}/y", true},
      {"GET /x/{id}", "GET", "x/y", false},
      {"GET /x", "GET", "/x/", false},
      {"GET /x", "get", "/x", false},
  };
  for (const Case& c : cases) {
    const auto grant = RouteGrant::parse(c.grant);
    ASSERT_TRUE(grant.ok()) << c.grant << ": " << grant.error().message;
    EXPECT_EQ(grant->covers(c.method, c.pattern), c.covered)
        << c.grant << " for " << c.method << " " << c.pattern;
  }
}

TEST(RouteGrant, WhatIsWrongIsSaid) {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {"", "is no method"},
      {"GET", "is no path"},
      {"GET x", "is no path"},
      {"FETCH /x", "\"FETCH\" is no method"},
      {"get /x", "is no method"},
      {"GET  /x", "is no path"},
      {"GET /x/", "a segment is empty"},
      {"GET //x", "a segment is empty"},
      {"GET /../x", "a segment is empty"},
      {"GET /x{id}", "whole segment"},
      {"GET /{id}x", "whole segment"},
      {"GET /{}", "whole segment"},
      {"GET /{a}{b}", "whole segment"},
      {"GET /{rest...}/x", "must be the last segment"},
  };
  for (const Case& c : cases) {
    const auto grant = RouteGrant::parse(c.text);
    ASSERT_FALSE(grant.ok()) << c.text;
    EXPECT_THAT(grant.error().message, HasSubstr(c.message)) << c.text;
  }
}

TEST(OutboundGrant, CoversWhatItNames) {
  struct Case {
    const char* grant;
    const char* host;
    std::uint16_t port;
    bool covered;
  };
  const Case cases[] = {
      {"api.example.com:443", "api.example.com", 443, true},
      {"api.example.com:443", "API.Example.COM.", 443, true},
      {"API.example.com.:443", "api.example.com", 443, true},
      {"api.example.com:443", "api.example.com", 80, false},
      {"api.example.com:*", "api.example.com", 80, true},
      {"api.example.com:443", "evil-api.example.com", 443, false},
      {"api.example.com:443", "api.example.com.evil.org", 443, false},
      {"api.example.com:443", "192.0.2.1", 443, false},
      {"*.example.com:443", "a.example.com", 443, true},
      {"*.example.com:443", "a.b.example.com", 443, true},
      {"*.example.com:443", "example.com", 443, false},
      {"*.example.com:443", "aexample.com", 443, false},
      {"*.example.com:443", ".example.com", 443, false},
      {"*.example.com:443", "x@.example.com", 443, false},
      {"*:25", "mail.example.com", 25, true},
      {"*:25", "192.0.2.1", 25, true},
      {"*:25", "192.0.2.1", 26, false},
      {"192.0.2.1:80", "192.0.2.1", 80, true},
      {"192.0.2.1:80", "::ffff:192.0.2.1", 80, true},
      {"192.0.2.1:80", "192.0.2.10", 80, false},
      {"127.0.0.1:80", "127.1", 80, false},
      {"127.0.0.1:80", "localhost", 80, false},
      {"[2001:DB8::1]:80", "2001:db8:0:0:0:0:0:1", 80, true},
      {"[2001:db8::1]:80", "[2001:db8::1]", 80, true},
      {"[2001:db8::1]:80", "2001:db8::2", 80, false},
      {"[::ffff:192.0.2.1]:80", "192.0.2.1", 80, true},
  };
  for (const Case& c : cases) {
    const auto grant = OutboundGrant::parse(c.grant);
    ASSERT_TRUE(grant.ok()) << c.grant << ": " << grant.error().message;
    EXPECT_EQ(grant->covers(c.host, c.port), c.covered)
        << c.grant << " for " << c.host << " " << c.port;
  }
  EXPECT_FALSE(
      OutboundGrant::parse("127.0.0.1:80")->covers(std::string_view("127.0.0.1\0x", 11), 80));
}

TEST(OutboundGrant, WhatIsWrongIsSaid) {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {"", "there is no port"},
      {"example.com", "there is no port"},
      {"example.com:", "neither 1 to 65535"},
      {"example.com:0", "neither 1 to 65535"},
      {"example.com:65536", "neither 1 to 65535"},
      {"example.com:+80", "neither 1 to 65535"},
      {"example.com:https", "neither 1 to 65535"},
      {":80", "no name"},
      {"exa mple.com:80", "no name"},
      {"https://example.com:80", "brackets"},
      {"a..b:80", "no name"},
      {"*.:80", "no name"},
      {"a.*.com:80", "no name"},
      {"2001:db8::1:80", "brackets"},
      {"[x]:80", "no IPv6 address"},
      {"127.1:80", "looks like an address"},
      {"0x7f000001:80", "looks like an address"},
      {"2130706433:80", "looks like an address"},
      {"1.2.3.256:80", "looks like an address"},
  };
  for (const Case& c : cases) {
    const auto grant = OutboundGrant::parse(c.text);
    ASSERT_FALSE(grant.ok()) << c.text;
    EXPECT_THAT(grant.error().message, HasSubstr(c.message)) << c.text;
  }
}

}  // namespace
}  // namespace tenon::config
