#include "host/isolation/handshake.hpp"

#include "host/isolation/wire.hpp"
#include "tenon/views.hpp"

namespace tenon::isolation {

namespace {
constexpr uint16_t kOpHello = 0x7ffe;
constexpr uint32_t kMagic = 0x49535454;
}  // namespace

Result<void> send_hello(const Socket& control, const Hello& hello) {
  Writer body;
  body.number(kMagic);
  body.number(kWireVersion);
  body.raw(&hello.platform, sizeof hello.platform);
  body.number(hello.monotonic_ns);
  body.text(view(hello.failure));
  Header header;
  header.kind = Kind::post;
  header.op = kOpHello;
  TN_TRY(const Buffer frame, body.finish(header));
  return control.send(frame);
}

Result<Hello> receive_hello(const Socket& control, Deadline deadline) {
  TN_TRY(const Buffer frame, control.receive(deadline));
  TN_TRY(const Header header, read_header(frame.data(), frame.size()));
  Reader body(frame.data(), frame.size(), kHeaderBytes);
  const auto magic = body.number<uint32_t>();
  const auto version = body.number<uint32_t>();
  if (header.op != kOpHello || magic != kMagic)
    return Error{Code::invalid, "the process that was started is no worker of tenon"};
  if (version != kWireVersion)
    return Error{Code::unsupported, "the worker speaks wire version " + std::to_string(version) +
                                        ", this host " + std::to_string(kWireVersion) +
                                        "; both must be of one build"};
  Hello hello;
  if (const auto* platform = body.skip(sizeof hello.platform))
    std::memcpy(&hello.platform, platform, sizeof hello.platform);
  hello.monotonic_ns = body.number<int64_t>();
  hello.failure = view(body.text());
  TN_CHECK(body.finish());
  constexpr tn_platform kHere = TN_PLATFORM_HERE;
  if (std::memcmp(&hello.platform, &kHere, sizeof kHere) != 0)
    return Error{Code::unsupported,
                 "the worker was built for another platform or interface than this host"};
  if (!hello.failure.empty()) return Error{Code::unavailable, hello.failure};
  return hello;
}

}  // namespace tenon::isolation
