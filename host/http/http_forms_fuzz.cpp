// Query strings and both kinds of forms: bounded output, no NUL in what is text.
#include <cstdlib>
#include <string_view>

#include "host/http/forms.hpp"

namespace {

void check(const tenon::Result<tenon::http::FormFields>& fields, std::size_t input, bool text) {
  if (!fields.ok()) return;
  std::size_t total = 0;
  for (const auto& field : fields->all()) {
    total += field.name.size() + field.value.size();
    if (field.name.find('\0') != std::string::npos) std::abort();
    if (text && field.value.find('\0') != std::string::npos) std::abort();
  }
  if (total > input) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(tenon::http::parse_urlencoded(text), size, true);
  check(tenon::http::parse_multipart(text, "B"), size, false);
  const auto line = text.find('\n');
  if (line != std::string_view::npos) {
    check(tenon::http::parse_form(text.substr(0, line), text.substr(line + 1), {}), size, false);
  }
  return 0;
}
