// Configuration of the catalog plugin, as YAML gives it.
#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "tenon/json.hpp"

namespace tenon::catalog {

struct MatchConfig {
  int64_t accept = 80;
  int64_t review = 50;

  static constexpr Field fields[] = {
      {.name = "accept",
       .description = "Confidence from which two records are joined without asking, in hundredths.",
       .minimum = 1,
       .maximum = 100},
      {.name = "review",
       .description = "Confidence from which a pair goes to the review list, in hundredths.",
       .minimum = 1,
       .maximum = 100}};
};
BOOST_DESCRIBE_STRUCT(MatchConfig, (), (accept, review))

struct CategoryRuleConfig {
  std::string pattern;
  std::string universal;
  std::string brand;

  static constexpr Field fields[] = {
      {.name = "pattern",
       .description = "Of the original category; * stands for anything.",
       .required = true},
      {.name = "universal",
       .description = "One of the eight universal categories.",
       .required = true},
      {.name = "brand", .description = "Id of the only brand it holds for; empty: any."}};
};
BOOST_DESCRIBE_STRUCT(CategoryRuleConfig, (), (pattern, universal, brand))

struct BundleConfig {
  int64_t discount_percent = 5;
  int64_t accessories = 2;

  static constexpr Field fields[] = {
      {.name = "discount_percent", .description = "", .minimum = 0, .maximum = 90},
      {.name = "accessories",
       .description = "How many of the best accessories join the necessities.",
       .minimum = 0,
       .maximum = 8}};
};
BOOST_DESCRIBE_STRUCT(BundleConfig, (), (discount_percent, accessories))

struct Config {
  MatchConfig match;
  std::vector<CategoryRuleConfig> categories;
  int64_t max_bad_share = 25;
  std::string export_folder;
  std::string media_folder;
  int64_t threads = 0;
  int64_t sample = 16;
  BundleConfig bundle;

  static constexpr Field fields[] = {
      {.name = "categories", .description = "Rules that come before the built-in ones."},
      {.name = "max_bad_share",
       .description = "A build fails when more than this percentage of its rows is bad.",
       .minimum = 0,
       .maximum = 100},
      {.name = "export_folder",
       .description = "Where exports go; empty: export in the plugin's data folder.",
       .path = PathAccess::write},
      {.name = "media_folder",
       .description = "Images and manuals served below /demo/.",
       .path = PathAccess::read},
      {.name = "threads", .description = "0: one a core.", .minimum = 0, .maximum = 1024},
      {.name = "sample",
       .description = "Products of each build checked against comparing all pairs.",
       .minimum = 0,
       .maximum = 10000}};
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (match, categories, max_bad_share, export_folder, media_folder, threads,
                       sample, bundle))

}  // namespace tenon::catalog
