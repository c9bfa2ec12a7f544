#include "host/app/mcp_bridge.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "host/http/text.hpp"
#include "tenon/json.hpp"

namespace tenon::app {
namespace {

using tools::Outlet;

constexpr size_t kCalls = 64;
constexpr std::chrono::milliseconds kAgain{500};

// One exchange with the host. What comes as events goes out while it comes.
class Exchange {
 public:
  Exchange(const RunningHost& host, const char* method, const std::string& session,
           const Outlet& out, const std::atomic<bool>* stopping)
      : out_(out), stopping_(stopping), curl_(curl_easy_init(), curl_easy_cleanup) {
    add_header("Authorization: Bearer " + host.token);
    add_header("Content-Type: application/json");
    add_header("Accept: application/json, text/event-stream");
    if (!session.empty()) add_header("Mcp-Session-Id: " + session);
    set(CURLOPT_URL, (host.url + "/mcp").c_str());
    set(CURLOPT_CUSTOMREQUEST, method);
    set(CURLOPT_PROXY, "");  // the host is on this machine
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_WRITEFUNCTION, &Exchange::body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Exchange::header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Exchange::stop);
    set(CURLOPT_XFERINFODATA, this);
  }

  Result<long> perform(const std::string* message) {
    if (message) {
      set(CURLOPT_POSTFIELDS, message->data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message->size()));
    }
    set(CURLOPT_HTTPHEADER, headers_.get());
    const CURLcode failed = curl_easy_perform(curl_.get());
    if (failed != CURLE_OK)
      return Error{Code::unavailable,
                   fmt::format("the host does not answer: {}", curl_easy_strerror(failed))};
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  const std::string& session() const { return session_; }
  // Of what did not come as events.
  std::string_view text() const { return streams_ ? std::string_view() : text_; }
  bool answered() const { return answered_; }  // by an event

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl_.get(), option, value);
  }
  void add_header(const std::string& line) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  }

  static size_t header(char* data, size_t size, size_t count, void* self) {
    const std::string_view line(data, size * count);
    const size_t colon = line.find(':');
    if (colon == line.npos) return line.size();
    auto& exchange = *static_cast<Exchange*>(self);
    std::string_view value = line.substr(colon + 1);
    while (value.ends_with('\n') || value.ends_with('\r')) value.remove_suffix(1);
    if (http::iequals(line.substr(0, colon), "mcp-session-id"))
      exchange.session_ = http::trim(value);
    if (http::iequals(line.substr(0, colon), "content-type"))
      exchange.streams_ = http::trim(value).starts_with("text/event-stream");
    return line.size();
  }
  static size_t body(char* data, size_t size, size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    exchange.text_.append(data, size * count);
    if (exchange.streams_) exchange.take_events();
    return size * count;
  }
  static int stop(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto* stopping = static_cast<Exchange*>(self)->stopping_;
    return stopping && *stopping ? 1 : 0;
  }

  // Our host writes each message on one line.
  void take_events() {
    constexpr std::string_view kData = "data: ";
    size_t begin = 0;
    for (size_t end; (end = text_.find('\n', begin)) != text_.npos; begin = end + 1) {
      const auto line = std::string_view(text_).substr(begin, end - begin);
      if (!line.starts_with(kData)) continue;
      const auto message = line.substr(kData.size());
      answered_ |= is_answer(message);
      out_(std::string(message));
    }
    text_.erase(0, begin);
  }

  static bool is_answer(std::string_view text) {
    const auto document = tools::parse_rpc_text(text);
    if (std::holds_alternative<tools::RpcError>(document)) return false;
    const auto message = tools::parse_rpc(std::get<boost::json::value>(document));
    const auto* found = std::get_if<tools::RpcMessage>(&message);
    return found && found->kind == tools::RpcMessage::Kind::response;
  }

  const Outlet& out_;
  const std::atomic<bool>* stopping_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_{nullptr,
                                                                       curl_slist_free_all};
  std::string session_;
  bool streams_ = false;
  bool answered_ = false;
  std::string text_;
};

// The reason in a JSON-RPC error or in a problem document.
std::string reason_in(std::string_view text, long status) {
  if (const auto parsed = json::parse(text); parsed.ok() && parsed->is_object()) {
    for (const char* place : {"/error/message", "/detail"}) {
      boost::json::error_code failed;
      const auto* found = parsed->find_pointer(place, failed);
      if (found && found->is_string()) return std::string(found->get_string());
    }
  }
  return fmt::format("the host answered {}", status);
}

}  // namespace

McpBridge::McpBridge(RunningHost host, Outlet out)
    : host_(std::move(host)), out_(std::move(out)), threads_(kCalls) {}

McpBridge::~McpBridge() {
  (void)threads_.wait(tools::kLastCalls);
  if (const auto id = session(); !id.empty())
    (void)Exchange(host_, "DELETE", id, out_, nullptr).perform(nullptr);
  stopping_ = true;
  if (listener_.joinable()) listener_.join();
}

std::string McpBridge::session() const {
  const std::lock_guard lock(mutex_);
  return session_;
}

void McpBridge::take(std::string line) {
  const auto document = tools::parse_rpc_text(line);
  if (const auto* error = std::get_if<tools::RpcError>(&document))
    return out_(tools::rpc_error(nullptr, *error));
  const auto& value = std::get<boost::json::value>(document);
  if (value.is_array())
    return threads_.run([this, line = std::move(line)] { post(line, nullptr, true); });
  const auto parsed = tools::parse_rpc(value);
  if (const auto* error = std::get_if<tools::RpcError>(&parsed))
    return out_(tools::rpc_error(tools::rpc_id_of(value), *error));
  const auto& message = std::get<tools::RpcMessage>(parsed);
  // A call takes its time; all else keeps its order.
  if (message.method != "tools/call") {
    post(line, message.id, message.kind == tools::RpcMessage::Kind::request);
  } else {
    threads_.run([this, line = std::move(line), id = message.id] { post(line, id, true); });
  }
  if (message.method == "notifications/initialized" && !listener_.joinable())
    listener_ = std::thread([this] { listen(); });
}

void McpBridge::post(const std::string& line, const boost::json::value& id, bool waits) {
  Exchange exchange(host_, "POST", session(), out_, &stopping_);
  const auto status = exchange.perform(&line);
  if (!exchange.session().empty()) {
    const std::lock_guard lock(mutex_);
    session_ = exchange.session();
  }
  if (!waits || exchange.answered()) return;
  if (!status.ok()) return out_(tools::rpc_error(id, {tools::kServerBusy, status.error().message}));
  if (*status >= 300)
    return out_(tools::rpc_error(id, {tools::kServerBusy, reason_in(exchange.text(), *status)}));
  // Nothing: the call was cancelled, or the list had no request in it.
  if (!exchange.text().empty()) out_(std::string(exchange.text()));
}

// What the host tells by itself, as long as there is the session.
void McpBridge::listen() {
  while (!stopping_) {
    const auto status = Exchange(host_, "GET", session(), out_, &stopping_).perform(nullptr);
    if (status.ok() && *status != 200) return;
    for (auto waited = std::chrono::milliseconds(0); waited < kAgain && !stopping_;
         waited += std::chrono::milliseconds(50))
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace tenon::app
