#include "host/tools/event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/http/text.hpp"

namespace tenon::tools {

void EventStream::notify(std::string message) {
  const std::lock_guard lock(mutex_);
  forget();
  if (!closed_ && bytes_ + message.size() <= kMostBytes) put(std::move(message));
}

void EventStream::notify_once(std::string message) {
  {
    const std::lock_guard lock(mutex_);
    if (has_after(taken_) && events_.back().message == message) return;
  }
  notify(std::move(message));
}

void EventStream::answer(std::string message) {
  const std::lock_guard lock(mutex_);
  if (!closed_) put(std::move(message));
}

void EventStream::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

EventStream::Reader EventStream::read(std::optional<uint64_t> after) {
  const std::lock_guard lock(mutex_);
  if (after) taken_ = std::min(*after, last_);
  changed_.notify_all();
  return {++ticket_, taken_};
}

std::optional<EventStream::Event> EventStream::take(const Reader& reader,
                                                    std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience,
                    [&] { return closed_ || reader.ticket != ticket_ || has_after(taken_); });
  if (reader.ticket != ticket_) return std::nullopt;
  if (!has_after(taken_)) return closed_ ? std::nullopt : std::optional<Event>(Event());
  Event out = *std::find_if(events_.begin(), events_.end(),
                            [&](const auto& event) { return event.sequence > taken_; });
  taken_ = out.sequence;
  forget();
  return out;
}

std::string EventStream::id_of(uint64_t sequence) const {
  return fmt::format("{}-{}", number_, sequence);
}

bool EventStream::ends_with(uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  return closed_ && !has_after(sequence);
}

bool EventStream::is_closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

// [mutex_] Whether one is there: what was put may have been forgotten.
bool EventStream::has_after(uint64_t sequence) const {
  return !events_.empty() && events_.back().sequence > sequence;
}

// [mutex_]
void EventStream::put(std::string message) {
  bytes_ += message.size();
  events_.push_back({++last_, std::move(message)});
  changed_.notify_all();
}

// [mutex_] The oldest of those that have been taken, where there is too much.
void EventStream::forget() {
  while (bytes_ > kMostBytes / 2 && !events_.empty() && events_.front().sequence < taken_) {
    bytes_ -= events_.front().message.size();
    events_.pop_front();
  }
  if (bytes_ > kMostBytes && !events_.empty() && events_.front().sequence == taken_) {
    bytes_ -= events_.front().message.size();
    events_.pop_front();
  }
}

std::shared_ptr<EventStream> EventStreams::add() {
  const std::lock_guard lock(mutex_);
  const auto closed = [](const auto& one) { return one.second->is_closed(); };
  // The oldest are first.
  while (static_cast<size_t>(std::count_if(answers_.begin(), answers_.end(), closed)) >= kKept)
    answers_.erase(std::find_if(answers_.begin(), answers_.end(), closed));
  ++last_;
  return answers_[last_] = std::make_shared<EventStream>(last_);
}

std::optional<EventStreams::Place> EventStreams::find(std::string_view event_id) const {
  const size_t dash = std::min(event_id.find('-'), event_id.size());
  const auto number = http::parse_decimal(event_id.substr(0, dash));
  const auto sequence = http::parse_decimal(event_id.substr(std::min(dash + 1, event_id.size())));
  if (!number || !sequence) return std::nullopt;
  if (*number == 0) return Place{own_, *sequence};
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(*number);
  if (found == answers_.end()) return std::nullopt;
  return Place{found->second, *sequence};
}

}  // namespace tenon::tools
