#include "host/isolation/endpoint.hpp"

#include "host/isolation/serving.hpp"

namespace tenon::isolation {

Outgoing::Outgoing(const Remote& to, uint16_t op)
    : endpoint_(*to.endpoint), body_(*frame_, Writer::Large::borrowed) {
  header_.op = op;
  header_.target = to.target;
  header_.id = endpoint_.next_id();
}

void Outgoing::pass(const tn_call* call) {
  put_call(body_, call);
  if (!call) return;
  if (TN_HAS(call, error)) errors_ = call->error;
  if (TN_HAS(call, cancelled)) cancelled_ = call->cancelled;
  if (TN_HAS(call, deadline_ns)) deadline_ns_ = call->deadline_ns;
}

void Outgoing::expose(Table table, void* context, const void* object) {
  under_way_.table = table;
  under_way_.port = {context, object};
}

bool Outgoing::run() {
  auto done = body_.finish(header_);
  if (!done.ok()) return error_ = std::move(done).error(), false;
  Deadline deadline;
  if (deadline_ns_ != 0)
    deadline = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(deadline_ns_));
  under_way_.endpoint = &endpoint_;
  under_way_.id = header_.id;
  {
    const OnCallStack here(under_way_);
    if (under_way_.depth > kMaxDepth) {
      error_ = Error{Code::limit, "calls to isolated plugins nest more than " +
                                      std::to_string(kMaxDepth) + " deep"};
      return false;
    }
    done = endpoint_.channel().call(body_.frame(), deadline, cancelled_, *reply_frame_);
  }
  if (!done.ok()) return error_ = std::move(done).error(), false;
  const auto header = read_header(reply_frame_->data(), reply_frame_->size());
  if (!header.ok() || header->kind != Kind::reply || header->id != header_.id) {
    error_ = Error{Code::unavailable, "the isolated side sent something that is no reply"};
    endpoint_.channel().refuse(*error_);
    return false;
  }
  reply_.emplace(reply_frame_->data(), reply_frame_->size(), kHeaderBytes);
  if (header->refused == TN_OK) return true;
  error_ = Error{static_cast<Code>(header->refused), std::string(view(reply_->text()))};
  return false;
}

void Outgoing::post() {
  header_.kind = Kind::post;
  // what cannot be sent is dropped: a post has nobody to tell
  if (body_.finish(header_).ok()) (void)endpoint_.channel().post(body_.frame());
}

void Outgoing::tell(tn_status code, std::string_view message, std::string_view path) {
  if (told_ || !errors_) return;
  told_ = true;
  errors_->set(errors_->ctx, code, view(message), view(path));
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

Result<void> Endpoint::run(Incoming& incoming) {
  const Serve* serve = find_serving(incoming.header.op);
  if (!serve) {
    if (unbound_) return unbound_(incoming);
    return Error{Code::unsupported,
                 "function " + std::to_string(incoming.header.op) + " is not known here"};
  }
  const auto table = static_cast<Table>(incoming.header.op / kMemberLimit);
  if (belongs_to_call(table)) {
    if (const Port* handed = find_handed(*this, incoming.header.target, table))
      return (*serve)(incoming, *handed);
  } else if (const auto use = targets_.use(incoming.header.target); use && (*use)[table].table) {
    return (*serve)(incoming, (*use)[table]);
  }
  return Error{Code::not_found, "a call went to an object that does not exist (any more)"};
}

Result<void> Endpoint::on_call(const Buffer& frame, const uint32_t* cancelled, Buffer& reply) {
  TN_TRY(const Header header, read_header(frame.data(), frame.size()));
  if (header.kind != Kind::call || header.size != frame.size())
    return Error{Code::invalid, "expected a call frame of its stated size"};
  Incoming incoming(*this, header, frame, cancelled, reply);
  Header answer;
  answer.kind = Kind::reply;
  answer.op = header.op;
  answer.id = header.id;
  auto done = run(incoming);
  if (done.ok()) done = incoming.reply.finish(answer);
  if (done.ok()) return done;
  Writer refusal(reply);
  answer.refused = static_cast<tn_status>(done.error().code);
  refusal.text(view(done.error().message));
  return refusal.finish(answer);
}

Result<void> Endpoint::on_post(const Buffer& frame) {
  TN_TRY(const Header header, read_header(frame.data(), frame.size()));
  if (header.size != frame.size())
    return Error{Code::invalid, "expected a frame of its stated size"};
  if (header.kind != Kind::post) return Error{Code::invalid, "expected a frame without an answer"};
  static constexpr uint32_t kNever = 0;
  Scratch unused;
  Incoming incoming(*this, header, frame, &kNever, *unused);
  auto done = run(incoming);
  // nobody is told of a function that is missing or gone; a broken frame ends the channel
  if (!done.ok() && done.error().code == Code::invalid) return done;
  return {};
}

}  // namespace tenon::isolation
