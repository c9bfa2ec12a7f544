#include "host/isolation/column_wire.hpp"

namespace tenon::isolation {

namespace {
const tn_batch_sink kProxy = BatchSinkForm::proxies();

}  // namespace

void put(Writer& out, const tn_column& column) {
  const uint64_t size = column_element_bytes(column.type);
  if (column.count > kMaxFrameBytes / size)
    return out.fail(Code::too_large, "column " + std::string(column.name.data, column.name.size) +
                                         " is too large for one frame");
  out.text(column.name);
  out.number(column.type);
  out.number<uint8_t>(column.offsets ? 1 : 0);
  out.number(column.count);
  out.align();
  out.raw(column.data, column.count * size);
}

void get(Reader& in, tn_column& column) {
  column.name = in.text();
  column.type = in.number<uint32_t>();
  const bool ragged = in.number<uint8_t>() != 0;
  column.count = in.number<uint64_t>();
  in.align();
  const uint64_t size = column_element_bytes(column.type);
  if (size == 0) return in.fail("a column has an unknown type");
  if (column.count > in.left() / size) return in.fail("a column is longer than its frame");
  column.data = in.skip(column.count * size);
  // marks a ragged column until the batch, which knows the number of rows, has read the offsets
  static constexpr uint64_t kRagged = 0;
  column.offsets = ragged ? &kRagged : nullptr;
}

void put(Writer& out, const tn_batch& batch) {
  if (auto checked = check_batch(batch); !checked.ok())
    return out.fail(checked.error().code, checked.error().message);
  out.number(batch.rows);
  out.number(batch.column_count);
  for (uint32_t i = 0; i < batch.column_count; ++i) {
    const tn_column& column = batch.columns[i];
    put(out, column);
    if (!column.offsets) continue;
    if (batch.rows >= kMaxFrameBytes / 8)
      return out.fail(Code::too_large, "a batch has too many rows for one frame");
    out.align();
    out.raw(column.offsets, (batch.rows + 1) * 8);
  }
}

void get(Reader& in, tn_batch& batch) {
  batch.struct_size = sizeof batch;
  batch.rows = in.number<uint64_t>();
  batch.column_count = in.number<uint32_t>();
  tn_column* columns = in.room<tn_column>(batch.column_count, least_bytes<tn_column>);
  batch.columns = columns;
  for (uint32_t i = 0; i < batch.column_count && in.ok(); ++i) {
    tn_column& column = columns[i];
    get(in, column);
    if (!in.ok()) return;
    if (!column.offsets) continue;
    in.align();
    if (batch.rows >= in.left() / 8) return in.fail("offsets are longer than their frame");
    column.offsets = reinterpret_cast<const uint64_t*>(in.skip((batch.rows + 1) * 8));
  }
  // Everything lies within the frame; whether it is a batch is the same question in process.
  if (!in.ok()) return;
  if (auto checked = check_batch(batch); !checked.ok()) in.fail(checked.error().message);
}

void BatchSinkArgument::send(Outgoing& out, const tn_batch_sink* sink) {
  out.body().number<uint8_t>(sink ? 1 : 0);
  if (sink) out.expose(Table::batch_sink, sink->ctx, sink);
}

void BatchSinkArgument::Slot::take(Incoming& in) {
  const bool present = in.body.number<uint8_t>() != 0;
  remote_ = in.target;
  sink_ = kProxy;
  sink_.ctx = present ? &remote_ : nullptr;
}

}  // namespace tenon::isolation
