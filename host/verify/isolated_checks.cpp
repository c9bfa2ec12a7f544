#include "host/verify/groups.hpp"

namespace tenon::verify {

// The same library in a worker of its own: what it needs beyond its manifest's permissions is
// refused there.
void check_isolated(const Ground& ground) {
  constexpr std::string_view check = "isolated.start";
  ground.recorder.begin(check);
  const auto made = ground.bench.make(ground.bench.subject().spec.id, true);
  auto done = made.ok() ? (*made)->start(ground.bench.control()) : Result<void>(made.error());
  std::vector<std::string> wrong;
  if (!done.ok()) {
    wrong.push_back(done.error().message);
  } else {
    const auto status = (*made)->status();
    if (status.state != plugins::State::ready) wrong.push_back(status.reason);
    (*made)->stop(ground.bench.control());
    const auto stopped = (*made)->status();
    if (stopped.state != plugins::State::stopped) wrong.push_back(stopped.reason);
  }
  for (const auto& trouble : ground.bench.troubles()) wrong.push_back(trouble);
  ground.recorder.judge(check, wrong);
}

}  // namespace tenon::verify
