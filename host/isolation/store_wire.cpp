#include "host/isolation/store_wire.hpp"

namespace tenon::isolation {

void put(Writer& out, const tn_sql_value& value) {
  out.number(static_cast<uint8_t>(value.type));
  switch (value.type) {
    case TN_SQL_NULL:
      return;
    case TN_SQL_INT:
      return out.number(value.integer);
    case TN_SQL_REAL:
      return out.number(value.real);
    case TN_SQL_TEXT:
    case TN_SQL_BYTES:
      return out.bytes(value.bytes);
    default:
      out.fail(Code::invalid, "there is no SQL value of type " + std::to_string(value.type) +
                                  "; allowed are 0 (null) to 4 (bytes)");
  }
}

void get(Reader& in, tn_sql_value& value) {
  value.type = in.number<uint8_t>();
  switch (value.type) {
    case TN_SQL_NULL:
      return;
    case TN_SQL_INT:
      return get(in, value.integer);
    case TN_SQL_REAL:
      return get(in, value.real);
    case TN_SQL_TEXT:
    case TN_SQL_BYTES:
      return get(in, value.bytes);
    default:
      in.fail("an SQL value has an unknown type");
  }
}

void put(Writer& out, const tn_migration& step) {
  out.number(step.version);
  out.text(step.name);
  out.text(step.sqlite);
  out.text(step.postgres);
}

void get(Reader& in, tn_migration& step) {
  step.version = in.number<uint32_t>();
  step.name = in.text();
  step.sqlite = in.text();
  step.postgres = in.text();
}

void SqlRows::send(Outgoing& out, const tn_sql_value* params, uint64_t per_row, uint64_t rows) {
  out.body().number(per_row);
  out.body().number(rows);
  uint64_t count = 0;
  if (__builtin_mul_overflow(per_row, rows, &count))
    return out.body().fail(Code::too_large, "there are too many rows of parameters");
  put_items(out.body(), params, count);
}

void SqlRows::Slot::take(Incoming& in) {
  per_row = in.body.number<uint64_t>();
  rows = in.body.number<uint64_t>();
  const auto count = in.body.number<uint64_t>();
  uint64_t expected = 0;
  if (__builtin_mul_overflow(per_row, rows, &expected) || expected != count)
    return in.body.fail("the parameters are not as many as rows and columns say");
  params = get_items<tn_sql_value>(in.body, count);
}

}  // namespace tenon::isolation
