// Values as PostgreSQL's text format has them. Internal to the store.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/store/value.hpp"
#include "tenon/result.hpp"

namespace tenon::store {

// The text of a parameter; none for NULL.
std::optional<std::string> to_postgres(const Value& value);

// A field of a result by the OID of its type. Types without a Value of their own (numeric, dates,
// json) come as text. Errors: data_loss when the text is not of its type.
Result<Value> from_postgres(unsigned oid, std::string_view text);

}  // namespace tenon::store
