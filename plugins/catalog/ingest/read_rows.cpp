#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <charconv>

#include "catalog/ingest/csv_reader.hpp"
#include "catalog/ingest/raw_row.hpp"
#include "catalog/model/charset.hpp"
#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {
namespace json = boost::json;
namespace {

constexpr size_t kMaxUnreadable = 1000;

void unreadable(RawFile& file, size_t position, std::string detail) {
  if (file.unreadable.size() < kMaxUnreadable)
    file.unreadable.push_back({position, std::move(detail)});
}

json::value parse_json(std::string_view text, const ReadLimits& limits, json::error_code& error) {
  json::parse_options options;
  options.max_depth = limits.max_depth;
  options.allow_invalid_utf8 = true;
  return json::parse(text, error, {}, options);
}

std::string number_text(double value) {
  std::array<char, 400> buffer{};
  auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return std::string(buffer.data(), end.ptr);
}

// Text of a scalar; of a list its first scalar; nothing else has one.
std::string scalar_text(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return std::string(value.get_string());
    case json::kind::int64:
      return std::to_string(value.get_int64());
    case json::kind::uint64:
      return std::to_string(value.get_uint64());
    case json::kind::double_:
      return number_text(value.get_double());
    case json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    case json::kind::array:
      if (!value.get_array().empty() && !value.get_array().front().is_structured())
        return scalar_text(value.get_array().front());
      return {};
    default:
      return {};
  }
}

RawRow row_of_object(const json::object& object, size_t position) {
  RawRow row;
  row.position = position;
  for (const auto& [name, value] : object) {
    auto field = field_of_column(name);
    if (!field || !row[*field].empty()) continue;
    row[*field] = scalar_text(value);
  }
  return row;
}

void add_json_row(RawFile& file, const json::value& value, size_t position) {
  if (value.is_object()) {
    file.rows.push_back(row_of_object(value.get_object(), position));
  } else {
    unreadable(file, position,
               "expected an object, found " + std::string(json::to_string(value.kind())));
  }
}

Result<RawFile> read_document(const json::value& document, const ReadLimits& limits) {
  RawFile file;
  const json::value* list = &document;
  if (document.is_object()) {
    const json::object& object = document.get_object();
    list = object.if_contains("products");
    if (!list) list = object.if_contains("items");
    if (!list)
      return Error{Code::invalid, "the JSON object has no list 'products' or 'items'", "products"};
    if (const json::value* brand = object.if_contains("brand_id"); brand && brand->is_string())
      file.brand_hint = std::string(brand->get_string());
  }
  if (!list->is_array())
    return Error{Code::invalid,
                 "expected a list of products, found " + std::string(json::to_string(list->kind())),
                 "products"};
  const json::array& rows = list->get_array();
  if (rows.size() > limits.max_rows)
    return Error{Code::too_large, "more than " + std::to_string(limits.max_rows) + " rows", {}};
  for (size_t i = 0; i < rows.size(); ++i) add_json_row(file, rows[i], i + 1);
  return file;
}

Result<RawFile> read_json_lines(std::string_view text, const ReadLimits& limits) {
  RawFile file;
  size_t line_number = 0;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = trim_ascii(text.substr(at, end - at));
    at = end + 1;
    ++line_number;
    if (line.empty()) continue;
    if (file.rows.size() >= limits.max_rows)
      return Error{Code::too_large, "more than " + std::to_string(limits.max_rows) + " rows", {}};
    if (line.size() > limits.max_row_bytes) {
      unreadable(file, line_number,
                 "line longer than " + std::to_string(limits.max_row_bytes) + " bytes");
      continue;
    }
    json::error_code error;
    json::value value = parse_json(line, limits, error);
    if (error) {
      unreadable(file, line_number, "no JSON: " + error.message());
    } else {
      add_json_row(file, value, line_number);
    }
  }
  return file;
}

// JSON Lines: the first line that holds anything is a whole object, and more lines follow.
bool looks_like_json_lines(std::string_view text, const ReadLimits& limits) {
  std::string_view rest = trim_ascii(text);
  size_t end = rest.find('\n');
  if (!rest.starts_with('{') || end == rest.npos) return false;
  std::string_view line = trim_ascii(rest.substr(0, end));
  json::error_code error;
  parse_json(line, limits, error);
  if (!error) return true;
  // A damaged first line: a whole second one tells the form as well.
  std::string_view after = trim_ascii(rest.substr(end));
  std::string_view second = trim_ascii(after.substr(0, after.find('\n')));
  if (!line.ends_with('}') || !second.starts_with('{')) return false;
  json::error_code second_error;
  parse_json(second, limits, second_error);
  return !second_error;
}

Result<RawFile> read_csv(std::string_view text, const ReadLimits& limits) {
  CsvReader reader(text, sniff_delimiter(text), {limits.max_row_bytes, 256});
  auto header = reader.next();
  if (!header) return RawFile{};
  std::vector<std::optional<Field>> columns;
  bool named = false;
  for (const auto& name : header->fields) {
    columns.push_back(field_of_column(name));
    named = named || columns.back() == Field::name;
  }
  if (!header->problem.empty() || !named)
    return Error{Code::invalid,
                 "line " + std::to_string(header->line) +
                     ": no header with a column for the name (name, title, שם, ...)",
                 {}};
  RawFile file;
  while (auto record = reader.next()) {
    if (file.rows.size() >= limits.max_rows)
      return Error{Code::too_large, "more than " + std::to_string(limits.max_rows) + " rows", {}};
    if (!record->problem.empty()) {
      unreadable(file, record->line, record->problem);
      continue;
    }
    if (record->fields.size() != columns.size()) {
      unreadable(file, record->line,
                 std::to_string(record->fields.size()) + " fields, the header has " +
                     std::to_string(columns.size()));
      continue;
    }
    RawRow row;
    row.position = record->line;
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i] && row[*columns[i]].empty()) row[*columns[i]] = std::move(record->fields[i]);
    file.rows.push_back(std::move(row));
  }
  return file;
}

}  // namespace

Result<RawFile> read_rows(std::string_view bytes, const ReadLimits& limits) {
  if (bytes.size() > limits.max_file_bytes)
    return Error{Code::too_large,
                 "the file has " + std::to_string(bytes.size()) + " bytes, allowed are " +
                     std::to_string(limits.max_file_bytes),
                 {}};
  TN_TRY(Decoded decoded, to_utf8(bytes));
  std::string_view text = trim_ascii(decoded.text);
  if (text.starts_with('[') || text.starts_with('{')) {
    if (looks_like_json_lines(decoded.text, limits)) return read_json_lines(decoded.text, limits);
    json::error_code error;
    json::value document = parse_json(text, limits, error);
    if (error) return Error{Code::invalid, "broken JSON: " + error.message(), {}};
    // A single line that is a product itself is JSON Lines of one row.
    if (document.is_object() && !document.get_object().if_contains("products") &&
        document.get_object().if_contains("name"))
      return read_json_lines(decoded.text, limits);
    return read_document(document, limits);
  }
  return read_csv(decoded.text, limits);
}

}  // namespace tenon::catalog
