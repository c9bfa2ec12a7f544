// @NAME@: tenon.admin.module/1 that keeps notices, and removes the old ones on request.
#include <tenon/clock.hpp>
#include <tenon/draft/admin/module.hpp>
#include <tenon/plugin.hpp>
#include <tenon/store.hpp>

namespace admin = tenon::admin;
using tenon::Call;
using tenon::Code;
using tenon::Error;
using tenon::Result;

struct Notice {
  int64_t id = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Notice, (), (id, text))

struct NoticeList {
  std::vector<Notice> items;
};
BOOST_DESCRIBE_STRUCT(NoticeList, (), (items))

struct NewNotice {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(NewNotice, (), (text))

class @CLASS@ {
 public:
  explicit @CLASS@(tenon::Host& host) : store_(host), clock_(host) {}

  Result<void> start(Call& call) {
    static constexpr tenon::Migration kSteps[] = {
        {1, "notices",
         "CREATE TABLE {notices} (id bigint PRIMARY KEY, text text NOT NULL, made_s bigint NOT "
         "NULL)"}};
    return store_.migrate(call, kSteps);
  }

  Result<void> list(tenon::Request& request, tenon::Response& response) {
    TN_TRY(const auto rows,
           store_.query(request.call(), "SELECT id, text FROM {notices} ORDER BY id"));
    NoticeList answer;
    for (size_t row = 0; row < rows.size(); ++row)
      answer.items.push_back({rows.integer(row, 0), std::string(rows.text(row, 1))});
    response.json(answer);
    return {};
  }

  Result<void> add(tenon::Request& request, tenon::Response& response) {
    TN_TRY(const auto notice, request.json<NewNotice>());
    if (notice.text.empty()) return Error{Code::invalid, "a notice has a text", "text"};
    const Call& call = request.call();
    TN_TRY(auto transaction, store_.begin(call));
    TN_TRY(const auto last, transaction.query("SELECT coalesce(max(id), 0) FROM {notices}"));
    const int64_t id = last.integer(0, 0) + 1;
    TN_CHECK(transaction.execute("INSERT INTO {notices} (id, text, made_s) VALUES ($1, $2, $3)",
                                 id, notice.text, now_s()));
    TN_CHECK(transaction.commit());
    response.status(201).json(Notice{id, notice.text});
    return {};
  }

  admin::Module describe() {
    return {"@NAME@",
            "Notices",
            {},
            {{"notices", "Notices", admin::Role::viewer, 60}},
            {{"remove-old", "Remove notices older than 30 days", admin::Role::admin, {}}}};
  }

  Result<admin::Cards> cards(Call& call, const admin::CardQuery&) {
    TN_TRY(const auto rows, store_.query(call, "SELECT count(*) FROM {notices}"));
    return admin::Cards{{{"notices", {{"total", static_cast<double>(rows.integer(0, 0))}}}}};
  }

  Result<admin::Plan> plan(Call& call, const admin::ActionPlan& action) {
    TN_CHECK(check(action.action));
    TN_TRY(const auto rows, store_.query(call, kOld, oldest_s()));
    return plan_of(rows);
  }

  // In one transaction, so that nothing changes between the look and the effect.
  Result<admin::Effect> perform(Call& call, const admin::Perform& action) {
    TN_CHECK(check(action.action));
    const int64_t oldest = oldest_s();
    TN_TRY(auto transaction, store_.begin(call));
    TN_TRY(const auto rows, transaction.query(kOld, oldest));
    if (plan_of(rows).state != action.state)
      return Error{Code::conflict, "the notices have changed since the plan was made", "state"};
    TN_TRY(const auto removed,
           transaction.execute("DELETE FROM {notices} WHERE made_s < $1", oldest));
    TN_CHECK(transaction.commit());
    const auto count = static_cast<int64_t>(removed);
    return admin::Effect{count, "removed " + std::to_string(count) + " notices"};
  }

 private:
  static constexpr char kOld[] =
      "SELECT count(*), coalesce(max(id), 0) FROM {notices} WHERE made_s < $1";

  // Its state tells one set of old notices from another.
  static admin::Plan plan_of(const tenon::Rows& old) {
    const int64_t count = old.integer(0, 0);
    return {std::to_string(count) + "/" + std::to_string(old.integer(0, 1)), count,
            {"removes " + std::to_string(count) + " notices"}};
  }
  static Result<void> check(const std::string& action) {
    if (action == "remove-old") return {};
    return Error{Code::not_found, "there is no action \"" + action + "\"", "action"};
  }
  int64_t now_s() const {
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch())
        .count();
  }
  int64_t oldest_s() const { return now_s() - 30 * 86400; }

  tenon::Store store_;
  tenon::Clock clock_;
};

TENON_PLUGIN(
    @CLASS@, tenon::about("@NAME@", "0.1.0", "Keeps notices"),
    tenon::get<&@CLASS@::list>("/v1/admin/@NAME@/notices").summary("All notices"),
    tenon::post<&@CLASS@::add>("/v1/admin/@NAME@/notices").summary("Adds a notice").max_body(10000),
    tenon::provides(admin::kModuleInterface, admin::kModuleVersion,
                    tenon::method<&@CLASS@::describe>("describe", "Cards and actions").idempotent(),
                    tenon::method<&@CLASS@::cards>("cards", "The dashboard's figures").idempotent(),
                    tenon::method<&@CLASS@::plan>("plan", "What an action would do").idempotent(),
                    tenon::method<&@CLASS@::perform>("perform", "Does what was planned")))
