#include "catalog/catalog/api/answers.hpp"

namespace tenon::catalog {

std::string list_json(const std::vector<std::string_view>& items, const std::string& next_cursor,
                      size_t total, const boost::json::object* facets) {
  std::string out = "{\"items\":[";
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    out += items[i];
  }
  out += "],\"next_cursor\":";
  out += next_cursor.empty() ? "null" : "\"" + next_cursor + "\"";
  out += ",\"total\":" + std::to_string(total);
  if (facets) out += ",\"facets\":" + boost::json::serialize(*facets);
  return out + "}";
}

void send_problem(const Request& request, Response& response, int status, std::string_view title,
                  std::string_view detail, boost::json::object members) {
  const auto text = [](std::string_view view) {
    return boost::json::string(boost::json::string_view(view.data(), view.size()));
  };
  boost::json::object document{{"type", "about:blank"},
                               {"title", text(title)},
                               {"status", status},
                               {"detail", text(detail)},
                               {"instance", text(request.path())},
                               {"correlationId", text(request.call().request_id())}};
  for (auto& [name, value] : members) document[name] = std::move(value);
  response.status(static_cast<uint32_t>(status))
      .send("application/problem+json", boost::json::serialize(document));
}

}  // namespace tenon::catalog
