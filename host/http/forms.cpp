#include "host/http/forms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/http/media_type.hpp"
#include "host/http/text.hpp"

namespace tenon::http {
namespace {

Error bad_form(std::string message, std::size_t field) {
  return Error{Code::invalid, std::move(message), fmt::format("field {}", field)};
}

Error too_large(std::string message, std::size_t field) {
  return Error{Code::too_large, std::move(message), fmt::format("field {}", field)};
}

Result<std::string> decode_part(std::string_view text, std::string_view what, std::size_t field) {
  std::string out;
  out.reserve(text.size());
  if (!percent_decode(text, out, true)) {
    return bad_form(fmt::format("The {} holds a bad % escape.", what), field);
  }
  if (out.find('\0') != std::string::npos) {
    return bad_form(fmt::format("The {} holds a NUL byte.", what), field);
  }
  if (!is_valid_utf8(out)) return bad_form(fmt::format("The {} is not UTF-8.", what), field);
  return out;
}

// The headers of one part: `name`, `filename` and the content type.
Result<void> parse_part_headers(std::string_view headers, FormField& part, std::size_t number) {
  bool disposition_seen = false;
  while (!headers.empty()) {
    const auto end = std::min(headers.find("\r\n"), headers.size());
    const auto line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
        !is_header_value(line)) {
      return bad_form("A part has a malformed header line.", number);
    }
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    if (iequals(name, "Content-Type")) part.content_type = std::string(value);
    if (!iequals(name, "Content-Disposition")) continue;
    if (disposition_seen) return bad_form("A part has two Content-Disposition headers.", number);
    disposition_seen = true;
    const auto disposition = parse_parameters(value);
    if (!disposition || !iequals(disposition->value, "form-data")) {
      return bad_form("A part's Content-Disposition is not form-data.", number);
    }
    const auto field_name = disposition->parameter("name");
    if (!field_name) return bad_form("A part has no name.", number);
    part.name = *field_name;
    part.filename = disposition->parameter("filename");
  }
  if (!disposition_seen) return bad_form("A part has no Content-Disposition.", number);
  if (!is_valid_utf8(part.name)) return bad_form("A part's name is not UTF-8.", number);
  return {};
}

}  // namespace

const FormField* FormFields::find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const FormField& field) { return field.name == name; });
  return found == fields_.end() ? nullptr : &*found;
}

std::optional<std::string_view> FormFields::value(std::string_view name) const {
  const FormField* field = find(name);
  if (field == nullptr) return std::nullopt;
  return field->value;
}

std::vector<std::string_view> FormFields::values(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const FormField& field : fields_) {
    if (field.name == name) values.emplace_back(field.value);
  }
  return values;
}

Result<FormFields> parse_urlencoded(std::string_view text, const FormLimits& limits) {
  std::vector<FormField> fields;
  std::size_t start = 0;
  while (start < text.size()) {
    const auto end = std::min(text.find('&', start), text.size());
    const auto pair = text.substr(start, end - start);
    start = end + 1;
    if (pair.empty()) continue;
    const auto number = fields.size() + 1;
    if (number > limits.max_fields) {
      return too_large(fmt::format("More than {} fields.", limits.max_fields), number);
    }
    const auto equals = std::min(pair.find('='), pair.size());
    const auto raw_value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
    TN_TRY(std::string name, decode_part(pair.substr(0, equals), "name", number));
    TN_TRY(std::string value, decode_part(raw_value, "value", number));
    if (name.size() > limits.max_name_bytes) return too_large("A name is too long.", number);
    if (value.size() > limits.max_field_bytes) return too_large("A value is too long.", number);
    fields.push_back(FormField{std::move(name), std::move(value), std::nullopt});
  }
  return FormFields(std::move(fields));
}

Result<FormFields> parse_multipart(std::string_view body, std::string_view boundary,
                                   const FormLimits& limits) {
  if (boundary.empty() || boundary.size() > 70) {
    return Error{Code::invalid, "The multipart boundary must have 1 to 70 characters.", "boundary"};
  }
  const std::string delimiter = fmt::format("\r\n--{}", boundary);
  const auto opening = std::string_view(delimiter).substr(2);
  std::vector<FormField> fields;
  if (body.substr(0, opening.size()) == opening) {
    body.remove_prefix(opening.size());
  } else {
    const auto first = body.find(delimiter);  // after a preamble
    if (first == std::string_view::npos) return bad_form("The boundary does not appear.", 1);
    body.remove_prefix(first + delimiter.size());
  }
  while (body.substr(0, 2) != "--") {
    const auto number = fields.size() + 1;
    if (number > limits.max_fields) {
      return too_large(fmt::format("More than {} fields.", limits.max_fields), number);
    }
    if (body.substr(0, 2) != "\r\n")
      return bad_form("A boundary is not followed by CR LF.", number);
    const auto header_end = body.find("\r\n\r\n");
    if (header_end == std::string_view::npos)
      return bad_form("A part's headers do not end.", number);
    if (header_end > limits.max_part_header_bytes) {
      return too_large("A part's headers are too long.", number);
    }
    FormField field;
    const auto headers = header_end >= 2 ? body.substr(2, header_end - 2) : std::string_view();
    TN_CHECK(parse_part_headers(headers, field, number));
    if (field.name.size() > limits.max_name_bytes) return too_large("A name is too long.", number);
    // The CR LF of the empty line may be the one the next delimiter starts with.
    body.remove_prefix(header_end + 2);
    const auto end = body.find(delimiter);
    if (end == std::string_view::npos)
      return bad_form("A part does not end in the boundary.", number);
    const auto content = end >= 2 ? body.substr(2, end - 2) : std::string_view();
    if (content.size() > limits.max_field_bytes) return too_large("A value is too long.", number);
    field.value = std::string(content);
    fields.push_back(std::move(field));
    body.remove_prefix(end + delimiter.size());
  }
  return FormFields(std::move(fields));
}

Result<FormFields> parse_form(std::string_view content_type, std::string_view body,
                              const FormLimits& limits) {
  const auto type = parse_parameters(content_type);
  if (type && iequals(type->value, "application/x-www-form-urlencoded")) {
    return parse_urlencoded(body, limits);
  }
  if (type && iequals(type->value, "multipart/form-data")) {
    const auto boundary = type->parameter("boundary");
    if (!boundary)
      return Error{Code::invalid, "The multipart boundary is missing.", "Content-Type"};
    return parse_multipart(body, *boundary, limits);
  }
  return Error{Code::unsupported,
               "A form is application/x-www-form-urlencoded or multipart/form-data.",
               "Content-Type"};
}

}  // namespace tenon::http
