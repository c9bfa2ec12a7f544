// Query strings and form bodies. Ours, because the server library's parser never returns on a NUL
// byte. Everything is bounded; no input makes these read twice or wait.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::http {

struct FormField {
  std::string name;
  std::string value;                    // of a file: its content, any bytes
  std::optional<std::string> filename;  // of a file; the client's text, never a path to open
  std::string content_type = {};        // of a multipart part, when given
};

class FormFields {
 public:
  FormFields() = default;
  explicit FormFields(std::vector<FormField> fields) : fields_(std::move(fields)) {}

  const std::vector<FormField>& all() const { return fields_; }  // in the order sent
  // The first field of that name, or null.
  const FormField* find(std::string_view name) const;
  std::optional<std::string_view> value(std::string_view name) const;
  std::vector<std::string_view> values(std::string_view name) const;

 private:
  std::vector<FormField> fields_;
};

struct FormLimits {
  std::size_t max_fields = 1000;
  std::size_t max_name_bytes = 1024;
  std::size_t max_field_bytes = 8 * 1024 * 1024;
  std::size_t max_part_header_bytes = 4096;
};

// application/x-www-form-urlencoded, and query strings (without '?'). Names and values must be
// UTF-8 without NUL; an error's path is the field's name or position.
Result<FormFields> parse_urlencoded(std::string_view text, const FormLimits& limits = {});

// multipart/form-data (RFC 7578) of a whole body.
Result<FormFields> parse_multipart(std::string_view body, std::string_view boundary,
                                   const FormLimits& limits = {});

// Either kind, chosen by the Content-Type header.
Result<FormFields> parse_form(std::string_view content_type, std::string_view body,
                              const FormLimits& limits = {});

}  // namespace tenon::http
