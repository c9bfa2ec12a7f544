// Hostile requests over a real socket. What counts is the number of responses: one too many means
// that a part of a request was taken for another request.
#include <gmock/gmock.h>

#include "host/http/test_support.hpp"

namespace tenon::http::test {
namespace {

using testing::ElementsAreArray;

struct Hostile {
  const char* name;
  std::string bytes;
  std::vector<int> statuses;
  bool closed;
};

void PrintTo(const Hostile& hostile, std::ostream* out) {
  *out << hostile.name;
}

const std::string kHost = "Host: localhost\r\n";
// What an attacker hopes to have run as a request of its own.
const std::string kInner = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string post(const std::string& headers, const std::string& body) {
  return "POST /echo HTTP/1.1\r\n" + kHost + headers + "\r\n" + body;
}

std::string many_headers(int count, const std::string& last) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "X-Filler-" + std::to_string(i) + ": 1\r\n";
  return text + last;
}

std::string length_of(const std::string& text) {
  return std::to_string(text.size());
}

std::vector<Hostile> hostile_requests() {
  const std::string inner_length = "Content-Length: " + length_of(kInner) + "\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const auto with_target = [](const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\n" + kHost + "\r\n";
  };
  const auto with_header = [](const std::string& header) {
    return "GET /ok HTTP/1.1\r\n" + kHost + header + "\r\n";
  };
  return {
      // Which length counts?
      {"length and chunked", post(inner_length + chunked, "0\r\n\r\n" + kInner), {400}, true},
      {"chunked and length", post(chunked + inner_length, "0\r\n\r\n" + kInner), {400}, true},
      {"two equal lengths",
       post("Content-Length: 4\r\nContent-Length: 4\r\n", "body"),
       {400},
       true},
      {"two different lengths", post("Content-Length: 0\r\n" + inner_length, kInner), {400}, true},
      {"two different lengths reversed",
       post(inner_length + "Content-Length: 0\r\n", kInner),
       {400},
       true},
      {"length list", post("Content-Length: 4, 4\r\n", "body"), {400}, true},
      {"length with plus", post("Content-Length: +4\r\n", "body"), {400}, true},
      {"length with minus", post("Content-Length: -4\r\n", "body"), {411}, true},
      {"length hexadecimal", post("Content-Length: 0x4\r\n", "body"), {400}, true},
      {"length with letters", post("Content-Length: 4abc\r\n", "body"), {400}, true},
      {"length empty", post("Content-Length: \r\n", kInner), {411}, true},
      {"length of words", post("Content-Length: four\r\n", kInner), {411}, true},
      {"length overflows", post("Content-Length: 18446744073709551620\r\n", "body"), {400}, true},
      {"length with inner space", post("Content-Length: 4 0\r\n", "body"), {400}, true},
      {"space before colon of length",
       post("Content-Length : " + length_of(kInner) + "\r\n", kInner),
       {400},
       true},
      {"65th header is the length", post(many_headers(63, inner_length), kInner), {431}, true},
      {"80th header is the length", post(many_headers(78, inner_length), kInner), {431}, true},
      {"65th header is chunked",
       post(many_headers(63, chunked), "0\r\n\r\n" + kInner),
       {431},
       true},
      {"200 headers", with_header(many_headers(200, "")), {431}, true},
      // Transfer codings.
      {"chunked twice", post(chunked + chunked, "0\r\n\r\n" + kInner), {400}, true},
      {"gzip, chunked",
       post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n" + kInner),
       {400},
       true},
      {"chunked, identity", post("Transfer-Encoding: chunked, identity\r\n", kInner), {400}, true},
      {"identity", post("Transfer-Encoding: identity\r\n" + inner_length, kInner), {501}, true},
      {"identity then chunked",
       post("Transfer-Encoding: identity\r\n" + chunked, "0\r\n\r\n" + kInner),
       {501},
       true},
      {"xchunked", post("Transfer-Encoding: xchunked\r\n" + inner_length, kInner), {400}, true},
      {"chunked with tab",
       post("Transfer-Encoding:\tchunked\r\n", "0\r\n\r\n" + kInner),
       {400},
       true},
      {"chunked with space before colon",
       post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + kInner),
       {400},
       true},
      {"chunked on 1.0",
       "POST /echo HTTP/1.0\r\n" + kHost + chunked + "\r\n0\r\n\r\n" + kInner,
       {400},
       true},
      {"chunk size not hexadecimal", post(chunked, "zz\r\nabc\r\n0\r\n\r\n" + kInner), {400}, true},
      {"chunk size negative", post(chunked, "-1\r\nabc\r\n0\r\n\r\n" + kInner), {400}, true},
      {"chunk size with 0x", post(chunked, "0x3\r\nabc\r\n0\r\n\r\n" + kInner), {400}, true},
      {"chunk size overflows",
       post(chunked, "ffffffffffffffffff\r\nabc\r\n0\r\n\r\n" + kInner),
       {400},
       true},
      {"chunk without CR LF", post(chunked, "3\r\nabcX0\r\n\r\n" + kInner), {400}, true},
      {"chunk ended by bare LF", post(chunked, "3\nabc\n0\n\n" + kInner), {400}, true},
      {"chunk extension", post(chunked, "3;a=b\r\nabc\r\n0\r\n\r\n" + kInner), {400}, true},
      {"trailer", post(chunked, "3\r\nabc\r\n0\r\nX: y\r\n\r\n" + kInner), {200}, true},
      {"chunked GET to a route without body",
       "GET /ok HTTP/1.1\r\n" + kHost + chunked + "\r\n0\r\n\r\n" + kInner,
       {200},
       true},
      // Lines.
      {"bare LF everywhere", "GET /ok HTTP/1.1\nHost: localhost\n\n", {400}, true},
      {"bare LF after request line", "GET /ok HTTP/1.1\nHost: localhost\r\n\r\n", {400}, true},
      {"bare LF between headers", "GET /ok HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", {400}, true},
      {"bare LF at the end", "GET /ok HTTP/1.1\r\nHost: localhost\n\n" + kInner, {400}, true},
      {"bare LF hides the end", "GET /ok HTTP/1.1\r\nHost: localhost\r\n\n" + kInner, {400}, true},
      {"bare CR in a value", with_header("X: a\rb\r\n"), {400}, true},
      {"CR before a header",
       "GET /ok HTTP/1.1\r\n" + kHost + "\rContent-Length: 5\r\n\r\n" + kInner,
       {400},
       true},
      {"folded line", with_header("X: a\r\n b\r\n"), {400}, true},
      {"folded line hides a length", post("X: a\r\n b\r\n" + inner_length, kInner), {400}, true},
      {"tab-folded line", with_header("X: a\r\n\tb\r\n"), {400}, true},
      {"first header folded", "GET /ok HTTP/1.1\r\n Host: localhost\r\n\r\n", {400}, true},
      {"empty header name", post(": x\r\n" + inner_length, kInner), {400}, true},
      {"header without colon", with_header("nonsense\r\n"), {400}, true},
      {"header name of non-ASCII", post("\xC3\xA9: x\r\n" + inner_length, kInner), {400}, true},
      {"header name with parenthesis", with_header("X(y): z\r\n"), {400}, true},
      {"NUL in a header", with_header(std::string("X: a\0b\r\n", 8)), {400}, true},
      {"NUL in the target", with_target(std::string("/o\0k", 4)), {400}, true},
      {"escape character in a header", with_header("X: a\x1B[2J\r\n"), {400}, true},
      {"delete in a header", with_header("X: a\x7F\r\n"), {400}, true},
      {"one blank line first", "\r\nGET /ok HTTP/1.1\r\n" + kHost + "\r\n", {400}, true},
      {"two blank lines first", "\r\n\r\nGET /ok HTTP/1.1\r\n" + kHost + "\r\n", {400}, true},
      {"sixteen blank bytes first",
       std::string(8, ' ') + "\r\n\r\n\r\n\r\nGET /ok HTTP/1.1\r\n" + kHost + "\r\n",
       {400},
       true},
      {"head over 16 KiB", with_header("X: " + std::string(20000, 'a') + "\r\n"), {400}, true},
      // Request line.
      {"two spaces", "GET  /ok HTTP/1.1\r\n" + kHost + "\r\n", {400}, true},
      {"two spaces before version", "GET /ok  HTTP/1.1\r\n" + kHost + "\r\n", {400}, true},
      {"no version", "GET /ok\r\n" + kHost + "\r\n", {400}, true},
      {"version 0.9", "GET /ok HTTP/0.9\r\n" + kHost + "\r\n", {505}, true},
      {"version 2.0", "GET /ok HTTP/2.0\r\n" + kHost + "\r\n", {505}, true},
      {"version 1.2", "GET /ok HTTP/1.2\r\n" + kHost + "\r\n", {505}, true},
      {"version 1.1x", "GET /ok HTTP/1.1x\r\n" + kHost + "\r\n", {505}, true},
      {"lower-case method", "get /ok HTTP/1.1\r\n" + kHost + "\r\n", {400}, true},
      {"invented method", "FROB /ok HTTP/1.1\r\n" + kHost + "\r\n", {400}, true},
      {"unserved method", "PROPFIND /ok HTTP/1.1\r\n" + kHost + "\r\n", {501}, true},
      {"CONNECT", "CONNECT localhost:80 HTTP/1.1\r\n" + kHost + "\r\n", {400}, true},
      {"TRACE", "TRACE /ok HTTP/1.1\r\n" + kHost + "\r\n", {400}, true},
      {"asterisk", "OPTIONS * HTTP/1.1\r\n" + kHost + "\r\n", {}, true},
      {"absolute form, elsewhere", with_target("http://evil.example/ok"), {}, true},
      {"authority form", with_target("localhost:80"), {400}, true},
      {"no slash", with_target("ok"), {400}, true},
      {"TLS hello",
       std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n",
       {400},
       true},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}, true},
      // Paths.
      {"%00", with_target("/ok%00.json"), {400}, true},
      {"%2e%2e", with_target("/%2e%2e/ok"), {400}, true},
      {"dot-dot", with_target("/a/../ok"), {400}, true},
      {"dot", with_target("/./ok"), {400}, true},
      {"two slashes", with_target("//ok"), {400}, true},
      {"bad escape", with_target("/%zz"), {400}, true},
      {"cut escape", with_target("/%4"), {400}, true},
      {"overlong UTF-8", with_target("/%c0%af"), {400}, true},
      {"escaped CR LF", with_target("/ok%0d%0aX:y"), {400}, true},
      {"raw non-ASCII", with_target("/\xC3\xA9"), {400}, true},
      {"backslash", with_target("/..\\ok"), {400}, true},
      {"fragment", with_target("/ok#x"), {400}, true},
      {"long target", with_target("/" + std::string(9000, 'a')), {414}, true},
      // Host and the rest.
      {"no Host", "GET /ok HTTP/1.1\r\n\r\n", {400}, true},
      {"empty Host", "GET /ok HTTP/1.1\r\nHost: \r\n\r\n", {400}, true},
      {"two Hosts", "GET /ok HTTP/1.1\r\n" + kHost + "Host: evil.example\r\n\r\n", {400}, true},
      {"Host with path", "GET /ok HTTP/1.1\r\nHost: localhost/x\r\n\r\n", {400}, true},
      {"Host with user", "GET /ok HTTP/1.1\r\nHost: a@localhost\r\n\r\n", {400}, true},
      {"Host list", "GET /ok HTTP/1.1\r\nHost: localhost, evil\r\n\r\n", {400}, true},
      {"foreign Host", "GET /ok HTTP/1.1\r\nHost: evil.example\r\n\r\n", {421}, true},
      {"unknown Expect", post("Expect: 200-ok\r\n" + inner_length, kInner), {417}, true},
      {"two Connections",
       with_header("Connection: keep-alive\r\nConnection: close\r\n"),
       {400},
       true},
      {"body over the limit", post("Content-Length: 99999999\r\n", kInner), {413}, true},
      // What must go on working.
      {"pipelined", with_target("/ok") + with_target("/ok"), {200, 200}, false},
      {"body of a GET is not a request",
       "GET /ok HTTP/1.1\r\n" + kHost + inner_length + "\r\n" + kInner,
       {200},
       false},
      {"body of a 404 is not a request",
       "POST /none HTTP/1.1\r\n" + kHost + inner_length + "\r\n" + kInner,
       {404},
       false},
      {"body then request", post(inner_length, kInner) + with_target("/ok"), {200, 200}, false},
      {"chunked then request",
       post(chunked, "3\r\nabc\r\n0\r\n\r\n") + with_target("/ok"),
       {200, 200},
       false},
      {"1.0 closes", "GET /ok HTTP/1.0\r\n\r\n" + kInner, {200}, true},
      {"1.0 keep-alive", "GET /ok HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", {200}, false},
      {"close", with_header("Connection: close\r\n") + kInner, {200}, true},
      {"64 headers", with_header(many_headers(63, "")), {200}, false},
      {"empty header value", with_header("X:\r\nY: \r\n"), {200}, false},
  };
}

class HostileRequests : public testing::TestWithParam<Hostile> {
 public:
  static void SetUpTestSuite() {
    smuggled = 0;
    std::vector<Route> routes;
    routes.push_back(route("GET", "/ok", [](Request&, Response& response) {
      reply(response, 200, "text/plain", "ok");
    }));
    routes.push_back(route("GET", "/smuggled", [](Request&, Response& response) {
      ++smuggled;
      reply(response, 200, "text/plain", "smuggled");
    }));
    routes.push_back(route("POST", "/echo", [](Request& request, Response& response) {
      const auto body = request.read_all();
      const auto sent =
          body.ok() ? response.send(200, "text/plain", *body) : response.error(body.error());
      if (!sent.ok()) response.close_connection();
    }));
    ServerOptions options;
    options.request_timeout = std::chrono::milliseconds(300);
    server = new TestServer(std::move(routes), options);
  }
  static void TearDownTestSuite() {
    delete server;
    server = nullptr;
  }

  static std::atomic<int> smuggled;
  static TestServer* server;
};

std::atomic<int> HostileRequests::smuggled{0};
TestServer* HostileRequests::server = nullptr;

TEST_P(HostileRequests, GetExactlyTheExpectedResponses) {
  const Hostile& hostile = GetParam();
  Client client(server->port());

  client.send(hostile.bytes);
  const auto conversation = client.receive(hostile.closed ? 3000 : 150);

  EXPECT_THAT(conversation.statuses(), ElementsAreArray(hostile.statuses));
  EXPECT_EQ(conversation.closed, hostile.closed);
  EXPECT_EQ(conversation.rest, "");
  EXPECT_EQ(smuggled, 0);
  for (const Reply& reply : conversation.replies) {
    if (reply.status < 400) continue;
    EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(reply.header("Connection"), hostile.closed ? "close" : "");
  }
}

std::string name_of(const testing::TestParamInfo<Hostile>& info) {
  std::string name = std::to_string(info.index) + "_";
  for (const char* c = info.param.name; *c != '\0'; ++c) {
    name.push_back(std::isalnum(static_cast<unsigned char>(*c)) != 0 ? *c : '_');
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, HostileRequests, testing::ValuesIn(hostile_requests()), name_of);

}  // namespace
}  // namespace tenon::http::test
