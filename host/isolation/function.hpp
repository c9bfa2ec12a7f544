// The wire form of one table function, put together from the wire forms of its arguments. A
// function is listed once (log_wire.hpp and so on); from that come the proxy, which has the
// function's own signature and marshals, and serve(), which unmarshals and calls the real one.
#pragma once

#include <tuple>

#include "host/isolation/serving.hpp"

namespace tenon::isolation {

// Elements: how one argument, or a few that belong together, cross. Each has
//   arity                        the number of C arguments
//   send(Outgoing&, args...)     the caller's side, before
//   take(Outgoing&, args...)     the caller's side, after: outputs out of the reply
//   ahead(Outgoing&)             optional: what stands before the function's result in the reply
//   Slot                         the callee's side: take(Incoming&), arguments(), give(Writer&)

template <class T>
struct Value {
  static constexpr size_t arity = 1;
  static void send(Outgoing& out, T value) { put(out.body(), value); }
  static void take(Outgoing&, T) {}
  struct Slot {
    T value{};
    void take(Incoming& in) { get(in.body, value); }
    std::tuple<T> arguments() { return {value}; }
    void give(Writer&) {}
  };
};

// `const T*`, one struct by reference.
template <class T>
struct Record {
  static constexpr size_t arity = 1;
  static void send(Outgoing& out, const T* value) { put(out.body(), *value); }
  static void take(Outgoing&, const T*) {}
  struct Slot {
    T value{};
    void take(Incoming& in) { get(in.body, value); }
    std::tuple<const T*> arguments() { return {&value}; }
    void give(Writer&) {}
  };
};

// least_bytes<T>: the fewest bytes that a T takes on the wire.
template <class T>
constexpr uint64_t least_bytes = sizeof(T);

template <class T>
void put_items(Writer& out, const T* items, uint64_t count) {
  out.number(count);
  if (count > kMaxFrameBytes / least_bytes<T>)
    return out.fail(Code::too_large, "a call has too many items for one frame");
  for (uint64_t i = 0; i < count; ++i) put(out, items[i]);
}
template <class T>
const T* get_items(Reader& in, uint64_t count) {
  T* items = in.room<T>(count, least_bytes<T>);
  if (!in.ok()) return nullptr;
  for (uint64_t i = 0; i < count && in.ok(); ++i) get(in, items[i]);
  return items;
}

// `const T* items, uint64_t count`.
template <class T>
struct Items {
  static constexpr size_t arity = 2;
  static void send(Outgoing& out, const T* items, uint64_t count) {
    put_items(out.body(), items, count);
  }
  static void take(Outgoing&, const T*, uint64_t) {}
  struct Slot {
    const T* items = nullptr;
    uint64_t count = 0;
    void take(Incoming& in) {
      count = in.body.number<uint64_t>();
      items = get_items<T>(in.body, count);
    }
    std::tuple<const T*, uint64_t> arguments() { return {items, count}; }
    void give(Writer&) {}
  };
};

struct CallArgument {
  static constexpr size_t arity = 1;
  static void send(Outgoing& out, const tn_call* call) { out.pass(call); }
  static void take(Outgoing& out, const tn_call*) { out.take_error(); }
  class Slot {
   public:
    Slot() = default;
    Slot(const Slot&) = delete;
    void take(Incoming& in) {
      call_ = get_call(in.body, in.endpoint.shared_clock());
      if (call_.wants_error) call_.raw.error = &sink_;
      if (call_.cancellable) call_.raw.cancelled = in.cancelled;
    }
    std::tuple<const tn_call*> arguments() { return {call_.present ? &call_.raw : nullptr}; }
    void give(Writer& out) {
      out.number<uint8_t>(error_ ? 1 : 0);
      if (!error_) return;
      out.number<tn_status>(static_cast<tn_status>(error_->code));
      out.text(view(error_->message));
      out.text(view(error_->path));
    }

   private:
    static void TN_ABI set(void* self, tn_status code, tn_str message, tn_str path) noexcept {
      try {
        static_cast<Slot*>(self)->error_ =
            Error{static_cast<Code>(code), std::string(view(message)), std::string(view(path))};
      } catch (...) {  // out of memory: the status alone has to do
      }
    }
    ArrivedCall call_;
    tn_error_sink sink_{sizeof(tn_error_sink), 0, this, &Slot::set};
    std::optional<Error> error_;
  };
};

// `T* out`: written by the callee when it succeeds; may be NULL.
template <class T>
struct Out {
  static constexpr size_t arity = 1;
  static void send(Outgoing& out, T* to) { out.body().number<uint8_t>(to ? 1 : 0); }
  static void take(Outgoing& out, T* to) {
    T value{};
    get(out.reply(), value);
    if (to && out.reply().ok() && out.succeeded()) *to = value;
  }
  struct Slot {
    bool wanted = false;
    T value{};
    void take(Incoming& in) { wanted = in.body.number<uint8_t>() != 0; }
    std::tuple<T*> arguments() { return {wanted ? &value : nullptr}; }
    void give(Writer& out) { put(out, value); }
  };
};

// Marks a function that is sent without waiting: it returns nothing and does not block.
struct OneWay {
  static constexpr size_t arity = 0;
  static void send(Outgoing&) {}
  static void take(Outgoing&) {}
  struct Slot {
    void take(Incoming&) {}
    std::tuple<> arguments() { return {}; }
    void give(Writer&) {}
  };
};

// What a proxy answers when the function was not reached: its status, or something harmless.
template <class R>
R unreached(tn_status status) {
  if constexpr (std::is_same_v<R, tn_status>)
    return status;
  else
    return R();
}

template <class E>
struct Tag {
  using Element = E;
};

template <Table kTable_, size_t kOffset_, size_t kFirst, class Pointer, class... Elements>
struct Function;

template <Table kTable_, size_t kOffset_, size_t kFirst, class R, class Context, class... Rest,
          class... Elements>
struct Function<kTable_, kOffset_, kFirst, R (*)(Context, Rest...), Elements...> {
  using Pointer = R (*)(Context, Rest...);
  static constexpr Table kTable = kTable_;
  static constexpr size_t kOffset = kOffset_;
  static constexpr size_t kMember = (kOffset_ - kFirst) / sizeof(Pointer);
  static constexpr uint16_t kOp = op_of(kTable_, kMember);
  static constexpr bool kOneWay = (std::is_same_v<Elements, OneWay> || ...);
  static_assert(kMember < kMemberLimit);
  static_assert((size_t{0} + ... + Elements::arity) == sizeof...(Rest),
                "every argument of the function needs a wire form");

  static R TN_ABI proxy(Context context, Rest... rest) noexcept {
    try {
      Outgoing out(*reinterpret_cast<const Remote*>(context), kOp);
      const std::tuple<Rest...> arguments(rest...);
      each<0, Elements...>([&](auto tag, auto at) { send<decltype(tag)>(out, arguments, at); });
      if constexpr (kOneWay) return out.post();
      if (!out.run()) return unreached<R>(out.fail());
      (ahead<Elements>(out), ...);
      if constexpr (std::is_void_v<R>) {
        each<0, Elements...>([&](auto tag, auto at) { take<decltype(tag)>(out, arguments, at); });
        (void)out.finish(TN_OK);
      } else {
        R result{};
        get(out.reply(), result);
        if constexpr (std::is_same_v<R, tn_status>) out.answered(result);
        each<0, Elements...>([&](auto tag, auto at) { take<decltype(tag)>(out, arguments, at); });
        if constexpr (std::is_same_v<R, tn_status>) return out.finish(result);
        return out.finish(TN_OK) == TN_OK ? result : R{};
      }
    } catch (...) {  // out of memory
      return unreached<R>(TN_E_LIMIT);
    }
  }

  static Result<void> serve(Incoming& in, const Port& port) {
    std::tuple<typename Elements::Slot...> slots;
    std::apply([&](auto&... slot) { (slot.take(in), ...); }, slots);
    TN_CHECK(in.body.finish());
    TN_TRY(const Pointer function, find(port));
    std::apply(
        [&](auto&... slot) {
          const auto arguments = std::tuple_cat(
              std::tuple<Context>(reinterpret_cast<Context>(port.context)), slot.arguments()...);
          if constexpr (std::is_void_v<R>) {
            std::apply(function, arguments);
          } else {
            put(in.reply, std::apply(function, arguments));
          }
          (slot.give(in.reply), ...);
        },
        slots);
    return {};
  }

 private:
  static Result<Pointer> find(const Port& port) {
    uint32_t struct_size = 0;
    std::memcpy(&struct_size, port.table, sizeof struct_size);
    Pointer function = nullptr;
    if (struct_size >= kOffset + sizeof(Pointer))
      std::memcpy(&function, static_cast<const char*>(port.table) + kOffset, sizeof function);
    if (!function) return Error{Code::unsupported, "the other side does not have this function"};
    return function;
  }

  template <class E>
  static void ahead(Outgoing& out) {
    if constexpr (requires { E::ahead(out); }) E::ahead(out);
  }

  // Calls `body` for each element with the position of its first argument.
  template <size_t kAt, class E, class... More, class Body>
  static void each(const Body& body) {
    body(Tag<E>{}, std::integral_constant<size_t, kAt>{});
    if constexpr (sizeof...(More) > 0) each<kAt + E::arity, More...>(body);
  }
  template <size_t kAt, class Body>
  static void each(const Body&) {}

  template <class TagOf, class Tuple, size_t kAt>
  static void send(Outgoing& out, const Tuple& arguments, std::integral_constant<size_t, kAt>) {
    using E = typename TagOf::Element;
    [&]<size_t... I>(std::index_sequence<I...>) {
      E::send(out, std::get<kAt + I>(arguments)...);
    }
    (std::make_index_sequence<E::arity>());
  }
  template <class TagOf, class Tuple, size_t kAt>
  static void take(Outgoing& out, const Tuple& arguments, std::integral_constant<size_t, kAt>) {
    using E = typename TagOf::Element;
    [&]<size_t... I>(std::index_sequence<I...>) {
      E::take(out, std::get<kAt + I>(arguments)...);
    }
    (std::make_index_sequence<E::arity>());
  }
};

// All functions of a table. A function that is added to the struct without a wire form fails to
// compile here, and so does one out of order.
template <class Struct, size_t kFirst, class... Functions>
struct Form {
  static constexpr bool in_order() {
    size_t expected = kFirst;
    return ((Functions::kOffset == std::exchange(expected, expected + sizeof(void*))) && ...);
  }
  static_assert(in_order(), "the functions stand in another order than in the struct");
  static_assert(sizeof(Struct) == kFirst + sizeof...(Functions) * sizeof(void*),
                "a function of the table has no wire form");

  // The table whose functions marshal; the first argument of each is a Remote.
  static Struct proxies() {
    Struct table{};
    table.struct_size = sizeof table;
    (set(table, Functions::kOffset, Functions::proxy), ...);
    return table;
  }
  template <class Map>
  static constexpr void list(Map& serving) {
    ((serving[Functions::kOp] = Functions::serve), ...);
  }

 private:
  template <class Pointer>
  static void set(Struct& table, size_t offset, Pointer function) {
    std::memcpy(reinterpret_cast<char*>(&table) + offset, &function, sizeof function);
  }
};

// TN_WIRE(Table::host_log, tn_host_log, level, write, CallArgument, ...): the function `write` of a
// table whose first function is `level`.
#define TN_WIRE(table, type, first, member, ...)                                     \
  ::tenon::isolation::Function<table, offsetof(type, member), offsetof(type, first), \
                               decltype(type::member) __VA_OPT__(, ) __VA_ARGS__>

}  // namespace tenon::isolation
