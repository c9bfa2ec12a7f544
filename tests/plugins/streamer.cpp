// Streams both ways, forms, headers and limits.
#include <tenon/plugin.hpp>

#include <atomic>
#include <thread>

class Streamer {
 public:
  // Server-sent events: as many as asked for, or until the client goes.
  void events(tenon::Request& request, tenon::Response& response) {
    const auto wanted = request.query("count");
    const long count = wanted ? std::strtol(wanted->c_str(), nullptr, 10) : -1;
    if (!response.begin("text/event-stream")) return;
    ++running_;
    for (long i = 0; count < 0 || i < count; ++i) {
      if (!response.write("data: " + std::to_string(i) + "\n\n")) break;
      if (count < 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    --running_;
    response.finish();
  }
  void running(tenon::Request&, tenon::Response& response) {
    response.text(std::to_string(running_.load()));
  }
  // Sends back the body in pieces of `room` bytes, each as soon as it has come.
  void echo(tenon::Request& request, tenon::Response& response) {
    const auto wanted = request.query("room");
    std::array<char, 1000> chunk;
    const size_t room = wanted ? std::strtoul(wanted->c_str(), nullptr, 10) : chunk.size();
    if (room > chunk.size() || !response.begin("application/octet-stream")) return;
    for (;;) {
      const auto size = request.read(chunk.data(), room);
      if (!size.ok()) return;
      if (*size == 0) break;
      if (!response.write({chunk.data(), *size})) return;
    }
    response.finish();
  }
  tenon::Result<void> small(tenon::Request& request, tenon::Response& response) {
    TN_TRY(const auto body, request.body());
    response.text(std::to_string(body.size()));
    return {};
  }
  tenon::Result<void> form(tenon::Request& request, tenon::Response& response) {
    TN_TRY(const auto body, request.body());
    response.header("X-Seen-Type", request.header("content-type").value_or("none")).text(body);
    return {};
  }
  void correlation(tenon::Request& request, tenon::Response& response) {
    response.text(tenon::view(request.call().raw().request_id));
  }
  void slow(tenon::Request&, tenon::Response& response) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    response.text("slow");
  }

 private:
  std::atomic<int> running_{0};
};

TENON_PLUGIN(
    Streamer, tenon::about("streamer", "1.0.0", "Streams both ways"),
    tenon::get<&Streamer::events>("/stream/events").produces("text/event-stream"),
    tenon::get<&Streamer::running>("/stream/running"), tenon::post<&Streamer::echo>("/stream/echo"),
    tenon::post<&Streamer::small>("/stream/small").max_body(1000),
    tenon::post<&Streamer::form>("/stream/form").consumes("application/x-www-form-urlencoded"),
    tenon::get<&Streamer::correlation>("/stream/correlation"),
    tenon::get<&Streamer::slow>("/stream/slow"))
