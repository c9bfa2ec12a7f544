#include "catalog/scoring/columns_codec.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <limits>

namespace tenon::catalog {
namespace {

// boost::json, not tenon::json.
namespace bj = boost::json;

Error wrong(std::string column, std::size_t row, const std::string& message) {
  return {Code::invalid, message, std::move(column) + "[" + std::to_string(row) + "]"};
}

void put(BatchBuffer& out, const std::string& name, const TextColumn& text) {
  const std::string& bytes = text.bytes();
  out.ragged<std::uint8_t>(
      name, std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()),
      text.offsets());
}

Result<TextColumn> text_column(const Batch& batch, const std::string& name) {
  TN_TRY(const auto column, batch.text(name));
  return TextColumn(std::string(reinterpret_cast<const char*>(column.data.data()),
                                static_cast<std::size_t>(column.offsets.back())),
                    {column.offsets.begin(), column.offsets.end()});
}

// Tabs and line ends part the specs of a row, and mean no more than a space within one.
std::string one_line(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c == '\t' || c == '\n') c = ' ';
  return out;
}

TextColumn spec_lines(const ProductColumns& products) {
  TextColumn out;
  std::string lines;
  for (std::size_t row = 0; row < products.size(); ++row) {
    lines.clear();
    for (auto i = products.spec_offsets[row]; i < products.spec_offsets[row + 1]; ++i)
      lines += one_line(products.spec_key[i]) + '\t' + one_line(products.spec_value[i]) + '\n';
    out.push_back(lines);
  }
  return out;
}

Result<void> read_specs(const TextColumn& lines, const std::string& name, ProductColumns& out) {
  for (std::size_t row = 0; row < lines.size(); ++row) {
    std::string_view rest = lines[row];
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      const auto tab = rest.find('\t');
      if (end == std::string_view::npos || tab == std::string_view::npos || tab > end)
        return wrong(name, row, "must be lines of key, tab and value, each ended by a line end");
      out.spec_key.push_back(rest.substr(0, tab));
      out.spec_value.push_back(rest.substr(tab + 1, end - tab - 1));
      rest.remove_prefix(end + 1);
    }
    if (out.spec_key.size() > std::numeric_limits<std::uint32_t>::max())
      return wrong(name, row, "there are too many specs");
    out.spec_offsets.push_back(static_cast<std::uint32_t>(out.spec_key.size()));
  }
  return {};
}

void put_products(BatchBuffer& out, const ProductColumns& products, const std::string& prefix) {
  put(out, prefix + "id", products.id);
  put(out, prefix + "sku", products.sku);
  put(out, prefix + "name", products.name);
  put(out, prefix + "brand", products.brand);
  put(out, prefix + "category", products.category);
  put(out, prefix + "universal_category", products.universal_category);
  out.flat<std::int64_t>(prefix + "price", products.price_minor);
  out.flat<std::uint8_t>(prefix + "in_stock", products.in_stock);
  put(out, prefix + "specs", spec_lines(products));
}

Result<ProductColumns> read_products(const Batch& batch, const std::string& prefix) {
  ProductColumns out;
  TN_TRY(out.id, text_column(batch, prefix + "id"));
  TN_TRY(out.sku, text_column(batch, prefix + "sku"));
  TN_TRY(out.name, text_column(batch, prefix + "name"));
  TN_TRY(out.brand, text_column(batch, prefix + "brand"));
  TN_TRY(out.category, text_column(batch, prefix + "category"));
  TN_TRY(out.universal_category, text_column(batch, prefix + "universal_category"));
  TN_TRY(const auto prices, batch.flat<std::int64_t>(prefix + "price"));
  for (std::size_t row = 0; row < prices.size(); ++row)
    if (prices[row] < -1) return wrong(prefix + "price", row, "must be -1 or more");
  out.price_minor.assign(prices.begin(), prices.end());
  TN_TRY(const auto in_stock, batch.flat<std::uint8_t>(prefix + "in_stock"));
  for (std::size_t row = 0; row < in_stock.size(); ++row)
    if (in_stock[row] > 1) return wrong(prefix + "in_stock", row, "must be 0 or 1");
  out.in_stock.assign(in_stock.begin(), in_stock.end());
  TN_TRY(const TextColumn specs, text_column(batch, prefix + "specs"));
  TN_CHECK(read_specs(specs, prefix + "specs", out));
  return out;
}

void put_set(BatchBuffer& out, const std::string& name, const SetColumn& sets, std::size_t rows) {
  std::vector<std::uint64_t> offsets(sets.offsets.begin(), sets.offsets.end());
  offsets.resize(rows + 1, offsets.back());
  out.ragged<std::uint32_t>(name, sets.ids, offsets);
}

Result<SetColumn> read_set(const Batch& batch, const std::string& name, std::size_t symbols) {
  TN_TRY(const auto column, batch.ragged<std::uint32_t>(name));
  if (column.offsets.back() > std::numeric_limits<std::uint32_t>::max())
    return wrong(name, 0, "there are too many ids");
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto ids = column[row];
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (ids[i] >= symbols)
        return wrong(name, row, "id " + std::to_string(ids[i]) + " has no symbol");
      if (i > 0 && ids[i] <= ids[i - 1])
        return wrong(name, row, "ids must ascend and be there once");
    }
  }
  SetColumn out;
  out.offsets.assign(column.offsets.begin(), column.offsets.end());
  out.ids.assign(column.data.begin(), column.data.begin() + out.offsets.back());
  return out;
}

Result<void> check_bits(std::span<const std::uint64_t> masks, const char* name, std::size_t count) {
  const std::uint64_t known = count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
  for (std::size_t row = 0; row < masks.size(); ++row)
    if ((masks[row] & ~known) != 0)
      return wrong(
          name, row,
          "has a bit that the model does not declare; it declares " + std::to_string(count));
  return {};
}

Result<RuleProof> proof_from_json(const bj::value& value) {
  const auto* object = value.if_object();
  const auto* id = object ? object->if_contains("id") : nullptr;
  const auto* points = object ? object->if_contains("points") : nullptr;
  const auto* matched = object ? object->if_contains("matched") : nullptr;
  const bool shaped = id && id->is_string() && points && points->is_int64() && matched &&
                      matched->is_array() && points->get_int64() >= 0 &&
                      points->get_int64() <= 1000;
  if (!shaped) return Error{Code::invalid, "a proof needs id, points (0 to 1000) and matched"};
  RuleProof proof{std::string(id->get_string()), static_cast<int>(points->get_int64()), {}};
  for (const bj::value& text : matched->get_array()) {
    if (!text.is_string()) return Error{Code::invalid, "matched must be a list of texts"};
    proof.matched.emplace_back(text.get_string());
  }
  return proof;
}

TextColumn one_text(std::string_view text) {
  TextColumn out;
  out.push_back(text);
  return out;
}

}  // namespace

BatchBuffer products_to_batch(const ProductColumns& products) {
  BatchBuffer out(products.size());
  put_products(out, products, "");
  return out;
}

Result<ProductColumns> products_from_batch(const Batch& batch) {
  return read_products(batch, "");
}

BatchBuffer model_to_batch(const Model& model, const bj::value& settings) {
  BatchBuffer out(1);
  put(out, "model", one_text(bj::serialize(model_to_json(model))));
  put(out, "settings", one_text(bj::serialize(settings)));
  return out;
}

Result<DescribedModel> model_from_batch(const Batch& batch) {
  if (batch.rows() != 1) return Error{Code::invalid, "the model must be one row", "model"};
  TN_TRY(const TextColumn model, text_column(batch, "model"));
  TN_TRY(const TextColumn settings, text_column(batch, "settings"));
  DescribedModel out;
  TN_TRY(const auto document, tenon::json::parse(model[0]));
  TN_TRY(out.model, model_from_json(document));
  TN_TRY(out.settings, tenon::json::parse(settings[0]));
  return out;
}

FeatureBatches features_to_batches(const FeatureColumns& features, const Model& model,
                                   std::size_t rows) {
  FeatureBatches out{BatchBuffer(rows), BatchBuffer(features.symbols.size())};
  const auto filled = [&](auto column) {
    column.resize(rows);
    return column;
  };
  out.rows.flat<std::uint64_t>("flags", filled(features.flags));
  out.rows.flat<std::uint64_t>("families", filled(features.families));
  for (std::size_t i = 0; i < model.keys.size(); ++i)
    out.rows.flat<std::uint32_t>(
        "key." + model.keys[i],
        filled(i < features.keys.size() ? features.keys[i] : std::vector<std::uint32_t>()));
  put_set(out.rows, "tokens", features.tokens, rows);
  put_set(out.rows, "needs", features.needs, rows);
  put_set(out.rows, "provides", features.provides, rows);
  put(out.symbols, "symbol", features.symbols);
  return out;
}

Result<FeatureColumns> features_from_batches(const Batch& rows, const Batch& symbols,
                                             const Model& model, std::size_t product_count) {
  if (rows.rows() != product_count)
    return Error{Code::invalid,
                 "asked about " + std::to_string(product_count) + " products, the answer has " +
                     std::to_string(rows.rows()) + " rows",
                 "features"};
  FeatureColumns out;
  TN_TRY(out.symbols, text_column(symbols, "symbol"));
  TN_TRY(const auto flags, rows.flat<std::uint64_t>("flags"));
  TN_CHECK(check_bits(flags, "flags", model.flags.size()));
  out.flags.assign(flags.begin(), flags.end());
  TN_TRY(const auto families, rows.flat<std::uint64_t>("families"));
  out.families.assign(families.begin(), families.end());
  for (const std::string& key : model.keys) {
    TN_TRY(const auto column, rows.flat<std::uint32_t>("key." + key));
    out.keys.emplace_back(column.begin(), column.end());
  }
  TN_TRY(out.tokens, read_set(rows, "tokens", out.symbols.size()));
  TN_TRY(out.needs, read_set(rows, "needs", out.symbols.size()));
  TN_TRY(out.provides, read_set(rows, "provides", out.symbols.size()));
  return out;
}

BatchBuffer pairs_to_batch(const ProductPairs& pairs) {
  ProductColumns a, b;
  for (std::size_t i = 0; i < pairs.fired.size(); ++i) {
    a.push_back(pairs.products, 2 * i);
    b.push_back(pairs.products, 2 * i + 1);
  }
  BatchBuffer out(pairs.fired.size());
  put_products(out, a, "a.");
  put_products(out, b, "b.");
  out.flat<std::uint64_t>("fired", pairs.fired);
  return out;
}

Result<ProductPairs> pairs_from_batch(const Batch& batch, const Model& model) {
  TN_TRY(const ProductColumns a, read_products(batch, "a."));
  TN_TRY(const ProductColumns b, read_products(batch, "b."));
  TN_TRY(const auto fired, batch.flat<std::uint64_t>("fired"));
  TN_CHECK(check_bits(fired, "fired", model.rules.size()));
  ProductPairs out;
  for (std::size_t i = 0; i < batch.rows(); ++i) {
    out.products.push_back(a, i);
    out.products.push_back(b, i);
  }
  out.fired.assign(fired.begin(), fired.end());
  return out;
}

BatchBuffer proofs_to_batch(const Proofs& proofs) {
  TextColumn text;
  for (const auto& pair : proofs) {
    bj::array list;
    for (const RuleProof& proof : pair)
      list.push_back(bj::object{{"id", proof.rule},
                                {"points", proof.points},
                                {"matched", bj::value_from(proof.matched)}});
    text.push_back(bj::serialize(list));
  }
  BatchBuffer out(proofs.size());
  put(out, "proof", text);
  return out;
}

Result<Proofs> proofs_from_batch(const Batch& batch, std::size_t pair_count) {
  if (batch.rows() != pair_count)
    return Error{Code::invalid,
                 "asked about " + std::to_string(pair_count) + " pairs, the answer has " +
                     std::to_string(batch.rows()) + " rows",
                 "proof"};
  TN_TRY(const TextColumn text, text_column(batch, "proof"));
  Proofs out(batch.rows());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    TN_TRY(const auto value, tenon::json::parse(text[row]));
    if (!value.is_array()) return wrong("proof", row, "must be a list");
    for (const bj::value& item : value.get_array()) {
      auto proof = proof_from_json(item);
      if (!proof) return wrong("proof", row, proof.error().message);
      out[row].push_back(*std::move(proof));
    }
  }
  return out;
}

}  // namespace tenon::catalog
