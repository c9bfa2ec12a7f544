// Two plugins that call each other: each asks the other as often as it is told to.
#include <tenon/plugin.hpp>

struct Ball {
  int64_t throws = 0;  // that are left; -1: without end
  std::string way = "";

  static constexpr tenon::Field fields[] = {{.name = "way", .optional = true}};
  BOOST_DESCRIBE_CLASS(Ball, (), (throws, way), (), ())
};

class Circle {
 public:
  explicit Circle(tenon::Host& host) : host_(host) {}

  tenon::Result<Ball> first(tenon::Call& call, const Ball& in) { return pass(call, in, "second"); }
  tenon::Result<Ball> second(tenon::Call& call, const Ball& in) { return pass(call, in, "first"); }

 private:
  tenon::Result<Ball> pass(tenon::Call& call, const Ball& in, const char* next) {
    Ball out{in.throws, in.way + std::string(host_.instance())};
    if (in.throws == 0) return out;
    if (in.throws > 0) --out.throws;
    out.way += " ";
    TN_TRY(const auto method, host_.messages().resolve(call, {OTHER_INTERFACE}, next));
    return method.call<Ball>(call, out);
  }

  tenon::Host& host_;
};

TENON_PLUGIN(Circle, tenon::about(CIRCLE_ID, "1.0.0", "Throws a ball to the other"),
             tenon::needs(OTHER_INTERFACE).optional(),
             tenon::provides(OWN_INTERFACE, "1.0.0", tenon::method<&Circle::first>("first"),
                             tenon::method<&Circle::second>("second")))
