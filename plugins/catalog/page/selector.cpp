#include "catalog/page/selector.hpp"

#include <algorithm>

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {

namespace {

constexpr size_t kMaxSelectorBytes = 1000;
constexpr size_t kMaxSteps = 16;

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool has_word(std::string_view text, std::string_view word) {
  for (size_t at = 0; (at = text.find(word, at)) != text.npos; ++at) {
    auto border = [&](size_t i) {
      return i >= text.size() || static_cast<unsigned char>(text[i]) <= ' ';
    };
    if ((at == 0 || border(at - 1)) && border(at + word.size())) return true;
  }
  return false;
}

}  // namespace

class SelectorParser {
 public:
  explicit SelectorParser(std::string_view text) : text_(text) {}

  Result<Selector> run() {
    if (text_.size() > kMaxSelectorBytes) return fail("a selector of at most 1000 bytes");
    Selector selector;
    for (;;) {
      TN_TRY(Selector::Path path, read_path());
      selector.paths_.push_back(std::move(path));
      skip_space();
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      break;
    }
    if (at_ < text_.size() && text_[at_] == '@') {
      ++at_;
      selector.attribute_ = ascii_lower(read_name());
      if (selector.attribute_.empty()) return fail("an attribute name after @");
    }
    skip_space();
    if (at_ < text_.size()) return fail("the end of the selector");
    return selector;
  }

 private:
  Error fail(std::string_view expected) const {
    std::string found = at_ < text_.size()
                            ? "'" + std::string(utf8_prefix(text_.substr(at_), 12)) + "'"
                            : "the end";
    return Error{Code::invalid,
                 "selector, column " + std::to_string(at_ + 1) + ": expected " +
                     std::string(expected) + ", found " + found,
                 std::string(utf8_prefix(text_, 80))};
  }

  void skip_space() {
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) <= ' ') ++at_;
  }

  std::string read_name() {
    size_t from = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    return std::string(text_.substr(from, at_ - from));
  }

  Result<Selector::Path> read_path() {
    Selector::Path path;
    bool child = false;
    for (;;) {
      skip_space();
      TN_TRY(Selector::Step step, read_step());
      step.child = child;
      path.push_back(std::move(step));
      if (path.size() > kMaxSteps) return fail("at most 16 steps");
      skip_space();
      if (at_ >= text_.size() || text_[at_] == ',' || text_[at_] == '@') return path;
      child = text_[at_] == '>';
      if (child) ++at_;
    }
  }

  Result<Selector::Step> read_step() {
    Selector::Step step;
    bool any = false;
    if (at_ < text_.size() && text_[at_] == '*') {
      ++at_;
      any = true;
    } else {
      step.tag = ascii_lower(read_name());
    }
    for (; at_ < text_.size(); any = true) {
      char c = text_[at_];
      if (c == '.' || c == '#') {
        ++at_;
        std::string name = read_name();
        if (name.empty()) return fail(c == '.' ? "a class name" : "an id");
        step.conditions.push_back(
            {Selector::Operator::equals, c == '.' ? "class" : "id", std::move(name), c == '.'});
      } else if (c == '[') {
        TN_TRY(Selector::Condition condition, read_attribute());
        step.conditions.push_back(std::move(condition));
      } else {
        break;
      }
    }
    if (step.tag.empty() && !any) return fail("a tag, '*', '.', '#' or '['");
    return step;
  }

  Result<Selector::Condition> read_attribute() {
    ++at_;
    Selector::Condition condition;
    condition.name = ascii_lower(read_name());
    if (condition.name.empty()) return fail("an attribute name");
    if (at_ < text_.size() && text_[at_] == ']') {
      ++at_;
      return condition;
    }
    condition.op = Selector::Operator::equals;
    if (at_ < text_.size() && text_[at_] != '=') {
      switch (text_[at_]) {
        case '^':
          condition.op = Selector::Operator::starts;
          break;
        case '$':
          condition.op = Selector::Operator::ends;
          break;
        case '*':
          condition.op = Selector::Operator::contains;
          break;
        default:
          return fail("one of = ^= $= *= ]");
      }
      ++at_;
    }
    if (at_ >= text_.size() || text_[at_] != '=') return fail("'='");
    ++at_;
    char quote = at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'') ? text_[at_] : 0;
    if (quote) ++at_;
    size_t end = text_.find(quote ? quote : ']', at_);
    if (end == text_.npos) return fail(quote ? "a closing quote" : "']'");
    condition.value = std::string(text_.substr(at_, end - at_));
    at_ = end + (quote ? 1 : 0);
    if (at_ >= text_.size() || text_[at_] != ']') return fail("']'");
    ++at_;
    return condition;
  }

  std::string_view text_;
  size_t at_ = 0;
};

Result<Selector> Selector::parse(std::string_view text) {
  return SelectorParser(text).run();
}

bool Selector::step_matches(const Step& step, HtmlNode element) {
  if (!step.tag.empty() && step.tag != element->text) return false;
  return std::all_of(step.conditions.begin(), step.conditions.end(), [&](const Condition& c) {
    if (!has_attribute(element, c.name)) return false;
    std::string_view value = attribute(element, c.name);
    if (c.word) return has_word(value, c.value);
    switch (c.op) {
      case Operator::present:
        return true;
      case Operator::equals:
        return value == c.value;
      case Operator::starts:
        return !c.value.empty() && value.starts_with(c.value);
      case Operator::ends:
        return !c.value.empty() && value.ends_with(c.value);
      case Operator::contains:
        return !c.value.empty() && value.find(c.value) != value.npos;
    }
    return false;
  });
}

// Runs over the ancestors from the top and keeps, for each step, whether it was met at the element
// just passed and whether it was met at any above: no backtracking, whatever the selector.
bool Selector::path_matches(const Path& path, HtmlNode element) {
  if (!step_matches(path.back(), element)) return false;
  std::vector<HtmlNode> ancestors;
  for (HtmlNode node = element; node && node->is_element(); node = node->parent)
    ancestors.push_back(node);
  std::vector<bool> here(path.size());
  std::vector<bool> above(path.size());
  for (auto node = ancestors.rbegin(); node != ancestors.rend(); ++node) {
    std::vector<bool> now(path.size());
    for (size_t i = 0; i < path.size(); ++i) {
      bool reached = i == 0 || (path[i].child ? here[i - 1] : above[i - 1]);
      now[i] = reached && step_matches(path[i], *node);
    }
    for (size_t i = 0; i < path.size(); ++i) above[i] = above[i] || now[i];
    here = std::move(now);
  }
  return here.back();
}

bool Selector::matches(HtmlNode element) const {
  return element->is_element() && std::any_of(paths_.begin(), paths_.end(), [&](const Path& path) {
           return path_matches(path, element);
         });
}

std::vector<HtmlNode> Selector::select(HtmlNode root, size_t limit) const {
  std::vector<HtmlNode> out;
  HtmlDocument::each_element(root, [&](HtmlNode element) {
    if (element != root && matches(element)) out.push_back(element);
    return out.size() < limit;
  });
  return out;
}

std::string Selector::value_of(HtmlNode element) const {
  if (attribute_.empty()) return text_of(element);
  return clean_text(attribute(element, attribute_));
}

}  // namespace tenon::catalog
