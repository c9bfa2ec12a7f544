// A single-page application: its files, and its index page for every other path a browser opens.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "host/http/route.hpp"
#include "host/http/static_files.hpp"
#include "tenon/result.hpp"

namespace tenon::http {

// For a GET route "/{path...}". `directory` holds index.html, read once. The page is served with a
// strict Content-Security-Policy that allows scripts of this host and the page's inline import maps
// by their hash; paths that name no file get the page when the client accepts text/html and the
// last segment has no extension, a 404 problem otherwise.
class ConsolePage : public Handler {
 public:
  static Result<std::shared_ptr<ConsolePage>> load(const std::filesystem::path& directory);

  void handle(Request& request, Response& response) override;

  const std::string& content_security_policy() const { return policy_; }

 private:
  ConsolePage(std::shared_ptr<StaticFiles> files, std::string page);

  std::shared_ptr<StaticFiles> files_;
  std::string page_;
  std::string policy_;
  std::string etag_;
};

// The policy for a page, with a hash for each inline <script type="importmap">.
std::string make_content_security_policy(std::string_view page);

}  // namespace tenon::http
