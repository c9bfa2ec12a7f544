#include "host/http/router.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>
#include <set>
#include <thread>

#include "host/http/test_support.hpp"

namespace tenon::http::test {
namespace {

Route plain(std::string method, std::string pattern, std::string owner = "plugin test") {
  return route(
      std::move(method), std::move(pattern), [](Request&, Response&) {}, std::move(owner));
}

std::shared_ptr<const RouteTable> table_of(std::vector<Route> routes) {
  auto table = RouteTable::build(std::move(routes));
  EXPECT_TRUE(table.ok()) << (table.ok() ? "" : table.error().message);
  return *table;
}

// "pattern p1,p2" for a match, "none" or "405 ALLOW".
std::string match_text(const RouteTable& table, std::string_view method, std::string_view path) {
  TargetPath target;
  const auto parsed = target.parse(path);
  if (!parsed.ok()) return "bad path";
  RouteTable::Match match;
  table.match(method, target, match);
  if (match.route == nullptr) {
    return match.allowed == 0 ? "none" : "405 " + RouteTable::allow_header(match.allowed);
  }
  std::string text = match.route->route.pattern;
  for (std::size_t i = 0; i < match.param_count; ++i) {
    text += fmt::format("{}{}", i == 0 ? " " : ",", match.params[i]);
  }
  return text;
}

struct MatchCase {
  const char* method;
  const char* path;
  const char* expected;
};

TEST(RouteTable, MatchesByTheMostSpecificRoute) {
  const auto table = table_of({
      plain("GET", "/"),
      plain("GET", "/api/things"),
      plain("POST", "/api/things"),
      plain("GET", "/api/things/{id}"),
      plain("GET", "/api/things/new"),
      plain("DELETE", "/api/things/{id}"),
      plain("GET", "/api/things/{id}/parts/{part}"),
      plain("GET", "/api/{kind}/all/end"),
      plain("GET", "/files/{path...}"),
      plain("GET", "/files/special/one"),
      plain("GET", "/caf\xC3\xA9"),
  });
  const MatchCase cases[] = {
      {"GET", "/", "/"},
      {"GET", "/api/things", "/api/things"},
      {"GET", "/api/things/", "/api/things"},
      {"POST", "/api/things", "/api/things"},
      {"HEAD", "/api/things", "/api/things"},
      {"PUT", "/api/things", "405 GET, HEAD, POST, OPTIONS"},
      {"GET", "/api/things/7", "/api/things/{id} 7"},
      {"GET", "/api/things/new", "/api/things/new"},
      {"DELETE", "/api/things/new", "/api/things/{id} new"},
      {"GET", "/api/things/a%2Fb", "/api/things/{id} a/b"},
      {"GET", "/api/things/%20x", "/api/things/{id}  x"},
      {"GET", "/api/things/7/parts/wheel", "/api/things/{id}/parts/{part} 7,wheel"},
      {"GET", "/api/things/all/end", "/api/{kind}/all/end things"},
      {"GET", "/api/things/7/parts", "none"},
      {"GET", "/API/things", "none"},
      {"GET", "/files", "/files/{path...} "},
      {"GET", "/files/a/b/c.txt", "/files/{path...} a/b/c.txt"},
      {"GET", "/files/special/one", "/files/special/one"},
      {"GET", "/files/special/two", "/files/{path...} special/two"},
      {"GET", "/files/a%2Fb", "none"},
      {"GET", "/files/a%20b/c", "/files/{path...} a b/c"},
      {"GET", "/caf%C3%A9", "/caf\xC3\xA9"},
      {"POST", "/files/x", "405 GET, HEAD, OPTIONS"},
      {"GET", "/nothing", "none"},
      {"GET", "/a//b", "bad path"},
      {"GET", "//", "bad path"},
      {"GET", "/%2e", "bad path"},
      {"GET", "/%2e%2E/x", "bad path"},
      {"GET", "/a%00", "bad path"},
      {"GET", "/%ff", "bad path"},
      {"GET", "", "bad path"},
  };
  for (const MatchCase& test : cases) {
    EXPECT_EQ(match_text(*table, test.method, test.path), test.expected)
        << test.method << ' ' << test.path;
  }
}

TEST(RouteTable, AClashNamesBothOwners) {
  const auto table = RouteTable::build({plain("GET", "/orchestrator/{id}", "plugin coach"),
                                        plain("GET", "/orchestrator/{run}", "plugin quality")});
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error().code, Code::conflict);
  EXPECT_THAT(table.error().message, testing::AllOf(testing::HasSubstr("plugin coach"),
                                                    testing::HasSubstr("plugin quality")));
}

TEST(RouteTable, RefusesBadPatterns) {
  for (const char* pattern :
       {"", "a", "/a/", "/a//b", "/{", "/{}", "/{a", "/{a}b", "/b{a}", "/{a}/{a}", "/{a...}/b",
        "/..", "/a%20b", "/a?b", "/{a-b}", "/{...}"}) {
    EXPECT_FALSE(RouteTable::build({plain("GET", pattern)}).ok()) << pattern;
  }
  EXPECT_FALSE(RouteTable::build({plain("get", "/")}).ok());
  EXPECT_FALSE(RouteTable::build({plain("TRACE", "/")}).ok());
}

// The plain way: try every route, keep the best by the kind of each segment from the left.
std::string oracle(const std::vector<std::string>& patterns,
                   const std::vector<std::string>& segments) {
  std::string best;
  std::string best_rank;
  for (const std::string& pattern : patterns) {
    std::vector<std::string> parts;
    for (std::size_t at = 1; at < pattern.size();) {
      const auto end = std::min(pattern.find('/', at), pattern.size());
      parts.push_back(pattern.substr(at, end - at));
      at = end + 1;
    }
    std::string rank;  // one letter a segment: a literal, b parameter, c rest
    std::size_t i = 0;
    bool matches = true;
    bool rest = false;
    for (const std::string& part : parts) {
      if (part.find("...") != std::string::npos) {
        rank += 'c';
        rest = true;
        break;
      }
      if (i == segments.size() || (part[0] != '{' && part != segments[i])) {
        matches = false;
        break;
      }
      rank += part[0] == '{' ? 'b' : 'a';
      ++i;
    }
    if (!matches || (!rest && i != segments.size())) continue;
    if (best.empty() || rank < best_rank) {
      best = pattern;
      best_rank = rank;
    }
  }
  return best.empty() ? "none" : best;
}

TEST(RouteTable, AgreesWithThePlainWayOnRandomRoutes) {
  std::mt19937 random(20260101);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::vector<std::string> words{"a", "b", "c"};
  for (int round = 0; round < 300; ++round) {
    std::set<std::string> patterns;
    for (int i = pick(12) + 1; i > 0; --i) {
      std::string pattern;
      const int length = pick(4);
      for (int s = 0; s < length; ++s) {
        const int kind = pick(4);
        pattern += kind == 0 ? fmt::format("/{{p{}}}", s)
                             : "/" + words[static_cast<std::size_t>(kind - 1)];
      }
      if (pick(4) == 0) pattern += "/{r...}";
      patterns.insert(pattern.empty() ? "/" : pattern);
    }
    std::vector<Route> routes;
    for (const std::string& pattern : patterns) routes.push_back(plain("GET", pattern));
    const auto table = table_of(std::move(routes));
    for (int query = 0; query < 30; ++query) {
      std::vector<std::string> segments;
      std::string path;
      for (int s = pick(5); s > 0; --s) {
        segments.push_back(words[static_cast<std::size_t>(pick(3))]);
        path += "/" + segments.back();
      }
      const auto text = match_text(*table, "GET", path.empty() ? "/" : path);
      EXPECT_EQ(text.substr(0, text.find(' ')),
                oracle({patterns.begin(), patterns.end()}, segments))
          << path;
    }
  }
}

TEST(Router, DrainWaitsForRequestsOnTheOldTableOnly) {
  Router router;
  const auto first = table_of({plain("GET", "/one")});
  const std::weak_ptr<const RouteTable> watch = first;
  router.replace(first);
  auto old_request = std::make_unique<Router::Pinned>(router, 1);

  router.replace(table_of({plain("GET", "/two")}));
  const Router::Pinned new_request(router, 1);

  EXPECT_FALSE(router.drain(std::chrono::milliseconds(20)));
  EXPECT_EQ(old_request->table().routes()[0].route.pattern, "/one");
  EXPECT_EQ(new_request.table().routes()[0].route.pattern, "/two");
  old_request.reset();
  // The new request was there when drain is called: it is waited for unless it is the caller's own.
  EXPECT_FALSE(router.drain(std::chrono::milliseconds(20)));
  EXPECT_TRUE(router.drain(std::chrono::milliseconds(1000), &new_request));
}

TEST(Router, ADrainFromARequestKeepsItsOwnTable) {
  Router router;
  router.replace(table_of({plain("GET", "/one")}));
  const std::weak_ptr<const RouteTable> watch = router.table();
  {
    const Router::Pinned own(router, 3);
    router.replace(table_of({plain("GET", "/two")}));
    EXPECT_TRUE(router.drain(std::chrono::milliseconds(1000), &own));
    EXPECT_FALSE(watch.expired());
    EXPECT_EQ(own.table().routes()[0].route.pattern, "/one");
  }
  EXPECT_TRUE(router.drain(std::chrono::milliseconds(1000)));
  EXPECT_TRUE(watch.expired());
}

TEST(Router, NoRequestEverSeesAFreedTable) {
  Router router;
  std::atomic<bool> stop{false};
  std::atomic<long> seen{0};
  std::vector<std::thread> readers;
  for (std::uint32_t i = 0; i < 3; ++i) {
    readers.emplace_back([&, i] {
      while (!stop) {
        const Router::Pinned pinned(router, i);
        for (const auto& compiled : pinned.table().routes()) seen += compiled.label.empty() ? 0 : 1;
      }
    });
  }
  for (int i = 0; i < 200 || (seen == 0 && i < 1'000'000); ++i) {
    router.replace(table_of({plain("GET", fmt::format("/r{}", i))}));
    EXPECT_TRUE(router.drain(std::chrono::seconds(10)));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace tenon::http::test
