#include <tenon/plugin.hpp>

struct Person {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Person, (), (name))

struct Greeting {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Greeting, (), (text))

class @CLASS@ {
 public:
  struct Config {
    std::string greeting = "Hello";
    BOOST_DESCRIBE_CLASS(Config, (), (greeting), (), ())
  };
  @CLASS@(tenon::Host&, const Config& config) : config_(config) {}

  tenon::Result<Greeting> greet(const Person& person) { return Greeting{config_.greeting + ", " + person.name}; }
  void page(tenon::Request& request, tenon::Response& response) {
    response.text(config_.greeting + ", " + std::string(request.param("name")) + "\n");
  }

 private:
  Config config_;
};

TENON_PLUGIN(@CLASS@, tenon::about("@NAME@", "0.1.0", "Greets people"),
             tenon::get<&@CLASS@::page>("/@NAME@/{name}"),
             tenon::provides("@NAME@.greeter/1", "1.0.0",
                             tenon::method<&@CLASS@::greet>("greet", "Greets a person")))
