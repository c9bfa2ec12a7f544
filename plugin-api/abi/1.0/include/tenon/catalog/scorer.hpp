// tenon.catalog.scorer/1: relationship scorers.
//
// A column interface. A scorer declares its rules over features, so that the catalog can find the
// best candidates through indexes; it computes the features, in batches; and it explains. A product
// is A when it is looked at and B when it is a candidate. Columns, one row a product unless said
// otherwise (ragged text is UTF-8):
//
//   product columns   id, sku, name, brand, category, universal_category: ragged u8;
//                     price: i64, minor units, -1 unknown; in_stock: u8;
//                     specs: ragged u8, lines "key\tvalue\n"
//
//   model     in: nothing (0 rows). out: 1 row; "model": ragged u8, JSON of kind, threshold, limit,
//   flags, keys and
//             rules; "settings": ragged u8, JSON of every word, category, weight and limit in
//             effect
//   features  in: product columns. out: first batch, one row a product: "flags" u64, "families"
//   u64, "key.NAME" u32 for
//             each key of the model, "tokens", "needs", "provides": ragged u32 (ids, ascending
//             within a row); second batch, one row an id: "symbol": ragged u8. Ids hold within this
//             answer only.
//   explain   in: one row a pair: product columns prefixed "a." and "b.", and "fired" u64 (bit i:
//   rule i of the model).
//             out: "proof": ragged u8, JSON list of {"id", "points", "matched": [text]}
#pragma once

namespace tenon::catalog {

inline constexpr char kScorerInterface[] = "tenon.catalog.scorer/1";
inline constexpr char kScorerVersion[] = "1.0.0";

}  // namespace tenon::catalog
