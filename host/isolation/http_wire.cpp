#include "host/isolation/http_wire.hpp"

#include <algorithm>

namespace tenon::isolation {

namespace {
const tn_http_exchange kProxy = ExchangeForm::proxies();
}  // namespace

void put(Writer& out, const tn_http_request& request) {
  out.text(request.method);
  out.text(request.path);
  out.text(request.query);
  out.text(request.remote_address);
  out.number(request.content_length);
  put_items(out, request.params, request.param_count);
  put_items(out, request.headers, request.header_count);
}

void get(Reader& in, tn_http_request& request) {
  request.struct_size = sizeof request;
  request.method = in.text();
  request.path = in.text();
  request.query = in.text();
  request.remote_address = in.text();
  request.content_length = in.number<int64_t>();
  const auto params = in.number<uint64_t>();
  request.params = get_items<tn_http_field>(in, params);
  request.param_count = static_cast<uint32_t>(params);
  const auto headers = in.number<uint64_t>();
  request.headers = get_items<tn_http_field>(in, headers);
  request.header_count = static_cast<uint32_t>(headers);
}

void Room::send(Outgoing& out, void*, uint64_t* size) {
  out.body().number(std::min(*size, kReadBytes));
}

void Room::take(Outgoing& out, void* data, uint64_t* size) {
  const tn_bytes read = out.reply().bytes();
  if (read.size > *size) return out.reply().fail("more was read than there is room for");
  if (!out.reply().ok() || !out.succeeded()) return;
  if (read.size) std::memcpy(data, read.data, read.size);
  *size = read.size;
}

void Room::Slot::take(Incoming& in) {
  size = in.body.number<uint64_t>();
  if (size > kReadBytes) return in.body.fail("a read asks for more than one frame may carry");
  data.resize(size);
}

void Room::Slot::give(Writer& out) {
  out.bytes({data.data(), std::min<uint64_t>(size, data.size())});
}

void ExchangeArgument::send(Outgoing& out, const tn_http_exchange* exchange) {
  out.expose(Table::exchange, exchange->ctx, exchange);
}

void ExchangeArgument::Slot::take(Incoming& in) {
  remote_ = in.target;
  exchange_ = kProxy;
  exchange_.ctx = &remote_;
}

}  // namespace tenon::isolation
