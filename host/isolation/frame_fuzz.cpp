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
  tenon::Result<Buffer> call(Buffer frame, Deadline) override {
    const auto asked = read_header(frame.data(), frame.size());
    Header reply;
    reply.kind = Kind::reply;
    reply.id = asked->id;
    Buffer answer(kHeaderBytes);
    answer.insert(answer.end(), body.begin(), body.end());
    write_header(answer, reply);
    return answer;
  }
  tenon::Result<void> post(Buffer) override { return {}; }
  tenon::Result<void> signal(Buffer) override { return {}; }
  void refuse(const tenon::Error&) override {}
  Buffer body;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  Parrot channel;
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  channel.body.assign(bytes + 2, bytes + size);
  Endpoint endpoint(channel);
  // The proxies stand for the real tables: what a decoded call says goes out again as a call.
  Remote remote{&endpoint, 1};
  Target target;
  for (size_t i = 1; i < kTableCount; ++i)
    target[static_cast<Table>(i)] = {&remote, proxy_of(static_cast<Table>(i))};
  endpoint.targets().add(7, target);
  Header header;
  header.kind = data[0] & 1 ? Kind::post : Kind::call;
  header.op = static_cast<uint16_t>(data[1] % (kTableCount * kMemberLimit));
  header.target = 7;
  Buffer frame(kHeaderBytes);
  frame.insert(frame.end(), channel.body.begin(), channel.body.end());
  write_header(frame, header);
  if (header.kind == Kind::post) {
    (void)endpoint.on_post(frame);
  } else {
    (void)endpoint.on_call(frame);
  }
  (void)read_header(bytes, size);
  return 0;
}
