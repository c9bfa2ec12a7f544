#include "host/tools/mcp_server.hpp"

#include "host/tools/json_rpc.hpp"

namespace tenon::tools {
namespace {

// A reload takes a plugin away and brings it back: agents need not hear of both.
constexpr std::chrono::milliseconds kSettling{50};

}  // namespace

McpServer::McpServer(McpHost host)
    : host_(std::move(host)), teller_([this](std::stop_token stop) { tell_changes(stop); }) {}

void McpServer::stop() {
  teller_.request_stop();
  if (teller_.joinable()) teller_.join();
}

std::shared_ptr<const ToolList> McpServer::tools() {
  auto served = host_.served();
  const std::lock_guard lock(tools_mutex_);
  if (tools_ && served == served_) return tools_;
  tools_ = std::make_shared<const ToolList>(served, host_.settings.tools);
  served_ = std::move(served);
  return tools_;
}

void McpServer::changed() {
  const std::lock_guard lock(mutex_);
  changed_ = true;
  wake_.notify_one();
}

void McpServer::tell_changes(std::stop_token stop) {
  std::string told;
  bool first = true;
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return changed_; })) {
    (void)wake_.wait_for(lock, stop, kSettling, [] { return false; });
    if (stop.stop_requested()) return;
    changed_ = false;
    lock.unlock();
    const auto list = tools();
    lock.lock();
    const bool other = first || list->text() != told;
    first = false;
    told = list->text();
    if (!other) continue;
    // Outlets only put the message into a queue or a pipe.
    for (const auto* subscription : subscriptions_)
      subscription->outlet_(rpc_notification("notifications/tools/list_changed", {}));
  }
}

McpServer::Subscription::Subscription(McpServer& server, Outlet outlet)
    : server_(server), outlet_(std::move(outlet)) {
  const std::lock_guard lock(server_.mutex_);
  server_.subscriptions_.insert(this);
}

McpServer::Subscription::~Subscription() {
  const std::lock_guard lock(server_.mutex_);
  server_.subscriptions_.erase(this);
}

}  // namespace tenon::tools
