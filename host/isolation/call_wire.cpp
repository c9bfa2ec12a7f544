#include "host/isolation/call_wire.hpp"

#include <algorithm>
#include <chrono>

namespace tenon::isolation {

namespace {
constexpr uint8_t kPresent = 1;
constexpr uint8_t kWantsError = 2;
constexpr uint8_t kCancellable = 4;
}  // namespace

int64_t monotonic_now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

tn_call whole_call(const tn_call& call) {
  tn_call whole{};
  std::memcpy(&whole, &call, std::min<size_t>(call.struct_size, sizeof whole));
  whole.struct_size = sizeof whole;
  return whole;
}

void put_call(Writer& out, const tn_call* call) {
  if (!call) return out.number<uint8_t>(0);
  const tn_call whole = whole_call(*call);
  out.number<uint8_t>(static_cast<uint8_t>(kPresent | (whole.error ? kWantsError : 0) |
                                           (whole.cancelled ? kCancellable : 0)));
  out.number(whole.flags);
  out.number(whole.deadline_ns);
  // A negative one is long past, and the difference must not overflow.
  out.number<int64_t>(
      whole.deadline_ns ? std::max<int64_t>(whole.deadline_ns, 0) - monotonic_now_ns() : 0);
  out.number(whole.principal);
  out.number(whole.call_id);
  out.text(whole.request_id);
  out.text(whole.idempotency_key);
  out.raw(whole.trace_id, sizeof whole.trace_id);
  out.raw(whole.span_id, sizeof whole.span_id);
  out.number(whole.trace_flags);
}

ArrivedCall get_call(Reader& in, bool shared_clock) {
  ArrivedCall call;
  const auto bits = in.number<uint8_t>();
  if (bits > 7 || (bits && !(bits & kPresent))) in.fail("a call has unknown bits");
  if (!bits) return call;
  call.present = true;
  call.wants_error = (bits & kWantsError) != 0;
  call.cancellable = (bits & kCancellable) != 0;
  call.raw.struct_size = sizeof(tn_call);
  call.raw.flags = in.number<uint32_t>();
  const auto absolute = in.number<int64_t>();
  const auto remaining = in.number<int64_t>();
  if (absolute != 0 && !shared_clock) {
    // 0 means "no deadline", and a hostile remainder must not overflow
    constexpr int64_t kYear = int64_t{366} * 86'400 * 1'000'000'000;
    const int64_t here = monotonic_now_ns() + std::clamp(remaining, -kYear, kYear);
    call.raw.deadline_ns = here == 0 ? 1 : here;
  } else {
    call.raw.deadline_ns = absolute;
  }
  call.raw.principal = in.number<uint64_t>();
  call.raw.call_id = in.number<uint64_t>();
  call.raw.request_id = in.text();
  call.raw.idempotency_key = in.text();
  if (const auto* trace = in.skip(sizeof call.raw.trace_id))
    std::memcpy(call.raw.trace_id, trace, sizeof call.raw.trace_id);
  if (const auto* span = in.skip(sizeof call.raw.span_id))
    std::memcpy(call.raw.span_id, span, sizeof call.raw.span_id);
  call.raw.trace_flags = in.number<uint32_t>();
  return call;
}

}  // namespace tenon::isolation
