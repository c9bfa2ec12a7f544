// Payloads of any bytes, and lines of any text: what is written is one line, and JSON where it says
// so.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>

#include "host/observe/log_line.hpp"
#include "host/observe/utf8.hpp"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void check_rendering(tenon::observe::LogRecord record) {
  tenon::observe::settle_field_names(record);
  std::string json;
  render_json(record, json);
  std::string text;
  render_text(record, false, text);
  for (const std::string& line : {json, text}) {
    check(tenon::observe::valid_utf8(line));
    for (const char c : line) check(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
  boost::json::error_code failed;
  const auto parsed = boost::json::parse(json, failed);
  check(!failed && parsed.is_object());
  const size_t own = 4 + !record.request_id.empty() + record.truncated;
  check(parsed.get_object().size() == own + record.fields.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  tenon::observe::LogRecord decoded;
  if (tenon::observe::decode_line(input, decoded)) check_rendering(decoded);

  // The same bytes as the text of a line.
  const size_t third = size / 3;
  const tenon::observe::LogField fields[] = {{input.substr(0, third), input.substr(third, third)},
                                             {"level", input.substr(2 * third)}};
  std::string payload;
  tenon::observe::encode_line({tenon::observe::Level::info, input, input.substr(third), fields},
                              1024, payload);
  tenon::observe::LogRecord record;
  check(tenon::observe::decode_line(payload, record));
  if (!record.truncated)
    check(record.message == input && record.fields.size() == 2 &&
          record.fields[0].second == fields[0].value);
  check_rendering(record);
  return 0;
}
