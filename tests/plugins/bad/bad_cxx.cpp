// Faults that only C++ has, likewise.
#include <tenon/plugin.hpp>

#include <stdexcept>
#include <string_view>

TN_MANIFEST(
    R"({"manifest":1,"id":")" FAULT R"(","version":"1.0.0","provides":[)"
    R"({"interface":"bad.words/1","version":"1.0.0","methods":[{"name":"say","input":{},"output":{}}]}]})");

struct tn_instance {
  std::string word = "hello";
};

namespace {

constexpr bool faulty(std::string_view name) {
  return name == FAULT;
}

#if defined(FAULT_THREAD_LOCAL_DESTRUCTOR)
thread_local std::string kept = "a text that is too long to be kept inside of the object";
#endif

tn_status create(const tn_plugin*, const tn_call*, const tn_host*, tn_instance** out) {
  *out = new tn_instance;
#if defined(FAULT_THREAD_LOCAL_DESTRUCTOR)
  (*out)->word = kept;
#endif
  return TN_OK;
}

tn_status start(tn_instance*, const tn_call*) {
  return TN_OK;
}

tn_status stop(tn_instance*, const tn_call*) {
  if (faulty("throws-in-stop")) throw std::runtime_error("thrown in stop");
  return TN_OK;
}

void destroy(tn_instance* instance, const tn_call*) {
  delete instance;
  if (faulty("throws-in-destroy")) throw std::runtime_error("thrown in destroy");
}

tn_status say(tn_instance*, const tn_call*, uint32_t, tn_str input, const tn_sink* output) {
  if (faulty("throws-in-call") && input.size > 20) throw std::runtime_error("thrown in a call");
  return output->write(output->ctx, tenon::bytes("\"word\""));
}

const void* query(tn_str table) {
  static const tn_plugin life = {sizeof life, 0, create, start, nullptr, stop, destroy};
  static const tn_plugin_message messages = {sizeof messages, 0, say};
  if (tenon::view(table) == TN_PLUGIN_ID) return &life;
  if (tenon::view(table) == TN_MESSAGE_ID) return &messages;
  return nullptr;
}

}  // namespace

extern "C" {
TN_EXPORT extern const tn_entry tenon_entry;
const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE,
                              nullptr,          nullptr,        query};
}
