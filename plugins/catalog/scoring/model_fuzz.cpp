#include <boost/json.hpp>
#include <cstdlib>
#include <string_view>

#include "catalog/scoring/model.hpp"

// What is read is within the limits, and reads back the same once written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::catalog;
  boost::system::error_code error;
  const auto json =
      boost::json::parse(std::string_view(reinterpret_cast<const char*>(data), size), error);
  if (error) return 0;
  const auto model = model_from_json(json);
  if (!model.ok()) {
    if (model.error().message.empty()) std::abort();
    return 0;
  }
  if (!check_model(*model).ok()) std::abort();
  const auto written = model_to_json(*model);
  const auto again = model_from_json(written);
  if (!again.ok() || model_to_json(*again) != written) std::abort();
  return 0;
}
