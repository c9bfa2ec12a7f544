// What a C++ plugin declares: routes, methods, interfaces, pages. Each piece writes its part of the
// manifest and knows the member function behind it. Included by tenon/plugin.hpp.
#pragma once

#include <array>
#include <tuple>

#include "tenon/columns.hpp"
#include "tenon/host.hpp"
#include "tenon/http.hpp"
#include "tenon/schema.hpp"

namespace tenon {

// A method's input or output that has nothing to say.
struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

namespace plugin {

using schema::Writer;

// The parts of a member function's type that handlers care about.
template <class F>
struct Signature;
template <class R, class C, class... A>
struct Signature<R (C::*)(A...)> {
  using Class = C;
  using Return = R;
  using Arguments = boost::mp11::mp_list<std::remove_cvref_t<A>...>;
};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const> : Signature<R (C::*)(A...)> {};

template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<Result<T>> {
  using type = T;
};

template <class F>
struct MethodTypes {
  using Arguments = typename Signature<F>::Arguments;
  static constexpr bool takes_call = boost::mp11::mp_contains<Arguments, Call>::value;
  using Inputs = boost::mp11::mp_remove<Arguments, Call>;
  using In = boost::mp11::mp_front<boost::mp11::mp_push_back<Inputs, Nothing>>;
  using Returned = typename Unwrapped<typename Signature<F>::Return>::type;
  using Out = std::conditional_t<std::is_void_v<Returned>, Nothing, Returned>;
};

// Calls a member function with or without the call, and makes a Result of what it returns.
template <auto F, class Class, class... A>
auto invoke(Class& object, Call& call, A&... arguments) {
  using Return = typename Signature<decltype(F)>::Return;
  using Value = typename Unwrapped<Return>::type;
  // Through the class of the member: when that is a base, gcc 12 warns of aliasing where there is
  // none.
  typename Signature<decltype(F)>::Class& target = object;
  auto run = [&]() -> Return {
    if constexpr (MethodTypes<decltype(F)>::takes_call) {
      return (target.*F)(call, arguments...);
    } else {
      return (target.*F)(arguments...);
    }
  };
  if constexpr (std::is_void_v<Return>) {
    run();
    return Result<void>();
  } else {
    return Result<Value>(run());
  }
}

template <class Class>
using MethodFunction = Result<void> (*)(Class&, Call&, std::string_view input,
                                        const tn_sink* output);
template <class Class>
using RouteFunction = Result<void> (*)(Class&, Request&, Response&);
template <class Class>
using ColumnFunction = Result<void> (*)(Class&, Call&, const Batch&, BatchOut&);

struct About {
  std::string_view id, version, description;
};

// What a route says of itself beside the types of what it takes and answers.
struct RouteFacts {
  std::string_view method_name, pattern, text;
  std::string_view access_role = "public", consumed = "", produced = "";
  int64_t max_body_bytes = 0;
  bool is_idempotent = false;
  bool is_stream = false;

  constexpr void write(Writer& out) const {
    bool first = true;
    out.member(first, "method", method_name);
    out.member(first, "path", pattern);
    out.member(first, "access", access_role);
    if (!text.empty()) out.member(first, "summary", text);
    if (!consumed.empty()) out.member(first, "consumes", consumed);
    if (!produced.empty()) out.member(first, "produces", produced);
    if (max_body_bytes) {
      out.member(first, "max_body_bytes");
      out.number(max_body_bytes);
    }
    if (is_idempotent) {
      out.member(first, "idempotent");
      out.raw("true");
    }
    if (is_stream) {
      out.member(first, "stream");
      out.raw("true");
    }
  }
};

// Query, Body and Answer are described structs, or void where the route does not say.
template <auto F, class Query = void, class Body = void, class Answer = void>
struct Route {
  RouteFacts facts;

  // Its answers may go on for long (server-sent events): no call timeout ends them, and they are
  // counted against a cap of their own.
  constexpr Route stream() const {
    Route copy = *this;
    copy.facts.is_stream = true;
    return copy;
  }
  // A second request has no further effect, so that the host may repeat one whose plugin died
  // before it began to answer.
  constexpr Route idempotent() const {
    Route copy = *this;
    copy.facts.is_idempotent = true;
    return copy;
  }
  constexpr Route access(std::string_view role) const {
    Route copy = *this;
    copy.facts.access_role = role;
    return copy;
  }
  constexpr Route summary(std::string_view words) const {
    Route copy = *this;
    copy.facts.text = words;
    return copy;
  }
  constexpr Route consumes(std::string_view type) const {
    Route copy = *this;
    copy.facts.consumed = type;
    return copy;
  }
  constexpr Route produces(std::string_view type) const {
    Route copy = *this;
    copy.facts.produced = type;
    return copy;
  }
  constexpr Route max_body(int64_t bytes) const {
    Route copy = *this;
    copy.facts.max_body_bytes = bytes;
    return copy;
  }
  // For the API's documents (the handler reads the request itself): the members of T are its query
  // parameters, its body is a T in JSON, it answers a T in JSON.
  template <class T>
  constexpr Route<F, T, Body, Answer> query() const {
    return {facts};
  }
  template <class T>
  constexpr Route<F, Query, T, Answer> body() const {
    return {facts};
  }
  template <class T>
  constexpr Route<F, Query, Body, T> answers() const {
    return {facts};
  }

  constexpr void write(Writer& out) const {
    out.raw("{");
    facts.write(out);
    write_schema<Query>(out, "query");
    write_schema<Body>(out, "body");
    write_schema<Answer>(out, "answer");
    out.raw("}");
  }
  template <class T>
  static constexpr void write_schema(Writer& out, std::string_view name) {
    if constexpr (!std::is_void_v<T>) {
      out.raw(",");
      out.key(name);
      schema::write<T>(out);
    }
  }
  template <class Class>
  static Result<void> run(Class& object, Request& request, Response& response) {
    using Return = typename Signature<decltype(F)>::Return;
    if constexpr (std::is_void_v<Return>) {
      (object.*F)(request, response);
      return {};
    } else {
      return (object.*F)(request, response);
    }
  }
};

template <auto F>
struct MessageMethod {
  std::string_view name, text;
  bool is_idempotent = false;
  bool is_read_only = false;
  std::string_view command_words = "";
  std::string_view tool_name = "";

  constexpr MessageMethod idempotent() const {
    MessageMethod copy = *this;
    copy.is_idempotent = true;
    return copy;
  }
  // Changes nothing, here or elsewhere: what the host offers to agents unless its operator says
  // otherwise. Idempotent, too.
  constexpr MessageMethod read_only() const {
    MessageMethod copy = *this;
    copy.is_read_only = copy.is_idempotent = true;
    return copy;
  }
  // Offers the method on the command line: "catalog relate".
  constexpr MessageMethod command(std::string_view words) const {
    MessageMethod copy = *this;
    copy.command_words = words;
    return copy;
  }
  // The method's name as a tool of agents: letters, digits, _ and -. Without it, that of the
  // interface and the method.
  constexpr MessageMethod tool(std::string_view its_name) const {
    MessageMethod copy = *this;
    copy.tool_name = its_name;
    return copy;
  }

  using Types = MethodTypes<decltype(F)>;
  constexpr void write(Writer& out) const {
    out.raw("{");
    bool first = true;
    out.member(first, "name", name);
    if (!text.empty()) out.member(first, "summary", text);
    if (is_idempotent) {
      out.member(first, "idempotent");
      out.raw("true");
    }
    if (is_read_only) {
      out.member(first, "read_only");
      out.raw("true");
    }
    if (!command_words.empty()) out.member(first, "command", command_words);
    if (!tool_name.empty()) out.member(first, "tool", tool_name);
    out.member(first, "input");
    schema::write<typename Types::In>(out);
    out.member(first, "output");
    schema::write<typename Types::Out>(out);
    out.raw("}");
  }
  template <class Class>
  static Result<void> run(Class& object, Call& call, std::string_view input,
                          const tn_sink* output) {
    TN_TRY(auto in, json::decode<typename Types::In>(input));
    auto result = [&] {
      if constexpr (boost::mp11::mp_empty<typename Types::Inputs>::value) {
        return invoke<F>(object, call);
      } else {
        return invoke<F>(object, call, in);
      }
    }();
    TN_CHECK(result);
    std::string text = "{}";
    if constexpr (!std::is_void_v<typename Types::Returned>) text = json::encode(*result);
    const tn_status status = output->write(output->ctx, bytes(text));
    if (status != TN_OK)
      return Error{static_cast<Code>(status), "the caller did not take the answer"};
    return {};
  }
};

template <auto F>
struct ColumnMethod {
  std::string_view name, text;
  constexpr void write(Writer& out) const {
    out.raw("{");
    bool first = true;
    out.member(first, "name", name);
    if (!text.empty()) out.member(first, "summary", text);
    out.raw("}");
  }
  template <class Class>
  static Result<void> run(Class& object, Call& call, const Batch& input, BatchOut& output) {
    return (object.*F)(call, input, output);
  }
};

template <class Kind, class... Methods>
struct Provides {
  std::string_view interface_id, version;
  std::tuple<Methods...> methods;

  constexpr void write(Writer& out) const {
    out.raw("{");
    bool first = true;
    out.member(first, "interface", interface_id);
    out.member(first, "version", version);
    out.member(first, "kind", Kind::name);
    out.member(first, "methods");
    out.raw("[");
    first = true;
    std::apply(
        [&](const auto&... method) {
          ((first ? void() : out.raw(","), first = false, method.write(out)), ...);
        },
        methods);
    out.raw("]}");
  }
};
struct MessageKind {
  static constexpr std::string_view name = "message";
};
struct ColumnKind {
  static constexpr std::string_view name = "column";
};

struct Needs {
  std::string_view interface_id, version_range;
  bool is_optional = false, is_many = false;

  // The plugin lives without it, too.
  constexpr Needs optional() const {
    Needs copy = *this;
    copy.is_optional = true;
    return copy;
  }
  // Every provider is wanted, not one.
  constexpr Needs many() const {
    Needs copy = *this;
    copy.is_many = true;
    return copy;
  }
  constexpr void write(Writer& out) const {
    out.raw("{");
    bool first = true;
    out.member(first, "interface", interface_id);
    out.member(first, "range", version_range);
    out.member(first, "optional");
    out.raw(is_optional ? "true" : "false");
    out.member(first, "many");
    out.raw(is_many ? "true}" : "false}");
  }
};

// One permission that the plugin would like to have.
struct Wants {
  std::string_view kind, value, reason;
  constexpr void write(Writer& out) const {
    out.raw("{");
    bool first = true;
    out.member(first, "value", value);
    out.member(first, "reason", reason);
    out.raw("}");
  }
};

// Topics of events that the plugin publishes or subscribes to, as a pattern.
struct Topics {
  bool published;
  std::string_view pattern;
};

struct Page {
  std::string_view path, title, module, style;
  constexpr void write(Writer& out) const {
    out.raw("{");
    bool first = true;
    out.member(first, "path", path);
    out.member(first, "title", title);
    out.member(first, "module", module);
    out.member(first, "styles");
    out.raw("[");
    if (!style.empty()) out.string(style);
    out.raw("]}");
  }
};

template <class T>
inline constexpr bool is_route = false;
template <auto F, class... Types>
inline constexpr bool is_route<Route<F, Types...>> = true;
template <class T, class Kind>
inline constexpr bool is_provides = false;
template <class Kind, class... M>
inline constexpr bool is_provides<Provides<Kind, M...>, Kind> = true;

}  // namespace plugin

constexpr plugin::About about(std::string_view id, std::string_view version,
                              std::string_view description) {
  return {id, version, description};
}
template <auto F>
constexpr plugin::Route<F> route(std::string_view method, std::string_view pattern) {
  return {{method, pattern, ""}};
}
template <auto F>
constexpr plugin::Route<F> get(std::string_view pattern) {
  return route<F>("GET", pattern);
}
template <auto F>
constexpr plugin::Route<F> post(std::string_view pattern) {
  return route<F>("POST", pattern);
}
template <auto F>
constexpr plugin::Route<F> put(std::string_view pattern) {
  return route<F>("PUT", pattern);
}
template <auto F>
constexpr plugin::Route<F> del(std::string_view pattern) {
  return route<F>("DELETE", pattern);
}
template <auto F>
constexpr plugin::MessageMethod<F> method(std::string_view name, std::string_view summary = "") {
  return {name, summary};
}
template <auto F>
constexpr plugin::ColumnMethod<F> column_method(std::string_view name,
                                                std::string_view summary = "") {
  return {name, summary};
}
template <class... Methods>
constexpr plugin::Provides<plugin::MessageKind, Methods...> provides(std::string_view interface_id,
                                                                     std::string_view version,
                                                                     Methods... methods) {
  return {interface_id, version, {methods...}};
}
template <class... Methods>
constexpr plugin::Provides<plugin::ColumnKind, Methods...> provides_columns(
    std::string_view interface_id, std::string_view version, Methods... methods) {
  return {interface_id, version, {methods...}};
}
constexpr plugin::Needs needs(std::string_view interface_id, std::string_view range = "*") {
  return {interface_id, range};
}

// What the plugin would like to do besides what it declares elsewhere (routes, interfaces, its own
// folder and tables), and why. Where the library came with the host this is granted; else the
// operator grants it, or not.
//   wants_outbound("api.example.com:443", "reads prices"); also "*.example.com:443", "*:25"
constexpr plugin::Wants wants_outbound(std::string_view host_and_port, std::string_view reason) {
  return {"outbound", host_and_port, reason};
}
// An absolute path of a file, or of a folder with all that is in it.
constexpr plugin::Wants wants_read(std::string_view path, std::string_view reason) {
  return {"read", path, reason};
}
constexpr plugin::Wants wants_write(std::string_view path, std::string_view reason) {
  return {"write", path, reason};
}
// The name of a variable.
constexpr plugin::Wants wants_environment(std::string_view name, std::string_view reason) {
  return {"environment", name, reason};
}
// The namespace of another instance.
constexpr plugin::Wants wants_store(std::string_view store_namespace, std::string_view reason) {
  return {"store", store_namespace, reason};
}
// Events (tenon/events.hpp) of other topics are refused.
constexpr plugin::Topics publishes(std::string_view pattern) {
  return {true, pattern};
}
constexpr plugin::Topics subscribes(std::string_view pattern) {
  return {false, pattern};
}
constexpr plugin::Page page(std::string_view path, std::string_view title, std::string_view module,
                            std::string_view style = "") {
  return {path, title, module, style};
}

}  // namespace tenon
