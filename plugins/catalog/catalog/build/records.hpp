// What providers know, loaded page by page into products.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/model/product.hpp"
#include "tenon/catalog/scraper.hpp"
#include "tenon/host.hpp"

namespace tenon::catalog {

// The records of one provider, and what reading them brought up.
struct ProviderRecords {
  std::string instance;
  bool official = false;
  std::string change;  // the provider's word for the state of its products
  std::vector<Product> products;
  InputReport report;
  int64_t refused = 0;                // products that were no product documents
  std::vector<std::string> refusals;  // the first reasons
};

// All providers by instance.
using Records = std::map<std::string, ProviderRecords>;

struct LoadRequest {
  std::string brand;  // id; empty: all
  // Records of the build before: a provider whose products did not change keeps its own.
  const Records* known = nullptr;
};

// Asks every running source and scraper. A provider that fails is an error that names it. Stops
// with Code::cancelled when the call is cancelled.
Result<Records> load_records(const Host& host, const Call& call, const LoadRequest& request);

}  // namespace tenon::catalog
