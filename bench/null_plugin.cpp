// Does nothing as fast as a plugin can: what is left is the cost of the host.
#include <tenon/plugin.hpp>

class Null {
 public:
  void route(tenon::Request&, tenon::Response& response) {
    response.send("application/json", R"({"hello":"w"})");
  }
  void nothing() {}
};

TENON_PLUGIN(Null, tenon::about("bench-null", "1.0.0", "Does nothing"),
             tenon::get<&Null::route>("/api/bench/{id}"),
             tenon::provides("bench.null/1", "1.0.0", tenon::method<&Null::nothing>("nothing")))
