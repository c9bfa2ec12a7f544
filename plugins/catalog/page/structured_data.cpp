#include "catalog/page/structured_data.hpp"

#include <boost/json/parse.hpp>
#include <unordered_map>
#include <unordered_set>

#include "catalog/model/clean_text.hpp"
#include "catalog/page/json_ld_text.hpp"

namespace tenon::catalog {
namespace json = boost::json;
namespace {

constexpr size_t kMaxBlocks = 64;
constexpr size_t kMaxItems = 2000;
constexpr int kMaxLevels = 20;

// "http://schema.org/Product" and "schema:Product" are "Product".
std::string_view short_type(std::string_view type) {
  size_t at = type.find_last_of("/#:");
  return at == type.npos ? type : type.substr(at + 1);
}

void shorten_types(json::object& item) {
  json::value* type = item.if_contains("@type");
  if (!type) type = item.if_contains("type");
  if (!type) return;
  json::value out = *type;
  if (out.is_string()) {
    out = short_type(out.get_string());
  } else if (out.is_array()) {
    for (auto& one : out.get_array())
      if (one.is_string()) one = json::value(short_type(one.get_string()));
  }
  item["@type"] = std::move(out);
}

// Takes lists and @graph apart; what is left are the objects a page speaks of at top level.
void add_top_level(StructuredData& data, const json::value& value, size_t position, int level) {
  if (level > kMaxLevels || data.json_ld.size() >= kMaxItems) return;
  if (value.is_array()) {
    for (const auto& one : value.get_array()) add_top_level(data, one, position, level + 1);
    return;
  }
  if (!value.is_object()) return;
  const json::object& object = value.get_object();
  for (const char* inner : {"@graph", "mainEntity", "mainEntityOfPage"})
    if (const json::value* found = object.if_contains(inner))
      add_top_level(data, *found, position, level + 1);
  if (!object.if_contains("@type") && !object.if_contains("type")) return;
  StructuredItem item{object, position};
  item.item.erase("@graph");
  shorten_types(item.item);
  data.json_ld.push_back(std::move(item));
}

void read_json_ld(StructuredData& data, HtmlNode script) {
  std::string source = raw_text_of(script);
  json::parse_options options;
  options.max_depth = 64;
  options.allow_invalid_utf8 = true;
  json::error_code error;
  json::value value = json::parse(strict_json(source), error, {}, options);
  // Some templates escape the whole script, quotes included.
  if (error && source.find("&quot;") != source.npos)
    value = json::parse(strict_json(decode_references(source)), error, {}, options);
  if (error) {
    data.problems.push_back("JSON-LD at byte " + std::to_string(script->position) + ": " +
                            error.message());
    return;
  }
  add_top_level(data, value, script->position, 0);
}

class Microdata {
 public:
  Microdata(const HtmlDocument& page, StructuredData& data) : page_(page), data_(data) {
    HtmlDocument::each_element(page.root(), [&](HtmlNode element) {
      if (auto id = attribute(element, "id"); !id.empty()) ids_.emplace(id, element);
      return true;
    });
  }

  void read() {
    HtmlDocument::each_element(page_.root(), [&](HtmlNode element) {
      if (has_attribute(element, "itemscope") && !has_attribute(element, "itemprop"))
        data_.microdata.push_back({item_of(element, 0), element->position});
      return data_.microdata.size() < kMaxItems;
    });
  }

 private:
  json::object item_of(HtmlNode scope, int level) {
    json::object item;
    json::array types;
    for_words(attribute(scope, "itemtype"),
              [&](std::string_view type) { types.push_back(json::value(short_type(type))); });
    if (types.size() == 1) item["@type"] = types[0];
    if (types.size() > 1) item["@type"] = std::move(types);
    if (auto id = attribute(scope, "itemid"); !id.empty()) item["@id"] = clean_text(id);
    std::unordered_set<HtmlNode> seen = {scope};
    add_properties(item, scope, scope, level);
    for_words(attribute(scope, "itemref"), [&](std::string_view id) {
      auto found = ids_.find(id);
      if (found == ids_.end() || !seen.insert(found->second).second) return;
      add_properties(item, found->second, scope, level);
    });
    return item;
  }

  void add_properties(json::object& item, HtmlNode root, HtmlNode scope, int level) {
    bool skip = false;
    for (HtmlNode node = root; node; node = next_node(node, root, skip)) {
      skip = false;
      if (!node->is_element() || node == scope) continue;
      bool nested = has_attribute(node, "itemscope");
      if (has_attribute(node, "itemprop") && ++properties_ < kMaxProperties) {
        json::value value;
        if (!nested) {
          value = json::value(value_of(node));
        } else if (level < kMaxLevels) {
          value = item_of(node, level + 1);
        }
        for_words(attribute(node, "itemprop"), [&](std::string_view name) {
          add_value(item, std::string(short_type(name)), value);
        });
      }
      skip = nested;
    }
  }

  static void add_value(json::object& item, const std::string& name, const json::value& value) {
    json::value* known = item.if_contains(name);
    if (!known) {
      item[name] = value;
    } else if (known->is_array()) {
      known->get_array().push_back(value);
    } else {
      json::value first = *known;
      *known = json::array{std::move(first), value};
    }
  }

  static std::string value_of(HtmlNode element) {
    auto from = [&](const char* name) { return clean_text(attribute(element, name)); };
    if (has_attribute(element, "content")) return from("content");
    switch (element->tag) {
      case HtmlTag::audio:
      case HtmlTag::embed:
      case HtmlTag::iframe:
      case HtmlTag::img:
      case HtmlTag::source:
      case HtmlTag::track:
      case HtmlTag::video:
        return from("src");
      case HtmlTag::a:
      case HtmlTag::area:
      case HtmlTag::link:
        return from("href");
      case HtmlTag::object:
        return from("data");
      case HtmlTag::data:
      case HtmlTag::meter:
        return from("value");
      case HtmlTag::meta:
        return {};
      case HtmlTag::time:
        return has_attribute(element, "datetime") ? from("datetime") : text_of(element);
      default:
        return text_of(element);
    }
  }

  template <class Visit>
  static void for_words(std::string_view text, Visit&& visit) {
    constexpr std::string_view kSpace = " \t\r\n\f";
    for (size_t at = 0; (at = text.find_first_not_of(kSpace, at)) != text.npos;) {
      size_t end = std::min(text.find_first_of(kSpace, at), text.size());
      visit(text.substr(at, end - at));
      at = end;
    }
  }

  static constexpr size_t kMaxProperties = 20'000;

  const HtmlDocument& page_;
  StructuredData& data_;
  std::unordered_map<std::string_view, HtmlNode> ids_;
  size_t properties_ = 0;
};

}  // namespace

StructuredData structured_data_of(const HtmlDocument& page) {
  StructuredData data;
  size_t blocks = 0;
  bool microdata = false;
  HtmlDocument::each_element(page.root(), [&](HtmlNode element) {
    microdata = microdata || has_attribute(element, "itemscope");
    if (!is_element(element, HtmlTag::script)) return true;
    std::string type = ascii_lower(trim_ascii(attribute(element, "type")));
    if (type.starts_with("application/ld+json") && ++blocks <= kMaxBlocks)
      read_json_ld(data, element);
    return true;
  });
  if (microdata) Microdata(page, data).read();
  return data;
}

bool has_type(const json::object& item, std::string_view type) {
  const json::value* found = item.if_contains("@type");
  if (!found) return false;
  if (found->is_string()) return short_type(found->get_string()) == type;
  if (!found->is_array()) return false;
  for (const auto& one : found->get_array())
    if (one.is_string() && short_type(one.get_string()) == type) return true;
  return false;
}

}  // namespace tenon::catalog
