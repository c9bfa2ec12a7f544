#include "catalog/catalog/api/answers.hpp"
#include "catalog/catalog/api/parameters.hpp"
#include "catalog/catalog/api/requests.hpp"
#include "catalog/catalog/catalog_plugin.hpp"

namespace tenon::catalog {
namespace {

boost::json::object to_json(const StoredBuild& build, bool with_summary) {
  boost::json::object out{{"id", build.id},
                          {"state", build.state},
                          {"cause", build.trigger},
                          {"started_at", build.started_at},
                          {"finished_at", build.finished_at}};
  boost::json::error_code failed;
  boost::json::value summary = boost::json::parse(build.summary, failed);
  if (failed || !summary.is_object()) return out;
  if (with_summary) {
    out["summary"] = std::move(summary);
    return out;
  }
  for (const char* member : {"products", "brands", "changes", "error"})
    if (const auto* value = summary.get_object().if_contains(member)) out[member] = *value;
  return out;
}

void add_progress(boost::json::object& out, const std::optional<BuildStatus>& running) {
  if (!running || out.at("id") != boost::json::string(running->id)) return;
  out["step"] = running->step;
  out["done"] = running->done;
  out["steps"] = running->total;
}

}  // namespace

Result<void> Catalog::list_builds(Request& request, Response& response) {
  TN_TRY(const size_t limit, limit_parameter(request, 20));
  TN_TRY(const auto cursor, cursor_parameter(request, "builds", 1));
  TN_TRY(const auto builds, store_.builds(request.call(), 1000));
  const auto running = builds_->running();
  boost::json::array items;
  boost::json::value next = nullptr;
  for (const auto& build : builds) {
    if (cursor && build.id >= (*cursor)[0]) continue;
    if (items.size() == limit) {
      next = make_cursor("builds", {std::string(items.back().at("id").as_string())});
      break;
    }
    boost::json::object item = to_json(build, false);
    add_progress(item, running);
    items.push_back(std::move(item));
  }
  send_json(response, boost::json::object{{"items", std::move(items)},
                                          {"next_cursor", std::move(next)},
                                          {"total", builds.size()}});
  return {};
}

Result<void> Catalog::get_build(Request& request, Response& response) {
  const std::string id(request.param("id"));
  TN_TRY(const auto build, store_.build(request.call(), id));
  if (!build) return Error{Code::not_found, "there is no build \"" + id + "\""};
  boost::json::object out = to_json(*build, true);
  add_progress(out, builds_->running());
  send_json(response, out);
  return {};
}

Result<void> Catalog::begin_build(Request& request, Response& response) {
  TN_TRY(const std::string text, request.body());
  BuildBody body;
  if (!text.empty()) {
    TN_TRY(body, json::decode<BuildBody>(text));
  }
  const std::string brand = body.brand.value_or("");
  if (brand.size() > 200) return bad_parameter("brand", "a brand's id", brand);
  if (body.wait.value_or(false)) {
    TN_TRY(const auto summary, builds_->build(request.call(), brand, "http"));
    send_json(response, summary);
    return {};
  }
  TN_TRY(const std::string id, builds_->begin(brand, "http"));
  response.status(202).header("Location", "/api/catalog/builds/" + id);
  send_json(response, boost::json::object{{"id", id}, {"state", "running"}});
  return {};
}

Result<void> Catalog::cancel_build(Request& request, Response& response) {
  const std::string id(request.param("id"));
  if (!builds_->cancel(id)) return Error{Code::not_found, "no build \"" + id + "\" is under way"};
  response.status(202);
  send_json(response, boost::json::object{{"id", id}, {"state", "cancelling"}});
  return {};
}

}  // namespace tenon::catalog
