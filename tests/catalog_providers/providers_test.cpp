// Every method of the catalog's providers over the real command line, plugins and host.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct Outcome {
  int code = -1;
  std::string text;  // both streams
};

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

class CatalogProviders : public testing::Test {
 protected:
  Outcome run(const std::string& arguments, const std::string& deployment = TENON_DEPLOYMENT) {
    const std::string command = std::string("timeout 60 ") + TENON_PROGRAM + " " + arguments +
                                " -c " + quoted(deployment) + " --data " +
                                quoted((folder_ / "data").string()) + " 2>&1";
    Outcome out;
    FILE* pipe = ::popen(command.c_str(), "r");
    if (!pipe) return out;
    std::array<char, 4096> buffer{};
    while (const size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
      out.text.append(buffer.data(), count);
    out.code = WEXITSTATUS(::pclose(pipe));
    return out;
  }
  Outcome call_raw(const std::string& interface, const std::string& method,
                   const json::value& input) {
    return run("call --json " + interface + " " + method + " " + quoted(json::serialize(input)));
  }
  json::value call(const std::string& interface, const std::string& method,
                   const json::value& input = json::object()) {
    const Outcome out = call_raw(interface, method, input);
    EXPECT_EQ(out.code, 0) << out.text;
    json::error_code failed;
    auto value = json::parse(out.text, failed);
    EXPECT_FALSE(failed) << out.text;
    return value;
  }
  json::value source(const std::string& method, const json::value& input = json::object()) {
    return call("tenon.catalog.source/1", method, input);
  }
  json::value scraper(const std::string& instance, const std::string& method,
                      const json::value& input = json::object()) {
    return call("test.probe/1", "call",
                {{"interface", "tenon.catalog.scraper/1"},
                 {"instance", instance},
                 {"method", method},
                 {"input", input}});
  }
  static const json::object& with(const json::value& page, const char* member, const char* value) {
    for (const auto& product : page.at("products").as_array())
      if (product.at(member) == value) return product.as_object();
    throw std::out_of_range(value);
  }
  // A deployment of one plugin with this configuration in YAML, `line` of its first line is 8.
  std::string deployment(const std::string& plugin, const std::string& config) {
    const fs::path file = folder_ / "deployment.yaml";
    std::ofstream(file) << "host:\n  plugin_dirs: [\"" << TENON_PLUGINS
                        << "\"]\nhttp:\n  listen: 127.0.0.1:0\nplugins:\n  " << plugin
                        << ":\n    config:\n"
                        << config;
    return file.string();
  }

  tenon::ScratchFolder scratch_;
  fs::path folder_ = scratch_.path();
};

TEST_F(CatalogProviders, TheDeploymentChecks) {
  const Outcome out = run("check");
  EXPECT_EQ(out.code, 0) << out.text;
}

TEST_F(CatalogProviders, EveryLibraryCanBeInspected) {
  for (const char* name : {"source-halilit", "scraper-structured", "scraper-boss",
                           "scorer-necessity", "scorer-accessory", "scorer-related"}) {
    const std::string library = std::string(TENON_PLUGINS) + "/" + name + ".so";
    FILE* pipe = ::popen((std::string(TENON_PROGRAM) + " inspect " + quoted(library)).c_str(), "r");
    std::string text;
    std::array<char, 4096> buffer{};
    while (const size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
      text.append(buffer.data(), count);
    EXPECT_EQ(::pclose(pipe), 0) << name;
    EXPECT_THAT(text, HasSubstr("tenon.catalog.")) << name;
  }
}

TEST_F(CatalogProviders, TheSourceListsTheDemosBrandsAndProducts) {
  const auto brands = source("list_brands").at("brands").as_array();
  std::map<std::string, int64_t> counts;
  for (const auto& brand : brands)
    counts[brand.at("id").as_string().c_str()] = brand.at("products").as_int64();
  EXPECT_THAT(counts, ElementsAre(std::pair("auralis", 16), std::pair("bramble", 12),
                                  std::pair("kestrel-audio", 14), std::pair("oakbeat", 7),
                                  std::pair("tarnwood", 15)));

  const auto all = source("list_products", {{"limit", 1000}});
  EXPECT_EQ(all.at("products").as_array().size(), 64u);
  EXPECT_FALSE(all.as_object().contains("next_cursor"));
  const auto& nova = with(all, "sku", "AU-NOVA61");
  EXPECT_EQ(nova.at("price"), "4990.00");
  EXPECT_EQ(nova.at("currency"), "ILS");
  EXPECT_EQ(nova.at("brand"), "Auralis");
  EXPECT_EQ(nova.at("in_stock"), true);
  EXPECT_EQ(nova.at("provenance").at("price").at("source"), "demo-dealer");

  const auto first = source("list_products", {{"brand", "auralis"}, {"limit", 10}});
  EXPECT_EQ(first.at("products").as_array().size(), 10u);
  const auto second = source(
      "list_products", {{"brand", "auralis"}, {"limit", 10}, {"cursor", first.at("next_cursor")}});
  EXPECT_EQ(second.at("products").as_array().size(), 6u);
  EXPECT_EQ(second.at("change"), all.at("change"));
}

TEST_F(CatalogProviders, TheSourceReportsItsBadRows) {
  const auto report = source("report");
  EXPECT_EQ(report.at("rows"), 71);
  EXPECT_EQ(report.at("products"), 64);
  EXPECT_EQ(report.at("skipped"), 7);
  EXPECT_EQ(report.at("reasons").at("repaired_price"), 13);
  EXPECT_GE(report.at("problems").as_array().size(), 30u);
}

TEST_F(CatalogProviders, ImportedListsStayForTheNextHost) {
  const std::string list = (folder_ / "extra.csv").string();
  std::ofstream(list) << "sku,name,brand,price\nAU-X1,Auralis X1,Auralis,12.50\n";
  const auto imported = source("import", {{"files", {list}}});
  EXPECT_EQ(imported.at("imported"), json::value({"extra.csv"}));
  EXPECT_EQ(imported.at("products"), 65);
  fs::remove(list);
  const auto all = source("list_products", {{"brand", "auralis"}, {"limit", 1000}});
  EXPECT_EQ(with(all, "sku", "AU-X1").at("price"), "12.50");

  const Outcome refused =
      call_raw("tenon.catalog.source/1", "import", {{"files", {"/no/such.csv"}}});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.text, HasSubstr("/no/such.csv"));
}

TEST_F(CatalogProviders, InputsAreHeldAgainstTheirSchema) {
  const Outcome out = call_raw("tenon.catalog.source/1", "list_products", {{"limit", 0}});
  EXPECT_NE(out.code, 0);
  EXPECT_THAT(out.text, HasSubstr("limit"));
}

TEST_F(CatalogProviders, TheStructuredScraperReadsTheDemosPages) {
  const auto models = scraper("auralis", "discover_models");
  EXPECT_EQ(models.at("brand"), "auralis");
  EXPECT_EQ(models.at("models").as_array().size(), 15u);
  const json::value nova{{"model", "Nova 61"}};
  const auto manuals = scraper("auralis", "extract_manuals", nova).at("media").as_array();
  ASSERT_EQ(manuals.size(), 2u);
  EXPECT_EQ(manuals[0].at("type"), "pdf");
  EXPECT_TRUE(manuals[0].at("url").as_string().starts_with("/demo/auralis/manuals/"));
  EXPECT_GE(scraper("auralis", "extract_official_gallery", nova).at("media").as_array().size(), 1u);
  EXPECT_GE(scraper("auralis", "extract_specs", nova).at("specs").as_array().size(), 6u);
}

TEST_F(CatalogProviders, ProductsCarryTheDeclaredEvidenceOfThePage) {
  const auto page = scraper("auralis", "products", {{"limit", 1000}});
  const auto& nova = with(page, "name", "Nova 61");
  EXPECT_EQ(nova.at("official_manuals").as_array().size(), 2u);
  EXPECT_EQ(nova.at("official_url"), "https://auralis.example/products/nova-61");
  std::vector<std::string> required;
  for (const auto& declared : nova.at("declared").as_array()) {
    if (declared.at("kind") != "requires") continue;
    required.emplace_back(declared.at("target_name").as_string());
    EXPECT_EQ(declared.at("source_url"), nova.at("official_url"));
    EXPECT_EQ(declared.at("content_sha256").as_string().size(), 64u);
    EXPECT_GT(declared.at("position").to_number<int64_t>(), 0);
    EXPECT_FALSE(declared.at("sentence").as_string().empty());
  }
  EXPECT_THAT(required, ElementsAre("SP-1 Sustain Pedal", "PSA-12 Power Supply"));
}

TEST_F(CatalogProviders, ScrapersReportAndRefuseWhatTheyDoNotKnow) {
  const auto report = scraper("bramble", "report");
  EXPECT_EQ(report.at("rows"), report.at("products"));
  EXPECT_GE(report.at("products").as_int64(), 10);
  const auto refused = [&](const char* method, const json::value& input) {
    return call_raw("test.probe/1", "call",
                    {{"interface", "tenon.catalog.scraper/1"},
                     {"instance", "auralis"},
                     {"method", method},
                     {"input", input}});
  };
  const Outcome model = refused("extract_specs", {{"model", "Nova 99"}});
  EXPECT_NE(model.code, 0);
  EXPECT_THAT(model.text, HasSubstr("Nova 99"));
  const Outcome brand = refused("products", {{"brand", "bramble"}});
  EXPECT_NE(brand.code, 0);
  EXPECT_THAT(brand.text, HasSubstr("auralis"));
}

TEST_F(CatalogProviders, TheBossScraperReadsSupportPages) {
  EXPECT_EQ(scraper("scraper-boss", "discover_models").at("models"), json::value({"ZZ-9"}));
  const auto manuals =
      scraper("scraper-boss", "extract_manuals", {{"model", "ZZ-9"}}).at("media").as_array();
  ASSERT_EQ(manuals.size(), 2u);
  EXPECT_EQ(manuals[0].at("url"), "https://boss.example/by_product/zz-9/1/");
  EXPECT_EQ(manuals[0].at("label"), "[English] ZZ-9 Owner's Manual");
  EXPECT_EQ(scraper("scraper-boss", "report").at("reasons").at("no_product"), 1);
}

TEST_F(CatalogProviders, ScorersTellTheirRulesAndEverySettingInEffect) {
  const auto necessity = call("test.probe/1", "model", {{"instance", "scorer-necessity"}});
  EXPECT_EQ(necessity.at("model").at("kind"), "necessity");
  EXPECT_EQ(necessity.at("model").at("rules").as_array().size(), 4u);
  EXPECT_EQ(necessity.at("settings").at("threshold"), 60);
  EXPECT_EQ(necessity.at("settings").at("weights").at("power"), 70);
  EXPECT_GT(necessity.at("settings").at("words").at("cable").as_array().size(), 10u);
  EXPECT_FALSE(necessity.at("settings").as_object().contains("families"));

  const auto related = call("test.probe/1", "model", {{"instance", "scorer-related"}});
  EXPECT_EQ(related.at("model").at("limit"), 4);
  EXPECT_EQ(related.at("settings").at("weights").at("price"), 45);
  EXPECT_EQ(related.at("settings").at("weights").at("brand"), 40);
  EXPECT_EQ(related.at("settings").at("price_within_percent"), 50);
}

TEST_F(CatalogProviders, ScorersComputeFeaturesAndExplainAPair) {
  const json::object synth{{"name", "Nova 61"},
                           {"brand", "Auralis"},
                           {"category", "Synthesizers"},
                           {"universal_category", "Keys & Pianos"},
                           {"price", 499000},
                           {"specs", {{"Input voltage", "12 V"}}}};
  const json::object supply{{"name", "PSA-12 Power Supply"},
                            {"brand", "Auralis"},
                            {"category", "Accessories"},
                            {"universal_category", "Accessories"},
                            {"price", 12900},
                            {"specs", {{"Output voltage", "12 V"}}}};
  const auto pair = [&](const char* instance, uint64_t fired) {
    return call("test.probe/1", "pair",
                {{"instance", instance}, {"a", synth}, {"b", supply}, {"fired", fired}});
  };
  const auto necessity = pair("scorer-necessity", 0b1001);
  const auto& flags = necessity.at("flags").as_array();
  EXPECT_EQ(flags[0].to_number<uint64_t>() & 1, 1u);
  EXPECT_NE(flags[1].to_number<uint64_t>(), 0u);
  const auto& proofs = necessity.at("proofs").as_array();
  ASSERT_EQ(proofs.size(), 2u);
  EXPECT_EQ(proofs[0].at("id"), "power");
  EXPECT_EQ(proofs[0].at("points"), 70);
  EXPECT_THAT(json::serialize(proofs[0].at("matched")), HasSubstr("\"power supply\""));
  EXPECT_EQ(proofs[1].at("id"), "spec");
  EXPECT_EQ(proofs[1].at("matched").as_array().size(), 1u);

  const auto accessory = pair("scorer-accessory", 0b100);
  EXPECT_EQ(accessory.at("proofs").at(0).at("id"), "brand_accessory");
  const auto& brands = accessory.at("keys").at(0).as_array();
  EXPECT_EQ(brands[0], brands[1]);
  EXPECT_EQ(pair("scorer-related", 0b1000).at("proofs").at(0).at("id"), "brand");

  const Outcome undeclared =
      call_raw("test.probe/1", "pair",
               {{"instance", "scorer-accessory"}, {"a", synth}, {"b", supply}, {"fired", 0b1000}});
  EXPECT_NE(undeclared.code, 0);
  EXPECT_THAT(undeclared.text, HasSubstr("fired[0]"));
}

TEST_F(CatalogProviders, WrongConfigurationsAreNamedWithTheirPlace) {
  struct Case {
    const char* plugin;
    const char* config;
    std::vector<const char*> said;
  };
  for (const Case& test : std::vector<Case>{
           {"source-halilit", "      max_bad_share: 101\n", {"deployment.yaml:8", "max_bad_share"}},
           {"source-halilit", "      currency: Shekel\n", {"deployment.yaml:8", "currency"}},
           {"scraper-structured", "      brand: x\n", {"deployment.yaml:", "site"}},
           {"scraper-boss", "      brand: X Y\n      site: s\n", {"deployment.yaml:8", "brand"}},
           {"scorer-related", "      weights: {price: 1001}\n", {"deployment.yaml:8", "price"}},
           {"scorer-necessity", "      wieghts: {}\n", {"deployment.yaml:8", "wieghts"}}}) {
    const Outcome out = run("check", deployment(test.plugin, test.config));
    EXPECT_NE(out.code, 0) << test.plugin << out.text;
    for (const char* text : test.said) EXPECT_THAT(out.text, HasSubstr(text));
  }
}

TEST_F(CatalogProviders, WhatOnlyAPluginCanSeeIsNamedWhenItStarts) {
  struct Case {
    const char* plugin;
    const char* config;
    const char* interface;
    const char* method;
    const char* said;
  };
  for (const Case& test : std::vector<Case>{
           {"scraper-structured", "      brand: x\n      site: .\n      rules: {gallery: 'a[['}\n",
            "tenon.catalog.scraper/1", "discover_models", "rules.gallery"},
           {"source-halilit", "      vat_percents: [18, 170]\n", "tenon.catalog.source/1",
            "list_brands", "vat_percents[1]"},
           {"scraper-boss", "      brand: boss\n      site: nowhere\n", "tenon.catalog.scraper/1",
            "discover_models", "nowhere/manifest.csv"}}) {
    const Outcome out = run(std::string("call ") + test.interface + " " + test.method,
                            deployment(test.plugin, test.config));
    EXPECT_NE(out.code, 0) << test.plugin << out.text;
    EXPECT_THAT(out.text, HasSubstr(test.said)) << test.plugin;
  }
}

}  // namespace
