// Calls the shop several times in one request and says which versions it met.
#include <tenon/plugin.hpp>

struct Met {
  int version = 0;
  int64_t visits = 0;
  std::string greeting;
};
BOOST_DESCRIBE_STRUCT(Met, (), (version, visits, greeting))

class Shopper {
 public:
  explicit Shopper(tenon::Host& host) : host_(host) {}

  tenon::Result<void> start(tenon::Call& call) {
    TN_TRY(visit_, host_.messages().resolve(call, {"demo.shop/1"}, "visit"));
    return {};
  }

  tenon::Result<void> trip(tenon::Request& request, tenon::Response& response) {
    std::string versions;
    for (int i = 0; i < 4; ++i) {
      TN_TRY(const auto met, visit_->call<Met>(request.call(), tenon::Nothing()));
      versions += std::to_string(met.version);
    }
    response.text(versions);
    return {};
  }

 private:
  tenon::Host& host_;
  std::optional<tenon::Method> visit_;
};

TENON_PLUGIN(Shopper, tenon::about("shopper", "1.0.0", "Visits the shop several times"),
             tenon::get<&Shopper::trip>("/shopper/trip"), tenon::needs("demo.shop/1"))
