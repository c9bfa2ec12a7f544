// The first line is a schema, the rest a value: compiling is refused with a message or gives a
// schema that validates and completes any value without a crash or an endless walk. Values that
// a schema marks as secret must not show in problems.
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "host/config/loader.hpp"
#include "host/config/schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::config;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t split = std::min(text.find('\n'), text.size());
  tenon::Result<Schema> schema = Schema::compile(text.substr(0, split));
  if (!schema) {
    if (schema.error().message.empty()) std::abort();
    return 0;
  }
  std::string_view rest = text.substr(std::min(split + 1, text.size()));
  boost::json::error_code failure;
  boost::json::value json = boost::json::parse({rest.data(), rest.size()}, failure);
  if (!failure) {
    schema->validate(json);
    auto complete = schema->apply_defaults(json);
    if (complete) schema->validate(*complete);
  }
  LoadOptions options;
  options.allow_files = false;
  options.environment = [](const std::string&) { return std::optional<std::string>("q9Zsecret"); };
  Document document = load_text(rest, "fuzz.yaml", options);
  schema->mark_secrets(document.root);
  bool leaks = text.find("q9Z") == std::string_view::npos &&
               to_string(schema->validate(document.root)).find("q9Z") != std::string::npos;
  if (leaks) std::abort();
  return 0;
}
