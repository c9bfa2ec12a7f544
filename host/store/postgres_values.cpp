#include "host/store/postgres_values.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tenon::store {

namespace {

enum Oid : unsigned {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kOid = 26,
  kFloat4 = 700,
  kFloat8 = 701,
};

constexpr char kHex[] = "0123456789abcdef";

std::string hex(const Bytes& bytes) {
  std::string text = "\\x";
  text.reserve(2 + 2 * bytes.size());
  for (std::uint8_t byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error damaged(std::string_view type) {
  return Error{Code::data_loss, fmt::format("PostgreSQL sent a {} that is none", type)};
}

Result<Value> bytes_of(std::string_view text) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) return damaged("bytea");
  Bytes bytes;
  bytes.reserve(text.size() / 2 - 1);
  for (std::size_t i = 2; i < text.size(); i += 2) {
    int high = nibble(text[i]);
    int low = nibble(text[i + 1]);
    if (high < 0 || low < 0) return damaged("bytea");
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return Value(std::move(bytes));
}

template <class Number>
Result<Value> number_of(std::string_view text, std::string_view type) {
  Number number{};
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return damaged(type);
  return Value(number);
}

}  // namespace

std::optional<std::string> to_postgres(const Value& value) {
  if (const auto* number = value.int64()) return fmt::format("{}", *number);
  if (const auto* real = value.real()) return fmt::format("{}", *real == 0 ? 0.0 : *real);
  if (const auto* text = value.text()) return *text;
  if (const auto* bytes = value.bytes()) return hex(*bytes);
  return std::nullopt;
}

Result<Value> from_postgres(unsigned oid, std::string_view text) {
  switch (oid) {
    case kBool:
      return Value(text == "t");
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
      return number_of<std::int64_t>(text, "whole number");
    case kFloat4:
    case kFloat8:
      return number_of<double>(text, "double");
    case kBytea:
      return bytes_of(text);
    default:
      return Value(text);
  }
}

}  // namespace tenon::store
