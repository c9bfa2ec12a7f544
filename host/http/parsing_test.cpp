// Forms, media types, ranges, traces and percent-decoding, as tables.
#include <gmock/gmock.h>

#include "host/http/byte_range.hpp"
#include "host/http/console_page.hpp"
#include "host/http/forms.hpp"
#include "host/http/media_type.hpp"
#include "host/http/problem.hpp"
#include "host/http/static_files.hpp"
#include "host/http/text.hpp"
#include "host/http/trace_context.hpp"

namespace tenon::http {
namespace {

using testing::HasSubstr;

std::string fields_text(const Result<FormFields>& fields) {
  if (!fields.ok()) return "error: " + fields.error().message;
  std::string text;
  for (const FormField& field : fields->all()) {
    text += "[" + field.name + "=" + field.value;
    if (field.filename) text += "@" + *field.filename;
    if (!field.content_type.empty()) text += "#" + field.content_type;
    text += "]";
  }
  return text;
}

TEST(Urlencoded, DecodesFields) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"a=1&b=2", "[a=1][b=2]"},
      {"a=1&a=2&", "[a=1][a=2]"},
      {"a", "[a=]"},
      {"=v", "[=v]"},
      {"a=b=c", "[a=b=c]"},
      {"a+b=c%20d%2B", "[a b=c d+]"},
      {"caf%C3%A9=%E2%82%AC", "[caf\xC3\xA9=\xE2\x82\xAC]"},
      {"a=%00", "error: The value holds a NUL byte."},
      {"a%00b=1", "error: The name holds a NUL byte."},
      {"a=%4", "error: The value holds a bad % escape."},
      {"a=%zz", "error: The value holds a bad % escape."},
      {"a=%ff", "error: The value is not UTF-8."},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(fields_text(parse_urlencoded(text)), expected) << text;
  EXPECT_EQ(fields_text(parse_urlencoded(std::string_view("a=\0b", 4))),
            "error: The value holds a NUL byte.");
}

TEST(Urlencoded, IsBounded) {
  FormLimits limits;
  limits.max_fields = 2;
  limits.max_name_bytes = 3;
  limits.max_field_bytes = 4;
  EXPECT_TRUE(parse_urlencoded("a=1&b=2", limits).ok());
  for (const char* text : {"a=1&b=2&c=3", "long=1", "a=12345"}) {
    const auto fields = parse_urlencoded(text, limits);
    ASSERT_FALSE(fields.ok()) << text;
    EXPECT_EQ(fields.error().code, Code::too_large);
  }
}

TEST(Multipart, ReadsFieldsAndFiles) {
  const std::string body =
      "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHello\r\nworld\r\n"
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".bin\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n" +
      std::string("\0\x01--B", 5) +
      "\r\n--B\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n--B--\r\nafter";
  EXPECT_EQ(fields_text(parse_multipart(body, "B")),
            "[title=Hello\r\nworld][file=" + std::string("\0\x01--B", 5) +
                "@a \"b\".bin#application/octet-stream][empty=]");
}

TEST(Multipart, RefusesWhatIsMalformed) {
  const std::string start = "--B\r\nContent-Disposition: form-data; name=\"a\"";
  const std::pair<std::string, const char*> cases[] = {
      {"", "boundary does not appear"},
      {"--C\r\n\r\n", "boundary does not appear"},
      {start, "headers do not end"},
      {start + "\r\n\r\nvalue", "does not end in the boundary"},
      {"--B\r\n\r\nvalue\r\n--B--", "no Content-Disposition"},
      {"--B\r\nContent-Disposition: form-data\r\n\r\nv\r\n--B--", "no name"},
      {"--B\r\nContent-Disposition: attachment; name=a\r\n\r\nv\r\n--B--", "not form-data"},
      {"--Bx\r\n\r\n", "not followed by CR LF"},
      {std::string("--B\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\nv\r\n--B--", 57),
       "malformed header"},
  };
  for (const auto& [body, expected] : cases) {
    const auto fields = parse_multipart(body, "B");
    ASSERT_FALSE(fields.ok()) << body;
    EXPECT_THAT(fields.error().message, HasSubstr(expected)) << body;
  }
  EXPECT_FALSE(parse_multipart("x", "").ok());
}

TEST(Form, IsChosenByContentType) {
  EXPECT_EQ(fields_text(parse_form("application/x-www-form-urlencoded; charset=utf-8", "a=1")),
            "[a=1]");
  EXPECT_EQ(fields_text(
                parse_form("multipart/form-data; boundary=\"B B\"",
                           "--B B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--B B--")),
            "[a=1]");
  EXPECT_EQ(parse_form("text/plain", "a=1").error().code, Code::unsupported);
}

TEST(MediaType, AcceptIsNegotiated) {
  const std::vector<std::string> json{"application/json"};
  const std::pair<const char*, bool> cases[] = {
      {"", true},
      {"*/*", true},
      {"application/json", true},
      {"Application/JSON;q=0.1", true},
      {"application/*", true},
      {"text/html", false},
      {"text/html, */*;q=0.1", true},
      {"*/*, application/json;q=0", false},
      {"application/json;q=0.000", false},
      {"application/json;q=x", false},
      {"application/json;charset=utf-8;q=1.0", true},
      {"application", false},
  };
  for (const auto& [accept, expected] : cases)
    EXPECT_EQ(accepts_any(accept, json), expected) << accept;
  EXPECT_TRUE(accepts_coding("gzip, br;q=0.5", "br"));
  EXPECT_FALSE(accepts_coding("gzip, br;q=0", "br"));
  EXPECT_FALSE(accepts_coding("", "br"));
  EXPECT_FALSE(accepts_coding("*, br;q=0", "br"));
  EXPECT_TRUE(accepts_coding("*", "br"));
}

TEST(ByteRange, FollowsTheSpecification) {
  using Kind = ByteRange::Kind;
  const struct {
    const char* header;
    Kind kind;
    std::uint64_t first, length;
  } cases[] = {
      {"", Kind::whole, 0, 0},
      {"bytes=0-0", Kind::part, 0, 1},
      {"bytes=0-", Kind::part, 0, 100},
      {"bytes=10-19", Kind::part, 10, 10},
      {"bytes=90-1000", Kind::part, 90, 10},
      {"bytes=-5", Kind::part, 95, 5},
      {"bytes=-500", Kind::part, 0, 100},
      {"bytes=100-", Kind::unsatisfiable, 0, 0},
      {"bytes=-0", Kind::unsatisfiable, 0, 0},
      {"bytes=5-4", Kind::whole, 0, 0},
      {"bytes=0-1,3-4", Kind::whole, 0, 0},
      {"bytes=a-b", Kind::whole, 0, 0},
      {"bytes=-", Kind::whole, 0, 0},
      {"items=0-1", Kind::whole, 0, 0},
      {"bytes=0-99999999999999999999", Kind::whole, 0, 0},
  };
  for (const auto& test : cases) {
    const auto range = parse_range(test.header, 100);
    EXPECT_EQ(range.kind, test.kind) << test.header;
    EXPECT_EQ(range.first, test.first) << test.header;
    EXPECT_EQ(range.length, test.length) << test.header;
  }
}

TEST(TraceContext, IsTakenWhenValid) {
  const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string good = "00-" + id + "-00f067aa0ba902b7-01";
  const auto trace = parse_traceparent(good);
  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->flags, 1);
  EXPECT_EQ(format_traceparent(*trace, "1111111111111111"), "00-" + id + "-1111111111111111-01");
  EXPECT_TRUE(parse_traceparent("01-" + good.substr(3) + "-more"));
  for (const std::string& bad :
       {std::string(), good + "-more", "ff-" + good.substr(3), good.substr(1),
        "00-" + std::string(32, '0') + "-00f067aa0ba902b7-01",
        "00-" + std::string(32, 'A') + "-00f067aa0ba902b7-01"}) {
    EXPECT_FALSE(parse_traceparent(bad)) << bad;
  }
}

TEST(Text, ValidatesUtf8) {
  for (const char* good :
       {"", "abc", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(good));
  }
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF5\x80\x80\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
  }
}

TEST(Problem, ReplacesBytesThatAreNotUtf8) {
  Problem problem;
  problem.status = 400;
  problem.detail = "caf\xC3\xA9 \xFF.";
  problem.members.emplace_back("path", "a\"b");
  EXPECT_EQ(
      render_problem(problem, "/x", "id"),
      "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\"caf\xC3\xA9 "
      "\xEF\xBF\xBD.\",\"instance\":\"/x\",\"correlationId\":\"id\",\"path\":\"a\\\"b\"}");
}

TEST(ConsolePolicy, HashesTheInlineImportMaps) {
  // printf '{"imports":{}}' | openssl dgst -sha256 -binary | base64
  const std::string map = "{\"imports\":{}}";
  const auto policy =
      make_content_security_policy("<html><script type=\"importmap\">" + map +
                                   "</script><SCRIPT type='module' src='/a.js'></SCRIPT>");
  EXPECT_THAT(
      policy,
      HasSubstr("script-src 'self' 'sha256-URrTy+Il/Nz0lHojVUx275hWqAWhkSF0VsHbUM4/6Hw=';"));
  EXPECT_THAT(make_content_security_policy("<script>alert(1)</script>"),
              HasSubstr("script-src 'self';"));
}

TEST(HashedName, IsToldFromAWord) {
  for (const char* hashed : {"app-3f9a2b1c.js", "assets/index-BxK3f_9a.css", "x.DeadBeef.woff2"}) {
    EXPECT_TRUE(is_hashed_name(hashed)) << hashed;
  }
  for (const char* plain :
       {"app.js", "user-settings.js", "jquery.min.js", "a", "README", "index-abc1.js"}) {
    EXPECT_FALSE(is_hashed_name(plain)) << plain;
  }
}

}  // namespace
}  // namespace tenon::http
