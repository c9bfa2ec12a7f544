// @NAME@: tenon.coach.job/1 that writes to users who have been quiet.
#include <chrono>
#include <cstdio>
#include <tenon/draft/coach/job.hpp>
#include <tenon/metrics.hpp>
#include <tenon/plugin.hpp>

namespace coach = tenon::coach;
using tenon::Call;
using tenon::Code;
using tenon::Error;
using tenon::Result;

namespace {

// "2026-03-29" as a number of days.
Result<int64_t> days_of(const std::string& date) {
  int year = 0, read = 0;
  unsigned month = 0, day = 0;
  std::sscanf(date.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &read);
  if (read != 10 || date.size() != 10)
    return Error{Code::invalid, "\"" + date + "\" is no date"};
  const std::chrono::year_month_day parsed{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
  if (!parsed.ok()) return Error{Code::invalid, "\"" + date + "\" is no date"};
  return std::chrono::sys_days(parsed).time_since_epoch().count();
}

}  // namespace

class @CLASS@ {
 public:
  struct Config {
    int64_t quiet_days = 3;
    static constexpr tenon::Field fields[] = {
        {.name = "quiet_days",
         .description = "Days without a word before a user is written to",
         .minimum = 1,
         .maximum = 60}};
    BOOST_DESCRIBE_CLASS(Config, (), (quiet_days), (), ())
  };
  @CLASS@(tenon::Host& host, const Config& config) : host_(host), config_(config) {}

  Result<void> start(Call&) {
    TN_TRY(written_, tenon::Metrics(host_).counter("coach.quiet_users", "Users written to"));
    return {};
  }

  coach::Job describe() {
    return {"@NAME@", "Greets quiet users", "0 9 * * *", "Europe/London",
            24 * (config_.quiet_days + 1), 100, {}};
  }

  // Only what it is given decides: the same tick gives the same notifications.
  Result<coach::Ran> run(Call& call, const coach::RunTick& tick) {
    coach::Ran ran;
    for (const coach::UserLogs& user : tick.users) {
      if (call.cancelled()) return Error{Code::cancelled, "the tick was cancelled"};
      const auto quiet = days_quiet(user);
      if (!quiet.ok()) {
        ran.failures.push_back({user.user_id, quiet.error().message});
        continue;
      }
      if (*quiet < config_.quiet_days) continue;
      ran.notifications.push_back({user.user_id,
                                   "@NAME@",
                                   "How have you been?",
                                   {std::to_string(*quiet) + " days without a word"}});
    }
    written_.record(static_cast<double>(ran.notifications.size()));
    return ran;
  }

 private:
  // Since the last word of the user or of this job, whichever is later.
  Result<int64_t> days_quiet(const coach::UserLogs& user) const {
    TN_TRY(const int64_t today, days_of(user.today));
    int64_t last = today - config_.quiet_days;
    for (const coach::LogEntry& entry : user.logs) {
      TN_TRY(const int64_t day, days_of(entry.local_date));
      last = std::max(last, day);
    }
    if (!user.last_notified.empty()) {
      TN_TRY(const int64_t day, days_of(user.last_notified));
      last = std::max(last, day);
    }
    return today - last;
  }
  tenon::Host& host_;
  const Config config_;
  tenon::Series written_;
};

TENON_PLUGIN(@CLASS@, tenon::about("@NAME@", "0.1.0", "Greets quiet users"),
             tenon::provides(coach::kJobInterface, coach::kJobVersion,
                             tenon::method<&@CLASS@::describe>("describe", "When it runs")
                                 .idempotent(),
                             tenon::method<&@CLASS@::run>("run", "One tick for some users")
                                 .idempotent()))
