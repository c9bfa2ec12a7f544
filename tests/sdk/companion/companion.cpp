// What the templates need beside them: a target that a suite asks, and a caller of a scorer, whose
// columns no client can send.
#include <tenon/catalog/scorer.hpp>
#include <tenon/columns.hpp>
#include <tenon/draft/quality/suite.hpp>
#include <tenon/plugin.hpp>

namespace quality = tenon::quality;
using tenon::Batch;
using tenon::BatchBuffer;
using tenon::Call;
using tenon::Result;

struct Product {
  std::string name;
  std::string brand;
};
BOOST_DESCRIBE_STRUCT(Product, (), (name, brand))

struct Products {
  std::vector<Product> products;
};
BOOST_DESCRIBE_STRUCT(Products, (), (products))

// What the scorer makes of them.
struct Scored {
  std::vector<int64_t> flags;
  std::vector<int64_t> brands;      // ids
  std::vector<std::string> proofs;  // of the rule between the first product and each of them
};
BOOST_DESCRIBE_STRUCT(Scored, (), (flags, brands, proofs))

class Companion {
 public:
  explicit Companion(tenon::Host& host) : host_(host), columns_(host) {}

  quality::Answer ask(const quality::Ask& ask) {
    const bool france = ask.messages.at(0).content.find("France") != std::string::npos;
    return {france ? "It is PARIS." : "I do not know.", 1, {}, {}};
  }

  Result<Scored> score(Call& call, const Products& input) {
    std::vector<std::string> names, brands;
    for (const Product& product : input.products) {
      names.push_back(product.name);
      brands.push_back(product.brand);
    }
    Scored scored;
    BatchBuffer products(names.size());
    products.text("name", names);
    products.text("brand", brands);
    TN_TRY(auto features, ask_scorer(call, "features", products));
    const tn_batch of_products = features.at(0).raw();
    TN_TRY(const auto flags, Batch(&of_products).flat<uint64_t>("flags"));
    TN_TRY(const auto ids, Batch(&of_products).flat<uint32_t>("key.brand"));
    scored.flags.assign(flags.begin(), flags.end());
    scored.brands.assign(ids.begin(), ids.end());

    BatchBuffer pairs(names.size());
    pairs.text("b.name", names);
    pairs.text("b.brand", brands);
    pairs.flat<uint64_t>("fired", std::vector<uint64_t>(flags.begin(), flags.end()));
    TN_TRY(auto explained, ask_scorer(call, "explain", pairs));
    const tn_batch of_pairs = explained.at(0).raw();
    TN_TRY(const auto proofs, Batch(&of_pairs).text("proof"));
    for (size_t row = 0; row < proofs.rows(); ++row)
      scored.proofs.emplace_back(text_at(proofs, row));
    return scored;
  }

 private:
  Result<std::vector<BatchBuffer>> ask_scorer(Call& call, std::string_view method,
                                              BatchBuffer& input) {
    TN_TRY(const auto found,
           host_.messages().resolve(call, {tenon::catalog::kScorerInterface}, method));
    return columns_.call(call, found, input);
  }
  tenon::Host& host_;
  tenon::Columns columns_;
};

TENON_PLUGIN(Companion, tenon::about("companion", "1.0.0", "What the templates need beside them"),
             tenon::needs(tenon::catalog::kScorerInterface).optional(),
             tenon::provides(quality::kTargetInterface, "1.0.0",
                             tenon::method<&Companion::ask>("ask", "Answers a question")),
             tenon::provides("companion.scoring/1", "1.0.0",
                             tenon::method<&Companion::score>("score", "Asks the scorer")))
