// The C++ face of the plugin interface: a class, and one declaration of what it offers.
//
//   class Hello {
//    public:
//     tenon::Result<Text> greet(const Name& in) { return Text{"Hello, " + in.name}; }
//     void page(tenon::Request& request, tenon::Response& response) { response.text("Hello"); }
//   };
//   TENON_PLUGIN(Hello, tenon::about("hello", "1.0.0", "Greets people"),
//                tenon::get<&Hello::page>("/hello"),
//                tenon::provides("demo.greeter/1", "1.0.0", tenon::method<&Hello::greet>("greet",
//                "Greets a person")))
//
// The class is made by Hello(tenon::Host&, const Config&), Hello(tenon::Host&) or Hello(); `Config`
// is a described struct that it names, from which the configuration's schema is made. It may have
//   Result<void> start(Call&)    everything it requires is started
//   Result<void> probe(Call&)    can it serve?
//   void stop()                  joins its threads
//   Result<void> on_timer(Call&, uint64_t token)
//   Result<void> on_event(Call&, const Event&)
// Handlers run on many threads at once. What they throw becomes an error of the call.
#pragma once

#include "tenon/plugin/tables.hpp"

#define TENON_PLUGIN(Class, ...)                                                                \
  namespace {                                                                                   \
  constexpr auto tenon_definition = ::tenon::plugin::define<Class>(__VA_ARGS__);                \
  constexpr auto tenon_note TN_NOTE_ATTRIBUTE = ::tenon::plugin::make_note<tenon_definition>(); \
  }                                                                                             \
  extern "C" {                                                                                  \
  TN_EXPORT extern const tn_entry tenon_entry;                                                  \
  const tn_entry tenon_entry = ::tenon::plugin::Tables<Class, tenon_definition>::entry();       \
  }
