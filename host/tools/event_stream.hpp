// Messages on their way to a client, as server-sent events that can be asked for again: a client
// whose connection broke names the last event that it has, and reads on from there.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::tools {

// [any-thread] throughout.
class EventStream {
 public:
  // What waits, and what may be asked for again, together. Notifications beyond it are dropped, as
  // whoever reads so slowly has no use for them; an answer is never, but a longer one is not kept
  // for a second time.
  static constexpr size_t kMostBytes = 256 * 1024;

  explicit EventStream(uint64_t number) : number_(number) {}

  void notify(std::string message);
  // Unless the same waits to be taken: told twice it says no more.
  void notify_once(std::string message);
  void answer(std::string message);
  // What has been put is still taken.
  void close();

  // One at a time reads: who did before gets nothing more, as its client has come back.
  struct Reader {
    uint64_t ticket = 0;
    uint64_t after = 0;  // the event that it begins after
  };
  // Without `after`, begins with what nobody has taken.
  Reader read(std::optional<uint64_t> after = std::nullopt);
  struct Event {
    uint64_t sequence = 0;
    std::string message;  // empty: none came in time
  };
  // Nothing: no more comes, or another one reads.
  std::optional<Event> take(const Reader& reader, std::chrono::milliseconds patience);

  // Of an event, in its session.
  std::string id_of(uint64_t sequence) const;
  // Whether nothing comes after that event any more: also what is too long to be kept does not.
  bool ends_with(uint64_t sequence) const;
  bool is_closed() const;

 private:
  bool has_after(uint64_t sequence) const;
  void put(std::string message);
  void forget();

  const uint64_t number_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<Event> events_;
  size_t bytes_ = 0;
  uint64_t last_ = 0;   // put
  uint64_t taken_ = 0;  // by the present reader, or whoever read last
  uint64_t ticket_ = 0;
  bool closed_ = false;
};

// Those of one session. [any-thread] throughout.
class EventStreams {
 public:
  // Streams with an answer that are kept for clients that may come back.
  static constexpr size_t kKept = 8;

  // That of what is told without being asked.
  const std::shared_ptr<EventStream>& own() const { return own_; }
  // One for an answer.
  std::shared_ptr<EventStream> add();

  struct Place {
    std::shared_ptr<EventStream> stream;
    uint64_t after = 0;
  };
  // Nothing: there is no such event, or it has been forgotten.
  std::optional<Place> find(std::string_view event_id) const;

 private:
  const std::shared_ptr<EventStream> own_ = std::make_shared<EventStream>(0);
  mutable std::mutex mutex_;                                  // guards all below
  std::map<uint64_t, std::shared_ptr<EventStream>> answers_;  // by number
  uint64_t last_ = 0;
};

}  // namespace tenon::tools
