#include <unordered_set>

#include "catalog/catalog/api/answers.hpp"
#include "catalog/catalog/api/parameters.hpp"
#include "catalog/catalog/api/requests.hpp"
#include "catalog/catalog/catalog_plugin.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kLongestNote = 1000;
constexpr int64_t kShownHistory = 200;

Result<std::string> checked_note(const std::optional<std::string>& note) {
  if (!note) return std::string();
  if (note->size() > kLongestNote || note->find('\0') != note->npos)
    return bad_parameter("note", "text of at most 1000 bytes", *note);
  return *note;
}

boost::json::object side(const std::string& id, const std::string& name) {
  return {{"id", id}, {"name", name}};
}

boost::json::object to_json(const Override& one) {
  return {{"product", one.product},      {"target", one.target}, {"action", one.action},
          {"kind", to_string(one.kind)}, {"note", one.note},     {"time", one.time}};
}

// One page of a list that is small enough to be made whole.
Result<void> send_page(Request& request, Response& response, std::string_view list,
                       boost::json::array all) {
  TN_TRY(const size_t limit, limit_parameter(request, 50));
  TN_TRY(const auto cursor, cursor_parameter(request, list, 1));
  const size_t begin =
      cursor ? std::min<size_t>(all.size(), std::strtoull((*cursor)[0].c_str(), nullptr, 10)) : 0;
  const size_t end = std::min(all.size(), begin + limit);
  boost::json::value next = nullptr;
  if (end < all.size()) next = make_cursor(list, {std::to_string(end)});
  send_json(response, boost::json::object{
                          {"items", boost::json::array(all.begin() + begin, all.begin() + end)},
                          {"next_cursor", std::move(next)},
                          {"total", all.size()}});
  return {};
}

}  // namespace

Result<void> Catalog::list_review(Request& request, Response& response) {
  TN_TRY(const auto snapshot, this->snapshot());
  TN_TRY(const auto status, choice_parameter(request, "status", {"open", "decided"}));
  TN_TRY(const auto decisions, store_.review_decisions(request.call()));
  boost::json::array items;
  std::unordered_set<std::string> decided;
  for (const auto& one : decisions) {
    decided.insert(one.commercial + '|' + one.official);
    if (status == 0u) continue;
    items.push_back(boost::json::object{{"status", "decided"},
                                        {"commercial", side(one.commercial, "")},
                                        {"official", side(one.official, "")},
                                        {"decision", one.accepted ? "accept" : "reject"},
                                        {"note", one.note},
                                        {"time", one.time}});
  }
  for (const auto& one : snapshot->review) {
    if (status == 1u || decided.contains(one.commercial_id + '|' + one.official_id)) continue;
    items.push_back(
        boost::json::object{{"status", "open"},
                            {"commercial", side(one.commercial_id, one.commercial_name)},
                            {"official", side(one.official_id, one.official_name)},
                            {"confidence", one.confidence},
                            {"reason", one.reason}});
  }
  return send_page(request, response, "review", std::move(items));
}

Result<void> Catalog::decide_review(Request& request, Response& response) {
  TN_TRY(const auto snapshot, this->snapshot());
  TN_TRY(const auto body, request.json<DecisionBody>());
  TN_TRY(const std::string note, checked_note(body.note));
  if (body.decision != "accept" && body.decision != "reject" && body.decision != "undo")
    return bad_parameter("decision", "accept, reject or undo", body.decision);
  ReviewDecision decision{std::string(request.param("commercial")),
                          std::string(request.param("official")), body.decision == "accept", note,
                          time_now()};
  bool known = std::any_of(snapshot->review.begin(), snapshot->review.end(), [&](const auto& one) {
    return one.commercial_id == decision.commercial && one.official_id == decision.official;
  });
  if (!known) {
    TN_TRY(const auto decisions, store_.review_decisions(request.call()));
    known = std::any_of(decisions.begin(), decisions.end(), [&](const auto& one) {
      return one.commercial == decision.commercial && one.official == decision.official;
    });
  }
  if (!known)
    return Error{Code::not_found, "the review list has no pair " + decision.commercial + " and " +
                                      decision.official};
  std::optional<bool> accepted;
  if (body.decision != "undo") accepted = decision.accepted;
  TN_CHECK(store_.decide(request.call(), decision, accepted));
  send_json(response, boost::json::object{{"commercial", decision.commercial},
                                          {"official", decision.official},
                                          {"decision", body.decision},
                                          {"applies", "with the next build"}});
  return {};
}

Result<void> Catalog::list_overrides(Request& request, Response& response) {
  TN_TRY(const std::string product, text_parameter(request, "product"));
  TN_TRY(const auto history, flag_parameter(request, "history"));
  boost::json::array items;
  if (history.value_or(false)) {
    TN_TRY(const auto changes, store_.override_history(request.call(), product, kShownHistory));
    for (const auto& one : changes) items.push_back(to_json(one));
  } else {
    TN_TRY(const auto overrides, store_.overrides(request.call()));
    for (const auto& one : overrides)
      if (product.empty() || one.product == product) items.push_back(to_json(one));
  }
  return send_page(request, response, "overrides", std::move(items));
}

Result<void> Catalog::change_override(Request& request, Response& response) {
  TN_TRY(const auto snapshot, this->snapshot());
  TN_TRY(const auto body, request.json<OverrideBody>());
  Override change{body.product, body.target, body.action, Kind::related, {}, time_now()};
  TN_TRY(change.note, checked_note(body.note));
  const bool clear = body.action == "clear";
  if (!clear && body.action != "add" && body.action != "pin" && body.action != "forbid")
    return bad_parameter("action", "add, pin, forbid or clear", body.action);
  if (body.action == "add" || body.action == "pin") {
    const auto kind = kind_from_string(body.kind.value_or(""));
    if (!kind.ok())
      return bad_parameter("kind", "one of necessity, accessory, related", body.kind.value_or(""));
    change.kind = *kind;
  }
  // A decision about a product that is gone can still be taken back.
  if (!clear && !snapshot->row_of_id(body.product))
    return bad_parameter("product", "the id of a product", body.product);
  if (!clear && (!snapshot->row_of_id(body.target) || body.target == body.product))
    return bad_parameter("target", "the id of another product", body.target);
  TN_CHECK(store_.change_override(request.call(), change));
  boost::json::object answer = to_json(change);
  answer["applies"] = "with the next build";
  send_json(response, answer);
  return {};
}

}  // namespace tenon::catalog
