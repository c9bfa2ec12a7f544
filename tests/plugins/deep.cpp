// Handlers that use their stack: within what they are given, and beyond it.
#include <tenon/plugin.hpp>

class Deep {
 public:
  void down(tenon::Request& request, tenon::Response& response) {
    const uint64_t kib = std::strtoull(std::string(request.param("kib")).c_str(), nullptr, 10);
    response.text(std::to_string(descend(kib)));
  }
  void throws(tenon::Request&, tenon::Response&) { throw std::runtime_error("thrown on purpose"); }
  void throws_number(tenon::Request&, tenon::Response&) { throw 42; }
  tenon::Result<void> fails(tenon::Request&, tenon::Response&) {
    return tenon::Error{tenon::Code::conflict, "somebody else was faster", "name"};
  }

 private:
  // One KiB of stack or a little more for each level.
  [[gnu::noinline]] static uint64_t descend(uint64_t levels) {
    volatile char frame[1024];
    frame[0] = static_cast<char>(levels);
    frame[1023] = 1;
    if (levels == 0) return 0;
    return descend(levels - 1) + static_cast<uint64_t>(frame[1023]);
  }
};

TENON_PLUGIN(Deep, tenon::about("deep", "1.0.0", "Uses its stack"),
             tenon::get<&Deep::down>("/deep/{kib}"), tenon::get<&Deep::throws>("/throws"),
             tenon::get<&Deep::throws_number>("/throws-number"), tenon::get<&Deep::fails>("/fails"))
