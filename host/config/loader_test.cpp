#include "host/config/loader.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace tenon::config {
namespace {

LoadOptions test_options() {
  LoadOptions options;
  options.environment = [](const std::string&) { return std::nullopt; };
  return options;
}

TEST(LoadText, ReadsValuesWithTheirPositions) {
  Document document = load_text("a: 1\nb:\n  - x\n  - é: y\n", "t.yaml", test_options());

  ASSERT_TRUE(document.ok()) << to_string(document.problems);
  EXPECT_EQ(boost::json::serialize(document.root.to_json(Secrets::reveal)),
            R"({"a":1,"b":["x",{"é":"y"}]})");
  EXPECT_EQ(document.root.find("b")->list()->at(1).find("é")->mark.to_string(), "t.yaml:4:8");
}

}  // namespace
}  // namespace tenon::config
