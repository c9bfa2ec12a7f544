// One plugin in many versions, good and bad, for reloads: -DSHOP_VERSION=2 and at most one fault.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <tenon/clock.hpp>
#include <tenon/plugin.hpp>
#include <thread>

#ifndef SHOP_VERSION
#define SHOP_VERSION 1
#endif
#define SHOP_TEXT_OF(x) #x
#define SHOP_TEXT(x) SHOP_TEXT_OF(x)

struct Said {
  int version = SHOP_VERSION;
  int64_t visits = 0;
  std::string greeting;
};
BOOST_DESCRIBE_STRUCT(Said, (), (version, visits, greeting))

#ifdef SHOP_LEAKS
// A destructor of a thread's own keeps the library mapped for as long as that thread lives.
struct Pinned {
  ~Pinned() { touched = 0; }
  volatile int touched = 0;
};
thread_local Pinned pinned;
#endif

struct ShopConfig {
  std::string greeting = "welcome";
  int slow_us = 0;
};
BOOST_DESCRIBE_STRUCT(ShopConfig, (), (greeting, slow_us))

class Shop {
 public:
  using Config = ShopConfig;

  Shop(tenon::Host& host, const Config& config) : host_(host), config_(config) {
#ifdef SHOP_FAILS_CREATE
    throw std::runtime_error("the shelves are missing");
#endif
  }

  tenon::Result<void> start(tenon::Call&) {
#ifdef SHOP_FAILS_START
    return tenon::Error{tenon::Code::unavailable, "the till does not open"};
#endif
#ifdef SHOP_HANGS_IN_START
    std::this_thread::sleep_for(std::chrono::hours(1));
#endif
    return {};
  }

  tenon::Result<void> probe(tenon::Call&) {
#ifdef SHOP_FAILS_PROBE
    return tenon::Error{tenon::Code::unavailable, "the door is locked"};
#endif
    return {};
  }

  tenon::Result<std::string> save_state(tenon::Call&) {
    return std::to_string(visits_.load());
  }
  tenon::Result<void> restore_state(tenon::Call&, std::string_view state) {
#ifdef SHOP_FAILS_RESTORE
    return tenon::Error{tenon::Code::invalid, "the books are in another form"};
#endif
    visits_ = std::atoll(std::string(state).c_str());
    return {};
  }

  tenon::Result<Said> visit() {
    return serve();
  }
  tenon::Result<void> page(tenon::Request&, tenon::Response& response) {
    TN_TRY(const auto said, serve());
    response.header("X-Shop-Version", SHOP_TEXT(SHOP_VERSION));
    response.json(said);
    return {};
  }
#if SHOP_VERSION >= 2
  void news(tenon::Request&, tenon::Response& response) {
    response.text("news");
  }
#endif
  // Streams for as long as the client wants.
  void stream(tenon::Request& request, tenon::Response& response) {
    const auto count = std::atoi(request.query("chunks").value_or("10").c_str());
    response.begin("text/plain");
    for (int i = 0; i < count && response.write("version " SHOP_TEXT(SHOP_VERSION) "\n"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    response.finish();
  }

 private:
  tenon::Result<Said> serve() {
    const auto visits = ++visits_;
#ifdef SHOP_LEAKS
    pinned.touched = 1;
#endif
#ifdef SHOP_ERRS
    if (visits % 20 == 0) return tenon::Error{tenon::Code::internal, "out of stock"};
#endif
#ifdef SHOP_MISSES
    if (visits % 2 == 0) return tenon::Error{tenon::Code::not_found, "there is no such shelf"};
#endif
#ifdef SHOP_SLOW
    std::this_thread::sleep_for(std::chrono::microseconds(3 * std::max(config_.slow_us, 1000)));
#else
    if (config_.slow_us) std::this_thread::sleep_for(std::chrono::microseconds(config_.slow_us));
#endif
#ifdef SHOP_CRASHES
    if (visits == 10) std::abort();
#endif
    return Said{SHOP_VERSION, visits, config_.greeting};
  }

  tenon::Host& host_;
  const Config config_;
  std::atomic<int64_t> visits_ = 0;
};

TENON_PLUGIN(Shop, tenon::about("shop", SHOP_TEXT(SHOP_VERSION) ".0.0", "Says its version"),
             tenon::get<&Shop::page>("/shop/page"),
             tenon::get<&Shop::stream>("/shop/stream").stream(),
#if SHOP_VERSION >= 2
             tenon::get<&Shop::news>("/shop/news"),
#endif
             tenon::page("/shop", "Shop", "shop.js"),
             tenon::provides("demo.shop/1", "1." SHOP_TEXT(SHOP_VERSION) ".0",
                             tenon::method<&Shop::visit>("visit", "Counts a visit").idempotent()))
