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
  const tn_bytes rest = out.reply().bytes();
  if (!sink || rest.size == 0 || !out.reply().ok()) return;
  const tn_status status = sink->write(sink->ctx, rest);
  if (status != TN_OK) out.spoil(status);
}

void SinkArgument::Slot::take(Incoming& in) {
  present_ = in.body.number<uint8_t>() != 0;
  remote_ = in.target;
}

void SinkArgument::Slot::give(Writer& out) {
  out.bytes({gathered_.data(), gathered_.size()});
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
  if (gathered_.size() + chunk.size <= kGatherBytes) {
    if (chunk.size) gathered_.insert(gathered_.end(), from, from + chunk.size);
    return TN_OK;
  }
  if (!gathered_.empty()) failed_ = kProxy.write(&remote_, {gathered_.data(), gathered_.size()});
  gathered_.clear();
  for (uint64_t at = 0; failed_ == TN_OK && at < chunk.size; at += kGatherBytes)
    failed_ =
        kProxy.write(&remote_, {from + at, std::min<uint64_t>(kGatherBytes, chunk.size - at)});
  return failed_;
}

}  // namespace tenon::isolation
