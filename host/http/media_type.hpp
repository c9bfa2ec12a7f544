// Content-Type, Accept and Content-Disposition values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::http {

// `value; name=text; name="quoted text"`
struct Parameters {
  std::string value;
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case

  std::optional<std::string> parameter(std::string_view lower_case_name) const;
};

// Nothing when malformed, when a name appears twice, or with more than 16 parameters.
std::optional<Parameters> parse_parameters(std::string_view text);

// Does the type of a body ("application/json; charset=utf-8") match one of the declared types
// ("application/json", "image/*", "*/*")?
bool matches_media_type(std::string_view content_type, std::span<const std::string> declared);

// Does an Accept header allow one of the produced types? The most specific range decides, q=0
// excludes. An absent or empty header allows everything.
bool accepts_any(std::string_view accept, std::span<const std::string> produced);

// Is `coding` allowed by an Accept-Encoding header? Absent: no.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

}  // namespace tenon::http
