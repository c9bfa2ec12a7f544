#include "host/http/header_rules.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "host/http/text.hpp"

namespace tenon::http {
namespace {

constexpr std::array<std::string_view, 4> kOwnHeaders{"Date", "Content-Length", "Transfer-Encoding",
                                                      "Connection"};

Error misuse(std::string message) {
  return Error{Code::invalid, std::move(message), "response"};
}

}  // namespace

Result<void> check_answer_headers(std::span<const Header> headers) {
  for (const Header& header : headers) {
    if (!is_token(header.name))
      return misuse(fmt::format("Header name \"{}\" is not a token.", header.name));
    if (!is_header_value(header.value)) {
      return misuse(fmt::format("The value of header {} holds a control character.", header.name));
    }
    for (const auto own : kOwnHeaders) {
      if (header.name.size() == own.size() && iequals(header.name, own)) {
        return misuse(fmt::format("Header {} is made by the server.", own));
      }
    }
  }
  return {};
}

bool is_bodiless(int status) {
  return status == 204 || status == 205 || status == 304;
}

}  // namespace tenon::http
