// A small subset of CSS selectors, for sites without structured data.
//
//   tag  *  .class  #id  [attr]  [attr=v]  [attr^=v]  [attr$=v]  [attr*=v]   joined in any number
//   A B   (B below A)      A > B   (B a child of A)      A, B   (either)
//   a trailing @attr names the attribute to read instead of the text: "a.manual@href"
//
// Values may be quoted. Names compare without case, values with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/page/html_document.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

class Selector {
 public:
  // An error names the column and what was expected there.
  static Result<Selector> parse(std::string_view text);

  bool matches(HtmlNode element) const;

  // Matching elements below `root` in document order, at most `limit`.
  std::vector<HtmlNode> select(HtmlNode root, size_t limit = 10'000) const;

  // The @attr of the selector, or the text of the element.
  std::string value_of(HtmlNode element) const;
  const std::string& attribute_name() const { return attribute_; }

 private:
  friend class SelectorParser;
  enum class Operator { present, equals, starts, ends, contains };
  struct Condition {
    Operator op = Operator::present;
    std::string name;
    std::string value;
    bool word = false;  // a class: one word of the attribute
  };
  struct Step {
    std::string tag;  // empty: any
    std::vector<Condition> conditions;
    bool child = false;  // must be a child of the step before, not any descendant
  };
  using Path = std::vector<Step>;

  static bool step_matches(const Step& step, HtmlNode element);
  static bool path_matches(const Path& path, HtmlNode element);

  std::vector<Path> paths_;
  std::string attribute_;
};

}  // namespace tenon::catalog
