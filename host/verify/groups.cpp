#include "host/verify/groups.hpp"

namespace tenon::verify {

const std::array<Group, 7>& groups() {
  static const std::array<Group, 7> all = {{
      {"life",
       {"life.load", "life.query", "life.start", "life.probe", "life.stop", "life.again",
        "life.threads", "life.descriptors", "life.process", "life.together", "life.unload",
        "life.memory"},
       false,
       check_life},
      {"message.valid", {"message.valid"}, false, check_valid_messages},
      {"message.invalid", {"message.invalid"}, false, check_invalid_messages},
      {"message.threads", {"message.threads"}, false, check_message_threads},
      {"column", {"column.batches"}, false, check_columns},
      {"route", {"route.requests"}, false, check_routes},
      {"isolated", {"isolated.start"}, true, check_isolated},
  }};
  return all;
}

std::shared_ptr<plugins::Instance> serve(const Ground& ground, std::string_view check) {
  auto made = ground.bench.make(ground.bench.subject().spec.id);
  const auto started =
      made.ok() ? (*made)->start(ground.bench.control()) : Result<void>(made.error());
  if (started.ok()) return *made;
  ground.recorder.end(check, Outcome::failed, "it did not start: " + started.error().message);
  return nullptr;
}

}  // namespace tenon::verify
