// Any bytes as a frame, to every table of both sides, and as the reply to a call: all are refused
// or answered, none does harm. The first byte chooses.
#include "host/isolation/memory_channel.hpp"
#include "host/isolation/plugin_server.hpp"
#include "host/isolation/remote_plugin.hpp"
#include "host/isolation/serving.hpp"
#include "host/isolation/table_ids.hpp"

using namespace tenon::isolation;

namespace {

// Gives the fuzzer's bytes as the answer to whatever is asked.
class Parrot final : public Channel {
 public:
  tenon::Result<void> call(const FrameView& frame, Deadline, const uint32_t*,
                           Buffer& answer) override {
    Header asked;
    std::memcpy(&asked, frame.data, sizeof asked);
    Header reply;
    reply.kind = Kind::reply;
    reply.id = asked.id;
    Writer writer(answer);
    writer.raw(body.data(), body.size());
    return writer.finish(reply);
  }
  tenon::Result<void> post(const FrameView&) override { return {}; }
  void refuse(const tenon::Error&) override {}
  Buffer body;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  Parrot channel;
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  channel.body.append(bytes + 2, size - 2);
  Endpoint endpoint(channel);
  // The proxies stand for the real tables: what a decoded call says goes out again as a call.
  Remote remote{&endpoint, 1};
  Target target;
  for (size_t i = 1; i < kTableCount; ++i)
    target[static_cast<Table>(i)] = {&remote, proxy_of(static_cast<Table>(i))};
  Header header;
  header.kind = data[0] & 1 ? Kind::post : Kind::call;
  header.op = static_cast<uint16_t>(data[1] % (kTableCount * kMemberLimit));
  header.target = *endpoint.targets().add(target);
  // Objects of a call are found on the stack of calls.
  CallUnderWay call{&endpoint, header.target, static_cast<Table>(header.op / kMemberLimit)};
  call.port = target[call.table];
  if (!call.port.table) call.table = Table::entry;
  const OnCallStack here(call);
  Buffer frame;
  Writer writer(frame);
  writer.raw(channel.body.data(), channel.body.size());
  if (!writer.finish(header).ok()) return 0;
  static constexpr uint32_t kNever = 0;
  // A block of exactly its size, so that a sanitizer sees any read beyond it.
  Buffer exact = Buffer::exactly(frame.size());
  std::memcpy(exact.data(), frame.data(), frame.size());
  Buffer reply;
  if (header.kind == Kind::post) {
    (void)endpoint.on_post(exact);
  } else {
    (void)endpoint.on_call(exact, &kNever, reply);
  }
  (void)read_header(bytes, size);
  return 0;
}
