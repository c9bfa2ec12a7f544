// tenon.coach.job/1 (draft: may change with every release): scheduled work for the coach's users.
//
// A message interface. Methods:
//   describe  {}      -> Job      default schedule and parameters
//   run       RunTick -> Ran      the work of one tick for a batch of users
// The scheduler keeps time: zones, daylight saving, missed and overrunning ticks. It calls run in
// batches, and again for a batch whose end it did not see: run has its effect once for each tick
// and user. What a job writes it returns as notes and notifications; the host stores them, at most
// one of a type for each user and tick.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "tenon/json.hpp"

namespace tenon::coach {

inline constexpr char kJobInterface[] = "tenon.coach.job/1";
inline constexpr char kJobVersion[] = "1.0.0";

struct Job {
  std::string id;
  std::string title;
  std::string schedule;            // cron, five fields: "0 20 * * SUN"
  std::string time_zone;           // IANA name
  int64_t window_hours = 0;        // how far back the logs of a tick reach
  int64_t batch_users = 100;       // users of one call at most
  boost::json::object parameters;  // JSON Schema
};
BOOST_DESCRIBE_STRUCT(Job, (),
                      (id, title, schedule, time_zone, window_hours, batch_users, parameters))

// What a user wrote; only that, not the coach's answers.
struct LogEntry {
  std::string time;        // RFC 3339, UTC
  std::string local_date;  // "2026-03-29", by the user's zone
  std::string user_message;
};
BOOST_DESCRIBE_STRUCT(LogEntry, (), (time, local_date, user_message))

struct UserLogs {
  std::string user_id;         // UUID
  std::string today;           // the tick's date in the user's zone
  std::string last_notified;   // local date of this job's last notification, or empty
  std::vector<LogEntry> logs;  // within the window, oldest first
};
BOOST_DESCRIBE_STRUCT(UserLogs, (), (user_id, today, last_notified, logs))

struct RunTick {
  std::string tick;  // RFC 3339, UTC: names the tick
  boost::json::object parameters;
  std::vector<UserLogs> users;
};
BOOST_DESCRIBE_STRUCT(RunTick, (), (tick, parameters, users))

struct Note {
  std::string user_id;
  std::string type;  // "weekly_summary"
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (user_id, type, text))

struct Notification {
  std::string user_id;
  std::string type;  // "ai_coach_proactive"
  std::string message;
  std::vector<std::string> because;  // the days and words behind it, for the user to see
};
BOOST_DESCRIBE_STRUCT(Notification, (), (user_id, type, message, because))

// A user whose work failed. The others of the batch count.
struct UserFailure {
  std::string user_id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(UserFailure, (), (user_id, reason))

struct Ran {
  std::vector<Note> notes;
  std::vector<Notification> notifications;
  std::vector<UserFailure> failures;
};
BOOST_DESCRIBE_STRUCT(Ran, (), (notes, notifications, failures))

}  // namespace tenon::coach
