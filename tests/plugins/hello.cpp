#include <tenon/plugin.hpp>

struct Person {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Person, (), (name))
struct Greeting {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Greeting, (), (text))

class Hello {
 public:
  tenon::Result<Greeting> greet(const Person& in) { return Greeting{"Hello, " + in.name}; }
  void page(tenon::Request& request, tenon::Response& response) {
    response.text("Hello, " + std::string(request.param("name")));
  }
};

TENON_PLUGIN(Hello, tenon::about("hello", "1.0.0", "Greets people"),
             tenon::get<&Hello::page>("/hello/{name}"),
             tenon::provides("demo.greeter/1", "1.0.0",
                             tenon::method<&Hello::greet>("greet", "Greets a person")))
