// HttpServer on CivetWeb 1.15, as Debian ships it. Its traps are kept in this file pair and in
// request_guard: handlers leave its 100 KB stacks, it never sees a path or a form, its TLS (which
// crashes against OpenSSL 3) is refused.
#pragma once

#include <memory>

#include "host/http/http_server.hpp"
#include "host/http/pipeline.hpp"

namespace tenon::http {

// `pipeline` must outlive the server.
std::unique_ptr<HttpServer> make_civetweb_server(ServerOptions options, Pipeline& pipeline);

}  // namespace tenon::http
