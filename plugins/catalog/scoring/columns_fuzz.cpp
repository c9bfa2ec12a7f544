// Any shape of batch and any bytes in it: each decoder answers or names a column, and what it
// decodes it encodes to the same again.
//
// An input is one batch: the number of rows, then columns of name, type, elements and, for those
// that are ragged, offsets. Numbers are single bytes, 255 stands for one beyond all memory.
#include <boost/json.hpp>
#include <cstdlib>
#include <deque>
#include <memory>

#include "catalog/scoring/columns_codec.hpp"

namespace {

using namespace tenon::catalog;
using tenon::Batch;
using tenon::BatchBuffer;

constexpr const char* kNames[] = {
    "id",     "sku",      "name",     "brand",  "category", "universal_category",
    "price",  "in_stock", "specs",    "flags",  "families", "key.brand",
    "tokens", "needs",    "provides", "symbol", "model",    "settings",
    "proof",  "fired"};
constexpr const char* kPrefixes[] = {"", "a.", "b."};

Model model() {
  Model out;
  out.flags = {"one", "two"};
  out.keys = {"brand"};
  Rule rule;
  rule.id = "rule";
  rule.points = 70;
  rule.a_flags = 1;
  out.rules = {rule};
  return out;
}

class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  bool empty() const { return size_ == 0; }
  uint8_t byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  uint64_t number() {
    const uint8_t small = byte();
    return small == 255 ? ~uint64_t{0} : small;
  }

 private:
  const uint8_t* data_;
  size_t size_;
};

// The data of each column has an allocation of its exact size, so that a sanitizer sees a step over
// its end.
class FuzzedBatch {
 public:
  explicit FuzzedBatch(Input& in) : rows_(in.number()) {
    while (!in.empty() && columns_.size() < 40) add(in);
  }
  tn_batch raw() const {
    return {sizeof(tn_batch), static_cast<uint32_t>(columns_.size()), columns_.data(), rows_};
  }

 private:
  void add(Input& in) {
    const uint8_t name = in.byte();
    names_.push_back(std::string(kPrefixes[name / 64 % 3]) + kNames[name % std::size(kNames)]);
    const uint32_t type = in.byte() % 8;
    const uint64_t count = in.number();
    const uint64_t element = std::max<uint64_t>(tenon::column_element_bytes(type), 1);
    auto& data = data_.emplace_back(new uint8_t[std::min<uint64_t>(count, 255) * element]);
    const bool ragged = in.byte() % 2 != 0;
    // Elements of more bytes than one are small numbers, or few would mean anything.
    for (uint64_t i = 0; i < std::min<uint64_t>(count, 255) * element; ++i)
      data[i] = i % element == 0 ? in.byte() : 0;
    auto& offsets = offsets_.emplace_back();
    // As many as the rows want; a real caller cannot be asked whether it gave fewer.
    if (ragged)
      for (uint64_t i = 0; i <= std::min<uint64_t>(rows_, 255); ++i) offsets.push_back(in.number());
    columns_.push_back({tenon::view(names_.back()), type, 0, data.get(), count,
                        ragged ? offsets.data() : nullptr});
  }

  uint64_t rows_;
  std::deque<std::string> names_;
  std::deque<std::unique_ptr<uint8_t[]>> data_;
  std::deque<std::vector<uint64_t>> offsets_;
  std::vector<tn_column> columns_;
};

void require(bool holds) {
  if (!holds) std::abort();
}

template <class T>
bool decoded(const tenon::Result<T>& result) {
  require(result.ok() ||
          (result.error().code == tenon::Code::invalid && !result.error().message.empty()));
  return result.ok();
}

template <class Decode, class Encode, class Same>
void there_and_back(const Batch& batch, Decode decode, Encode encode, Same same) {
  const auto first = decode(batch);
  if (!decoded(first)) return;
  BatchBuffer again = encode(*first);
  const tn_batch raw = again.raw();
  require(tenon::check_batch(raw).ok());
  const auto second = decode(Batch(&raw));
  require(second.ok() && same(*first, *second));
}

bool same_products(const ProductColumns& a, const ProductColumns& b) {
  return a.size() == b.size() && a.name.bytes() == b.name.bytes() &&
         a.name.offsets() == b.name.offsets() && a.price_minor == b.price_minor &&
         a.in_stock == b.in_stock && a.spec_key.bytes() == b.spec_key.bytes() &&
         a.spec_offsets == b.spec_offsets;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  const FuzzedBatch fuzzed(in);
  const tn_batch raw = fuzzed.raw();
  const Batch batch(&raw);
  static const Model rules = model();

  there_and_back(batch, products_from_batch, products_to_batch, same_products);
  there_and_back(
      batch, [](const Batch& b) { return pairs_from_batch(b, rules); }, pairs_to_batch,
      [](const ProductPairs& a, const ProductPairs& b) {
        return a.fired == b.fired && same_products(a.products, b.products);
      });
  there_and_back(
      batch, model_from_batch,
      [](const DescribedModel& m) { return model_to_batch(m.model, m.settings); },
      [](const DescribedModel& a, const DescribedModel& b) {
        return model_to_json(a.model) == model_to_json(b.model) && a.settings == b.settings;
      });
  there_and_back(
      batch, [&](const Batch& b) { return proofs_from_batch(b, b.rows()); }, proofs_to_batch,
      [](const Proofs& a, const Proofs& b) { return a.size() == b.size(); });
  const auto features = features_from_batches(batch, batch, rules, batch.rows());
  if (decoded(features)) {
    FeatureBatches again = features_to_batches(*features, rules, batch.rows());
    const tn_batch first = again.rows.raw(), second = again.symbols.raw();
    const auto back = features_from_batches(Batch(&first), Batch(&second), rules, batch.rows());
    require(back.ok() && back->flags == features->flags && back->needs.ids == features->needs.ids);
  }
  const auto copy = BatchBuffer::copy(raw);
  require(copy.ok() == tenon::check_batch(raw).ok());
  return 0;
}
