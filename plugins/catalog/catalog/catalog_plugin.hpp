// The catalog plugin: one view of every product. Its handlers stand in api/ and commands.cpp, by
// subject.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>

#include "catalog/catalog/build/runner.hpp"
#include "catalog/catalog/commands.hpp"
#include "catalog/catalog/config.hpp"
#include "catalog/catalog/store/catalog_store.hpp"
#include "tenon/http.hpp"

namespace tenon::catalog {

class Catalog {
 public:
  using Config = tenon::catalog::Config;

  Catalog(Host& host, Config config);
  Result<void> start(Call& call);
  Result<void> probe(Call& call);
  void stop();

  // api/products.cpp
  Result<void> list_brands(Request& request, Response& response);
  Result<void> list_products(Request& request, Response& response);
  Result<void> get_product(Request& request, Response& response);

  // api/relationships.cpp
  Result<void> list_relationships(Request& request, Response& response);
  Result<void> get_bundles(Request& request, Response& response);
  Result<void> add_feedback(Request& request, Response& response);

  // api/curation.cpp
  Result<void> list_review(Request& request, Response& response);
  Result<void> decide_review(Request& request, Response& response);
  Result<void> list_overrides(Request& request, Response& response);
  Result<void> change_override(Request& request, Response& response);

  // api/builds.cpp
  Result<void> list_builds(Request& request, Response& response);
  Result<void> get_build(Request& request, Response& response);
  Result<void> begin_build(Request& request, Response& response);
  Result<void> cancel_build(Request& request, Response& response);

  // api/files.cpp
  Result<void> get_export(Request& request, Response& response);
  Result<void> get_media(Request& request, Response& response);

  // commands.cpp
  Result<Report> build(Call& call, const BuildInput& input);
  Result<Report> relate_products(Call& call, const RelateCommand& input);
  Result<Report> import_files(Call& call, const ImportInput& input);
  Result<Report> rules(Call& call);
  Result<Report> report(Call& call);

 private:
  Result<std::shared_ptr<const Snapshot>> snapshot() const;
  // The row of the route's {key}: an id or an unambiguous SKU. Nothing when the answer has been
  // given already: 409 with the candidates.
  Result<std::optional<uint32_t>> find_product(const Request& request, Response& response,
                                               const Snapshot& snapshot) const;

  Host& host_;
  Config config_;
  CatalogStore store_;
  std::filesystem::path exports_;
  std::filesystem::path media_;
  std::optional<BuildRunner> builds_;
};

}  // namespace tenon::catalog
