// The C tables of a C++ plugin: trampolines that find the object and the member function, and let
// nothing escape. Included by tenon/plugin.hpp.
#pragma once

#include <memory>

#include "tenon/clock.h"
#include "tenon/entry.h"
#include "tenon/events.hpp"
#include "tenon/handover.h"
#include "tenon/plugin/note.hpp"

namespace tenon::plugin {

// Method numbers count over all interfaces in the manifest's order; a message slot of a column
// method is null, and the reverse.
template <class Class>
struct MethodSlot {
  MethodFunction<Class> message = nullptr;
  ColumnFunction<Class> column = nullptr;
};

template <class Class, const auto& definition>
constexpr auto method_slots() {
  constexpr auto slots_of = [](const auto& item) {
    using Item = std::remove_cvref_t<decltype(item)>;
    if constexpr (is_provides<Item, MessageKind>) {
      return std::apply(
          [](const auto&... m) {
            return std::array<MethodSlot<Class>, sizeof...(m)>{MethodSlot<Class>{
                &std::remove_cvref_t<decltype(m)>::template run<Class>, nullptr}...};
          },
          item.methods);
    } else if constexpr (is_provides<Item, ColumnKind>) {
      return std::apply(
          [](const auto&... m) {
            return std::array<MethodSlot<Class>, sizeof...(m)>{MethodSlot<Class>{
                nullptr, &std::remove_cvref_t<decltype(m)>::template run<Class>}...};
          },
          item.methods);
    } else {
      return std::array<MethodSlot<Class>, 0>{};
    }
  };
  constexpr size_t count = std::apply(
      [](const auto&... item) {
        return (size_t{0} + ... + std::tuple_size_v<decltype(slots_of(item))>);
      },
      definition.items);
  std::array<MethodSlot<Class>, count> slots{};
  size_t next = 0;
  auto append = [&](const auto& some) {
    for (const auto& slot : some) slots[next++] = slot;
  };
  std::apply([&](const auto&... item) { (append(slots_of(item)), ...); }, definition.items);
  return slots;
}

template <class Class, const auto& definition>
constexpr auto route_slots() {
  constexpr size_t count = std::apply(
      [](const auto&... item) {
        return (size_t{0} + ... + size_t{is_route<std::remove_cvref_t<decltype(item)>>});
      },
      definition.items);
  std::array<RouteFunction<Class>, count> slots{};
  size_t next = 0;
  auto append = [&](const auto& item) {
    using Item = std::remove_cvref_t<decltype(item)>;
    if constexpr (is_route<Item>) slots[next++] = &Item::template run<Class>;
  };
  std::apply([&](const auto&... item) { (append(item), ...); }, definition.items);
  return slots;
}

// The plugin object and the host handle that its tables work on.
template <class Class>
struct Holder {
  explicit Holder(const tn_host* raw) : host(raw) {}
  Host host;
  std::optional<Class> object;
};

template <class Class, const auto& definition>
struct Tables {
  static Holder<Class>& holder(tn_instance* instance) {
    return *reinterpret_cast<Holder<Class>*>(instance);
  }
  static Class& object(tn_instance* instance) { return *holder(instance).object; }

  static Result<void> construct(Holder<Class>& made) {
    if constexpr (HasConfig<Class>) {
      TN_TRY(auto config, made.host.config().template as<typename Class::Config>());
      made.object.emplace(made.host, config);
    } else if constexpr (std::is_constructible_v<Class, Host&>) {
      made.object.emplace(made.host);
    } else {
      made.object.emplace();
    }
    return {};
  }
  static tn_status TN_ABI create(const tn_plugin*, const tn_call* call, const tn_host* host,
                                 tn_instance** out) noexcept {
    return guarded(call, [&]() -> Result<void> {
      auto made = std::make_unique<Holder<Class>>(host);
      TN_CHECK(construct(*made));
      *out = reinterpret_cast<tn_instance*>(made.release());
      return {};
    });
  }
  static tn_status TN_ABI start(tn_instance* instance, const tn_call* raw) noexcept {
    return guarded(raw, [&]() -> Result<void> {
      if constexpr (requires(Class & c, Call & call) { c.start(call); }) {
        Call call(raw);
        return object(instance).start(call);
      }
      return {};
    });
  }
  static tn_status TN_ABI probe(tn_instance* instance, const tn_call* raw) noexcept {
    return guarded(raw, [&]() -> Result<void> {
      if constexpr (requires(Class & c, Call & call) { c.probe(call); }) {
        Call call(raw);
        return object(instance).probe(call);
      }
      return {};
    });
  }
  static tn_status TN_ABI stop(tn_instance* instance, const tn_call* call) noexcept {
    return guarded(call, [&]() -> Result<void> {
      if constexpr (requires(Class & c) { c.stop(); }) object(instance).stop();
      return {};
    });
  }
  static void TN_ABI destroy(tn_instance* instance, const tn_call*) noexcept {
    (void)guarded(nullptr, [&]() -> Result<void> {
      delete &holder(instance);
      return {};
    });
  }

  static tn_status TN_ABI message(tn_instance* instance, const tn_call* raw, uint32_t method,
                                  tn_str input, const tn_sink* output) noexcept {
    return guarded(raw, [&]() -> Result<void> {
      static constexpr auto slots = method_slots<Class, definition>();
      if (method >= slots.size() || !slots[method].message)
        return Error{Code::not_found,
                     "there is no message method number " + std::to_string(method)};
      Call call(raw);
      return slots[method].message(object(instance), call, view(input), output);
    });
  }
  static tn_status TN_ABI column(tn_instance* instance, const tn_call* raw, uint32_t method,
                                 const tn_batch* input, const tn_batch_sink* output) noexcept {
    return guarded(raw, [&]() -> Result<void> {
      static constexpr auto slots = method_slots<Class, definition>();
      if (method >= slots.size() || !slots[method].column)
        return Error{Code::not_found, "there is no column method number " + std::to_string(method)};
      Call call(raw);
      BatchOut out(output);
      return slots[method].column(object(instance), call, Batch(input), out);
    });
  }
  static tn_status TN_ABI handle(tn_instance* instance, const tn_call* raw, uint32_t route,
                                 const tn_http_request* http_request,
                                 const tn_http_exchange* exchange) noexcept {
    return guarded(raw, [&]() -> Result<void> {
      static constexpr auto slots = route_slots<Class, definition>();
      if (route >= slots.size())
        return Error{Code::not_found, "there is no route number " + std::to_string(route)};
      Request request(raw, http_request, exchange);
      Response response(exchange);
      return slots[route](object(instance), request, response);
    });
  }
  static tn_status TN_ABI timer(tn_instance* instance, const tn_call* raw,
                                uint64_t token) noexcept {
    return guarded(raw, [&]() -> Result<void> {
      if constexpr (requires(Class & c, Call & call) { c.on_timer(call, token); }) {
        Call call(raw);
        return object(instance).on_timer(call, token);
      }
      return {};
    });
  }

  static tn_status TN_ABI event(tn_instance* instance, const tn_call* raw, uint64_t token,
                                const tn_event* event) noexcept {
    return guarded(raw, [&]() -> Result<void> {
      if constexpr (requires(Class & c, Call & call, const Event& e) { c.on_event(call, e); }) {
        using std::chrono::system_clock;
        Call call(raw);
        const auto since_epoch = std::chrono::nanoseconds(event->time_ns);
        return object(instance).on_event(
            call, {token, event->id, event->attempt, event->missed,
                   system_clock::time_point(
                       std::chrono::duration_cast<system_clock::duration>(since_epoch)),
                   view(event->topic), view(event->source), view(event->data)});
      }
      return {};
    });
  }

  static constexpr bool hands_over = requires(Class & c, Call& call, std::string_view state) {
    c.save_state(call);
    c.restore_state(call, state);
  };
  static tn_status TN_ABI save(tn_instance* instance, const tn_call* raw,
                               const tn_sink* state) noexcept {
    return guarded(raw, [&]() -> Result<void> {
      if constexpr (hands_over) {
        Call call(raw);
        TN_TRY(const std::string saved, Result<std::string>(object(instance).save_state(call)));
        const tn_status status = state->write(state->ctx, bytes(saved));
        if (status != TN_OK) return Error{static_cast<Code>(status), "the state was not taken"};
      }
      return {};
    });
  }
  static tn_status TN_ABI restore(tn_instance* instance, const tn_call* raw,
                                  tn_bytes state) noexcept {
    return guarded(raw, [&]() -> Result<void> {
      if constexpr (hands_over) {
        Call call(raw);
        return object(instance).restore_state(call, chars(state));
      }
      return {};
    });
  }

  static const void* TN_ABI query(tn_str table) noexcept {
    static constexpr tn_plugin life{sizeof(tn_plugin), 0, create, start, probe, stop, destroy};
    static constexpr tn_plugin_message messages{sizeof(tn_plugin_message), 0, message};
    static constexpr tn_plugin_column columns{sizeof(tn_plugin_column), 0, column};
    static constexpr tn_plugin_http http{sizeof(tn_plugin_http), 0, handle};
    static constexpr tn_plugin_timer timers{sizeof(tn_plugin_timer), 0, timer};
    static constexpr tn_plugin_events events{sizeof(tn_plugin_events), 0, event};
    static constexpr tn_plugin_handover handover{sizeof(tn_plugin_handover), 0, save, restore};
    const std::string_view id = view(table);
    if (id == TN_PLUGIN_ID) return &life;
    if (id == TN_MESSAGE_ID) return &messages;
    if (id == TN_COLUMN_ID) return &columns;
    if (id == TN_HTTP_ID) return &http;
    if (id == TN_CLOCK_ID) return &timers;
    if (id == TN_EVENTS_ID) return &events;
    if (id == TN_HANDOVER_ID) return hands_over ? &handover : nullptr;
    return nullptr;
  }
  static constexpr tn_entry entry() {
    return {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, nullptr, nullptr, query};
  }
};

}  // namespace tenon::plugin
