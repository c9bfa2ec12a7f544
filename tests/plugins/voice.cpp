// One interface in several versions, by several instances.
#include <tenon/plugin.hpp>

#ifndef VOICE_VERSION
#define VOICE_VERSION "1.0.0"
#endif

struct Said {
  std::string instance;
  std::string version;
};
BOOST_DESCRIBE_STRUCT(Said, (), (instance, version))

class Voice {
 public:
  explicit Voice(tenon::Host& host) : host_(host) {}
  Said speak() { return {std::string(host_.instance()), VOICE_VERSION}; }

 private:
  tenon::Host& host_;
};

TENON_PLUGIN(Voice, tenon::about(VOICE_ID, VOICE_VERSION, "Says who it is"),
             tenon::provides("test.voice/1", VOICE_VERSION,
                             tenon::method<&Voice::speak>("speak").idempotent()))
