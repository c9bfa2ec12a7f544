#include "host/isolation/sink_wire.hpp"

namespace tenon::isolation {

namespace {
constexpr size_t kGatherBytes = 256 << 10;
const tn_sink kProxy = SinkForm::proxies();
}  // namespace

void SinkArgument::send(Outgoing& out, const tn_sink* sink) {
  out.body().number<uint8_t>(sink ? 1 : 0);
  if (sink) out.expose(Table::sink, sink->ctx, sink);
}

void SinkArgument::take(Outgoing& out, const tn_sink* sink) {
  if (!sink || out.output.size == 0 || !out.reply().ok()) return;
  const tn_status status = sink->write(sink->ctx, out.output);
  if (status != TN_OK) out.spoil(status);
}

void SinkArgument::Slot::take(Incoming& in) {
  present_ = in.body.number<uint8_t>() != 0;
  remote_ = in.target;
  reply_ = &in.reply;
  size_at_ = in.reply.position();
  in.reply.number<uint32_t>(0);
}

tn_status SinkArgument::Slot::write(void* self, tn_bytes chunk) noexcept {
  try {
    return static_cast<Slot*>(self)->add(chunk);
  } catch (...) {  // out of memory
    return TN_E_LIMIT;
  }
}

tn_status SinkArgument::Slot::add(tn_bytes chunk) {
  if (failed_ != TN_OK) return failed_;
  const auto* from = static_cast<const std::byte*>(chunk.data);
  const size_t start = size_at_ + sizeof(uint32_t);
  const size_t held = reply_->position() - start;
  if (held + chunk.size <= kGatherBytes) {
    reply_->raw(chunk.data, chunk.size);
    reply_->patch(size_at_, static_cast<uint32_t>(held + chunk.size));
    return TN_OK;
  }
  if (held) failed_ = kProxy.write(&remote_, {reply_->frame().data + start, held});
  reply_->rewind(start);
  reply_->patch(size_at_, uint32_t{0});
  for (uint64_t at = 0; failed_ == TN_OK && at < chunk.size; at += kGatherBytes)
    failed_ =
        kProxy.write(&remote_, {from + at, std::min<uint64_t>(kGatherBytes, chunk.size - at)});
  return failed_;
}

}  // namespace tenon::isolation
