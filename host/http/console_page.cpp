#include "host/http/console_page.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "host/http/media_type.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/http/text.hpp"

namespace tenon::http {
namespace {

std::string sha256_base64(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  std::array<unsigned char, 64> base64{};
  const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)};
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
  return out;
}

}  // namespace

std::string make_content_security_policy(std::string_view page) {
  std::string hashes;
  const auto folded = lower(page);
  std::size_t at = 0;
  while ((at = folded.find("<script", at)) != std::string::npos) {
    const auto tag_end = folded.find('>', at);
    if (tag_end == std::string::npos) break;
    const auto tag = std::string_view(folded).substr(at, tag_end - at);
    const auto end = folded.find("</script", tag_end);
    if (end == std::string::npos) break;
    if (tag.find("importmap") != std::string_view::npos &&
        tag.find("src=") == std::string_view::npos) {
      hashes +=
          fmt::format(" 'sha256-{}'", sha256_base64(page.substr(tag_end + 1, end - tag_end - 1)));
    }
    at = end;
  }
  return fmt::format(
      "default-src 'self'; script-src 'self'{}; style-src 'self'; img-src 'self' data:; "
      "connect-src "
      "'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      hashes);
}

Result<std::shared_ptr<ConsolePage>> ConsolePage::load(const std::filesystem::path& directory) {
  TN_TRY(std::shared_ptr<StaticFiles> files, StaticFiles::open(directory));
  std::ifstream file(directory / "index.html", std::ios::binary);
  if (!file) {
    return Error{Code::not_found, "The page's directory has no index.html.", directory.string()};
  }
  std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return std::shared_ptr<ConsolePage>(new ConsolePage(std::move(files), std::move(page)));
}

ConsolePage::ConsolePage(std::shared_ptr<StaticFiles> files, std::string page)
    : files_(std::move(files)),
      page_(std::move(page)),
      policy_(make_content_security_policy(page_)),
      etag_(fmt::format("\"{}\"", sha256_base64(page_))) {}

void ConsolePage::handle(Request& request, Response& response) {
  const auto path = request.param_count() > 0 ? request.param(0) : std::string_view();
  const bool is_index = path.empty() || path == "index.html";
  if (!is_index && files_->serve(path, request, response)) return;
  static const std::array<std::string, 1> kHtml{"text/html"};
  const auto name = path.substr(path.rfind('/') + 1);
  // Below host/ there are pages alone; elsewhere a program would take one for an answer.
  const bool asks_for_page =
      path.starts_with("host/") ||
      (request.header("Accept").value_or("").find("text/html") != std::string_view::npos &&
       accepts_any(request.header("Accept").value_or(""), kHtml));
  const bool wants_page = name.find('.') == std::string_view::npos && asks_for_page;
  Result<void> sent;
  if (!is_index && !wants_page) {
    sent = response.problem(404, "There is no such page or file.");
  } else if (lists_etag(request.header("If-None-Match").value_or(""), etag_)) {
    sent = response.send(304, {{"ETag", etag_}, {"Cache-Control", "no-cache"}}, "");
  } else {
    sent = response.send(200,
                         {{"Content-Type", "text/html; charset=utf-8"},
                          {"Content-Security-Policy", policy_},
                          {"Cache-Control", "no-cache"},
                          {"ETag", etag_}},
                         page_);
  }
  if (!sent.ok()) response.close_connection();
}

}  // namespace tenon::http
