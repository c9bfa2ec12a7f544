#include "host/isolation/endpoint.hpp"

#include "host/isolation/serving.hpp"

namespace tenon::isolation {

Outgoing::Outgoing(const Remote& to, uint16_t op) : endpoint_(*to.endpoint) {
  header_.op = op;
  header_.target = to.target;
  header_.id = endpoint_.next_id();
}

Outgoing::~Outgoing() {
  if (whole_.cancelled) endpoint_.watcher().forget(header_.id);
  if (exposes_) endpoint_.targets().remove(header_.id);
}

void Outgoing::pass(const tn_call* call) {
  put_call(body_, call);
  if (!call) return;
  call_ = call;
  whole_ = whole_call(*call);
}

void Outgoing::expose(Table table, void* context, const void* object) {
  exposed_[table] = {context, object};
  exposes_ = true;
}

bool Outgoing::run() {
  auto frame = body_.finish(header_);
  if (!frame.ok()) return error_ = std::move(frame).error(), false;
  if (exposes_) endpoint_.targets().add(header_.id, exposed_);
  if (whole_.cancelled) endpoint_.watcher().watch(header_.id, whole_.cancelled);
  Deadline deadline;
  if (whole_.deadline_ns != 0)
    deadline = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(whole_.deadline_ns));
  auto reply = endpoint_.channel().call(std::move(frame).value(), deadline);
  if (!reply.ok()) return error_ = std::move(reply).error(), false;
  reply_frame_ = std::move(reply).value();
  const auto header = read_header(reply_frame_.data(), reply_frame_.size());
  if (!header.ok() || header->kind != Kind::reply || header->id != header_.id) {
    error_ = Error{Code::unavailable, "the isolated side sent something that is no reply"};
    endpoint_.channel().refuse(*error_);
    return false;
  }
  reply_.emplace(reply_frame_.data(), reply_frame_.size(), kHeaderBytes);
  if (header->refused == TN_OK) return true;
  error_ = Error{static_cast<Code>(header->refused), std::string(view(reply_->text()))};
  return false;
}

void Outgoing::post() {
  header_.kind = Kind::post;
  auto frame = body_.finish(header_);
  // what cannot be sent is dropped: a post has nobody to tell
  if (frame.ok()) (void)endpoint_.channel().post(std::move(frame).value());
}

void Outgoing::tell(tn_status code, std::string_view message, std::string_view path) {
  if (told_ || !whole_.error) return;
  told_ = true;
  whole_.error->set(whole_.error->ctx, code, view(message), view(path));
}

void Outgoing::take_error() {
  if (reply_->number<uint8_t>() == 0) return;
  const auto code = reply_->number<tn_status>();
  const tn_str message = reply_->text();
  const tn_str path = reply_->text();
  if (reply_->ok()) tell(code, view(message), view(path));
}

tn_status Outgoing::finish(tn_status status) {
  const auto whole = reply_->finish();
  if (!whole.ok()) {
    error_ = Error{Code::unavailable,
                   "the isolated side sent a reply that cannot be read: " + whole.error().message};
    endpoint_.channel().refuse(*error_);
    return fail();
  }
  return status == TN_OK ? spoilt_ : status;
}

tn_status Outgoing::fail() {
  const auto code = static_cast<tn_status>(error_->code);
  tell(code, error_->message, error_->path);
  return code == TN_OK ? TN_E_INTERNAL : code;
}

Endpoint::Endpoint(Channel& channel, bool shared_clock)
    : channel_(channel), shared_clock_(shared_clock), watcher_([this](uint64_t id) {
        Header header;
        header.kind = Kind::cancel;
        header.id = id;
        auto frame = Writer().finish(header);
        if (frame.ok()) (void)channel_.signal(std::move(frame).value());
      }) {}

Endpoint::~Endpoint() = default;

void Endpoint::enter(uint64_t id, uint32_t* cancelled) {
  std::lock_guard lock(mutex_);
  running_[id] = cancelled;
}

void Endpoint::leave(uint64_t id) {
  std::lock_guard lock(mutex_);
  running_.erase(id);
}

Result<void> Endpoint::run(Incoming& incoming) {
  const Serve* serve = find_serving(incoming.header.op);
  if (serve) {
    const auto table = static_cast<Table>(incoming.header.op / kMemberLimit);
    const auto use = targets_.use(incoming.header.target);
    if (!use || !(*use)[table].table)
      return Error{Code::not_found, "a call went to an object that does not exist (any more)"};
    return (*serve)(incoming, (*use)[table]);
  }
  if (unbound_) return unbound_(incoming);
  return Error{Code::unsupported,
               "function " + std::to_string(incoming.header.op) + " is not known here"};
}

Result<Buffer> Endpoint::on_call(const Buffer& frame) {
  TN_TRY(const Header header, read_header(frame.data(), frame.size()));
  if (header.kind != Kind::call || header.size != frame.size())
    return Error{Code::invalid, "expected a call frame of its stated size"};
  Incoming incoming(*this, header, frame);
  Header reply;
  reply.kind = Kind::reply;
  reply.op = header.op;
  reply.id = header.id;
  auto done = run(incoming);
  if (done.ok()) {
    auto answer = incoming.reply.finish(reply);
    if (answer.ok()) return answer;
    done = std::move(answer).error();
  }
  Writer refusal;
  reply.refused = static_cast<tn_status>(done.error().code);
  refusal.text(view(done.error().message));
  return refusal.finish(reply);
}

Result<void> Endpoint::on_post(const Buffer& frame) {
  TN_TRY(const Header header, read_header(frame.data(), frame.size()));
  if (header.size != frame.size())
    return Error{Code::invalid, "expected a frame of its stated size"};
  if (header.kind == Kind::cancel) {
    std::lock_guard lock(mutex_);
    if (const auto found = running_.find(header.id); found != running_.end())
      __atomic_store_n(found->second, 1u, __ATOMIC_RELEASE);
    return {};
  }
  if (header.kind != Kind::post) return Error{Code::invalid, "expected a frame without an answer"};
  Incoming incoming(*this, header, frame);
  auto done = run(incoming);
  // nobody is told of a function that is missing or gone; a broken frame ends the channel
  if (!done.ok() && done.error().code == Code::invalid) return done;
  return {};
}

}  // namespace tenon::isolation
