// Plugins against the bare C tables, each wrong in the one way that its definition names
// (CMakeLists.txt).
#include <tenon/http.h>
#include <tenon/tenon.h>

#include <new>
#include <stdexcept>
#include <string_view>

#if defined(NEEDS_MISSING)
#define MISFIT_MORE R"(,"requires":[{"interface":"nobody.home/1","range":">=1.2 <2"}])"
#elif defined(NEEDS_RANGE)
#define MISFIT_MORE R"(,"requires":[{"interface":"demo.greeter/1","range":">=1.5"}])"
#elif defined(CYCLE_A)
#define MISFIT_MORE                                                            \
  R"(,"provides":[{"interface":"cycle.a/1","version":"1.0.0","methods":[]}],)" \
  R"("requires":[{"interface":"cycle.b/1","range":"*"}])"
#elif defined(CYCLE_B)
#define MISFIT_MORE                                                            \
  R"(,"provides":[{"interface":"cycle.b/1","version":"1.0.0","methods":[]}],)" \
  R"("requires":[{"interface":"cycle.a/1","range":"*"}])"
#elif defined(ROUTE_THROWS)
#define MISFIT_MORE                                                                        \
  R"(,"provides":[{"interface":"test.thrower/1","version":"1.0.0","methods":[)"            \
  R"({"name":"throw","input":{},"output":{}}]}],)"                                         \
  R"("routes":[{"method":"GET","path":"/raw-throw/own"},)"                                 \
  R"({"method":"GET","path":"/raw-throw/int"},{"method":"GET","path":"/raw-throw/late"},)" \
  R"({"method":"GET","path":"/raw-throw/silent"}])"
#else
#define MISFIT_MORE ""
#endif

TN_MANIFEST(R"({"manifest":1,"id":")" MISFIT_ID R"(","version":"1.0.0")" MISFIT_MORE "}");

struct tn_instance {
  int unused;
};

namespace {

// A type of the library: who catches it must not have unloaded its code.
class Misfortune : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  const char* what() const noexcept override { return "a misfortune of the library's own"; }
};

[[maybe_unused]] tn_status init(const tn_call* call) {
#if defined(INIT_THROWS)
  throw Misfortune("init");
#endif
  constexpr std::string_view reason = "the licence has run out";
  call->error->set(call->error->ctx, TN_E_DENIED, {reason.data(), reason.size()}, {});
  return TN_E_DENIED;
}

[[maybe_unused]] tn_status create(const tn_plugin*, const tn_call*, const tn_host*,
                                  tn_instance** out) {
#if defined(CREATE_THROWS)
  throw Misfortune("create");
#endif
  *out = new (std::nothrow) tn_instance{};
  return *out ? TN_OK : TN_E_LIMIT;
}

tn_status start(tn_instance*, const tn_call*) {
  return TN_OK;
}

tn_status stop(tn_instance*, const tn_call*) {
  return TN_OK;
}

void destroy(tn_instance* instance, const tn_call*) {
  delete instance;
}

tn_status call(tn_instance*, const tn_call*, uint32_t, tn_str, const tn_sink*) {
  throw Misfortune("call");
}

// The routes in the order of the manifest: each lets something escape at another moment.
tn_status handle(tn_instance*, const tn_call*, uint32_t route, const tn_http_request*,
                 const tn_http_exchange* exchange) {
  if (route == 0) throw Misfortune("handle");
  if (route == 1) throw 42;
  if (route == 2) {
    exchange->begin(exchange->ctx, 200, nullptr, 0, -1);
    exchange->write(exchange->ctx, {"half of it", 10});
    throw Misfortune("late");
  }
  return TN_OK;  // without any answer
}

const void* query(tn_str table) {
#if defined(NO_CREATE)
  static const tn_plugin life = {sizeof life, 0, nullptr, start, nullptr, stop, destroy};
#else
  static const tn_plugin life = {sizeof life, 0, create, start, nullptr, stop, destroy};
#endif
  static const tn_plugin_message messages = {sizeof messages, 0, call};
  static const tn_plugin_http http = {sizeof http, 0, handle};
  const std::string_view id(table.data, table.size);
#if !defined(NO_LIFE)
  if (id == TN_PLUGIN_ID) return &life;
#else
  (void)life;
#endif
  if (id == TN_MESSAGE_ID) return &messages;
  if (id == TN_HTTP_ID) return &http;
  return nullptr;
}

constexpr tn_platform platform() {
  tn_platform out = TN_PLATFORM_HERE;
#if defined(WRONG_MAJOR)
  out.abi_major = TN_ABI_MAJOR + 1;
#elif defined(WRONG_MINOR)
  out.abi_minor = TN_ABI_MINOR + 1;
#elif defined(WRONG_VENDOR)
  out.vendor[0] = 'x';
#endif
  return out;
}

#if defined(INIT_FAILS) || defined(INIT_THROWS)
constexpr auto* misfit_init = &init;
#else
constexpr tn_status (*misfit_init)(const tn_call*) = nullptr;
#endif

}  // namespace

extern "C" {
TN_EXPORT extern const tn_entry tenon_entry;
const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, platform(),
                              misfit_init,      nullptr,        query};
}
