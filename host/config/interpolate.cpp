#include "host/config/interpolate.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "host/config/file_reading.hpp"
#include "host/config/problem.hpp"
#include "host/config/utf8.hpp"

namespace tenon::config {

namespace {

struct Piece {
  std::string text;
  bool secret = false;
  bool variable = false;
};

bool is_name(std::string_view text) {
  auto is_letter = [](unsigned char c) { return std::isalpha(c) || c == '_'; };
  return !text.empty() && is_letter(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(),
                     [&](unsigned char c) { return is_letter(c) || std::isdigit(c); });
}

Result<Piece> read_variable(std::string_view reference, const LoadOptions& options) {
  std::size_t split = reference.find(":-");
  bool has_default = split != std::string_view::npos;
  std::string name(reference.substr(0, split));
  if (!is_name(name))
    return Error{Code::invalid, "found the reference ${" + std::string(reference) +
                                    "}, expected ${NAME}, ${NAME:-default} or ${file:path} (write "
                                    "$${ for a literal ${)"};
  std::optional<std::string> value = options.environment(name);
  if (has_default && (!value || value->empty()))
    return Piece{std::string(reference.substr(split + 2)), false, true};
  if (!value)
    return Error{Code::not_found, "the environment variable " + name +
                                      " is not set, expected a value (or write ${" + name +
                                      ":-default})"};
  if (!is_valid_utf8(*value) || value->find('\0') != std::string::npos)
    return Error{Code::invalid, "the environment variable " + name + " is not valid UTF-8 text"};
  return Piece{*std::move(value), true, true};
}

Result<Piece> read_secret(std::string_view name, const LoadOptions& options,
                          const std::filesystem::path& directory) {
  if (!options.allow_files) return Error{Code::denied, "${file:...} is not allowed in this text"};
  if (name.empty()) return Error{Code::invalid, "found ${file:}, expected a file name"};
  TN_TRY(std::string text, read_file(directory / std::filesystem::path(name),
                                     options.limits.secret_bytes, Privacy::owner_only));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (!is_valid_utf8(text) || text.find('\0') != std::string::npos)
    return Error{Code::invalid,
                 "the secrets file " + std::string(name) + " is not valid UTF-8 text"};
  return Piece{std::move(text), true, false};
}

Result<Piece> read_reference(std::string_view reference, const LoadOptions& options,
                             const std::filesystem::path& directory) {
  constexpr std::string_view file_prefix = "file:";
  bool is_file = reference.substr(0, file_prefix.size()) == file_prefix &&
                 reference.substr(0, file_prefix.size() + 1) != "file:-";
  if (is_file) return read_secret(reference.substr(file_prefix.size()), options, directory);
  return read_variable(reference, options);
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

Result<Interpolated> interpolate(std::string_view text, const LoadOptions& options,
                                 const std::filesystem::path& directory) {
  Interpolated out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t dollar = text.find("${", at);
    if (dollar == std::string_view::npos) {
      out.text += text.substr(at);
      break;
    }
    if (dollar > at && text[dollar - 1] == '$') {
      out.text += text.substr(at, dollar - 1 - at);
      out.text += "${";
      at = dollar + 2;
      continue;
    }
    std::size_t close = text.find('}', dollar);
    if (close == std::string_view::npos)
      return Error{Code::invalid,
                   "found ${ without its }, expected ${NAME} (write $${ for a "
                   "literal ${)"};
    TN_TRY(Piece piece,
           read_reference(text.substr(dollar + 2, close - dollar - 2), options, directory));
    out.text += text.substr(at, dollar - at);
    out.text += piece.text;
    out.secret = out.secret || piece.secret;
    out.is_one_variable = piece.variable && dollar == 0 && close + 1 == text.size();
    if (out.text.size() > options.limits.text_bytes)
      return Error{Code::too_large, "the text with its references filled in is too long"};
    at = close + 1;
  }
  return out;
}

}  // namespace tenon::config
