#include "call_frame.hpp"

#include <atomic>

#include "world.hpp"

namespace tenon::testing {

// Sinks of a call and what came to them. The world keeps it after the call has returned.
struct CallFrame::Shared {
  Shared(World& world_, std::string what_) : world(world_), what(std::move(what_)) {}

  World& world;
  const std::string what;
  std::atomic<bool> open = true;
  std::vector<std::string> broken;
  std::optional<Error> reason;
  uint32_t reasons = 0;
  std::string text;
  std::vector<BatchBuffer> batches;
  std::optional<Error> refused;
  uint32_t cancelled = 0;
  tn_error_sink error_sink{};
  tn_sink sink{};
  tn_batch_sink batch_sink{};

  // False, and noted, when the call is over.
  bool is_open(const char* verb) {
    if (open) return true;
    world.violation(what + ": " + verb + " after the call had returned");
    return false;
  }
  static Shared& of(void* ctx) { return *static_cast<Shared*>(ctx); }

  static void TN_ABI set_reason(void* ctx, tn_status code, tn_str message, tn_str path) noexcept {
    Shared& self = of(ctx);
    if (!self.is_open("gave a reason")) return;
    ++self.reasons;
    self.reason =
        Error{static_cast<Code>(code), std::string(view(message)), std::string(view(path))};
  }
  static tn_status TN_ABI write(void* ctx, tn_bytes chunk) noexcept {
    Shared& self = of(ctx);
    if (!self.is_open("wrote to its sink")) return TN_E_INVALID;
    self.text.append(chars(chunk));
    return TN_OK;
  }
  static tn_status TN_ABI write_batch(void* ctx, const tn_batch* batch) noexcept {
    Shared& self = of(ctx);
    if (!self.is_open("wrote a batch")) return TN_E_INVALID;
    auto copy = BatchBuffer::copy(*batch);
    if (!copy.ok()) {
      self.refused = copy.error();
      return static_cast<tn_status>(copy.error().code);
    }
    self.batches.push_back(std::move(*copy));
    return TN_OK;
  }
};

CallFrame::CallFrame(World& world, const CallOptions& options, std::string what)
    : world_(world),
      what_(std::move(what)),
      lent_(std::make_unique<Lent>(world.graveyard)),
      shared_(std::make_shared<Shared>(world, what_)) {
  shared_->error_sink = {sizeof(tn_error_sink), 0, shared_.get(), &Shared::set_reason};
  shared_->sink = {sizeof(tn_sink), 0, shared_.get(), &Shared::write};
  shared_->batch_sink = {sizeof(tn_batch_sink), 0, shared_.get(), &Shared::write_batch};
  shared_->cancelled = options.cancelled ? 1 : 0;
  tn_call call{};
  call.struct_size = sizeof call;
  call.cancelled = &shared_->cancelled;
  call.error = &shared_->error_sink;
  call.principal = options.principal;
  call.request_id = lent_->text(options.request_id);
  call.idempotency_key = lent_->text(options.idempotency_key);
  {
    const std::lock_guard lock(world.mutex);
    call_id_ = call.call_id = world.next_id++;
    if (options.timeout.count() != 0)
      call.deadline_ns = std::max<int64_t>(1, world.monotonic_ns + options.timeout.count());
    world.frames.push_back(shared_);
    world.running[call_id_] = {options.request_id, &shared_->cancelled};
  }
  call_ = lent_->item(call);
}

CallFrame::~CallFrame() = default;

const tn_sink* CallFrame::sink() {
  return &shared_->sink;
}
const std::string& CallFrame::text() const {
  return shared_->text;
}
const tn_batch_sink* CallFrame::batch_sink() {
  return &shared_->batch_sink;
}
std::vector<BatchBuffer> CallFrame::batches() {
  return std::move(shared_->batches);
}

void CallFrame::complain(const std::string& what) {
  shared_->broken.push_back(what);
}

Result<void> CallFrame::result(tn_status status) {
  shared_->open = false;
  lent_.reset();
  world_.end_call(call_id_);
  if (status < TN_OK || status > TN_E_DATA_LOSS)
    complain("returned the status " + std::to_string(status) + ", which is none");
  if (status != TN_OK && shared_->reasons == 0)
    complain("failed with status " + std::to_string(status) + " and gave no reason");
  if (status == TN_OK && shared_->reasons > 0)
    complain("succeeded and gave a reason: " + shared_->reason->message);
  if (shared_->reasons > 1) complain("gave more than one reason");
  if (shared_->refused) return *shared_->refused;
  if (!shared_->broken.empty()) {
    std::string all;
    for (const std::string& one : shared_->broken) {
      all += (all.empty() ? "" : "; ") + one;
      world_.violation(what_ + ": " + one);
    }
    return Error{Code::internal, "against the rules of the interface: " + all};
  }
  if (status == TN_OK) return {};
  return Error{static_cast<Code>(status), shared_->reason->message, shared_->reason->path};
}

}  // namespace tenon::testing
