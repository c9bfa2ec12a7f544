#include "host/sandbox/report.hpp"

#include <algorithm>

#include "tenon/json.hpp"

namespace tenon::sandbox {

void Report::active(std::string name, std::string detail) {
  layers.push_back({std::move(name), true, std::move(detail)});
}

void Report::missing(std::string name, std::string reason) {
  layers.push_back({std::move(name), false, std::move(reason)});
}

const Layer* Report::find(std::string_view name) const {
  const auto found = std::ranges::find(layers, name, &Layer::name);
  return found == layers.end() ? nullptr : &*found;
}

bool Report::is_active(std::string_view name) const {
  const Layer* layer = find(name);
  return layer != nullptr && layer->active;
}

std::string encode(const Report& report) {
  return json::encode(report);
}

Result<Report> decode_report(std::string_view bytes) {
  return json::decode<Report>(bytes);
}

}  // namespace tenon::sandbox
