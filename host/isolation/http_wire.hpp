// tn_plugin_http and the exchange of a request on the wire. The request crosses whole, the bodies
// of both directions in calls of their own.
#pragma once

#include "host/isolation/log_wire.hpp"
#include "tenon/http.h"

namespace tenon::isolation {

void put(Writer& out, const tn_http_request& request);
void get(Reader& in, tn_http_request& request);

// `void* data, uint64_t* size`: room that the callee fills. A read may give less than was asked
// for, so one frame carries at most kReadBytes.
struct Room {
  static constexpr uint64_t kReadBytes = 256 << 10;
  static constexpr size_t arity = 2;
  static void send(Outgoing& out, void* data, uint64_t* size);
  static void take(Outgoing& out, void* data, uint64_t* size);
  struct Slot {
    std::vector<std::byte> data;
    uint64_t size = 0;
    void take(Incoming& in);
    std::tuple<void*, uint64_t*> arguments() { return {data.data(), &size}; }
    void give(Writer& out);
  };
};

using ExchangeForm = Form<tn_http_exchange, offsetof(tn_http_exchange, read),
                          TN_WIRE(Table::exchange, tn_http_exchange, read, read, Room),
                          TN_WIRE(Table::exchange, tn_http_exchange, read, respond, Value<uint32_t>,
                                  Items<tn_http_field>, Value<tn_bytes>),
                          TN_WIRE(Table::exchange, tn_http_exchange, read, begin, Value<uint32_t>,
                                  Items<tn_http_field>, Value<int64_t>),
                          TN_WIRE(Table::exchange, tn_http_exchange, read, write, Value<tn_bytes>),
                          TN_WIRE(Table::exchange, tn_http_exchange, read, finish)>;

struct ExchangeArgument {
  static constexpr size_t arity = 1;
  static void send(Outgoing& out, const tn_http_exchange* exchange);
  static void take(Outgoing&, const tn_http_exchange*) {}
  class Slot {
   public:
    void take(Incoming& in);
    std::tuple<const tn_http_exchange*> arguments() { return {&exchange_}; }
    void give(Writer&) {}

   private:
    Remote remote_;
    tn_http_exchange exchange_{};
  };
};

using HttpForm = Form<tn_plugin_http, offsetof(tn_plugin_http, handle),
                      TN_WIRE(Table::http, tn_plugin_http, handle, handle, CallArgument,
                              Value<uint32_t>, Record<tn_http_request>, ExchangeArgument)>;

}  // namespace tenon::isolation
