#include "catalog/page/page_lists.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "catalog/model/clean_text.hpp"
#include "catalog/model/url.hpp"
#include "catalog/text/fold.hpp"

namespace tenon::catalog {
namespace {

constexpr size_t kMaxMedia = 1000;
constexpr size_t kMaxSpecs = 500;
constexpr size_t kMaxDeclared = 500;
constexpr size_t kMaxLabelBytes = 300;
constexpr size_t kMaxSpecNameBytes = 120;
constexpr size_t kMaxSpecValueBytes = 2000;

struct HeadingRule {
  std::string_view words;  // folded
  EvidenceKind kind;
};

// A heading counts when it consists of these words, or begins with them.
constexpr std::array<HeadingRule, 22> kHeadings = {{
    {"required accessories", EvidenceKind::required},
    {"required", EvidenceKind::required},
    {"requires", EvidenceKind::required},
    {"you will need", EvidenceKind::required},
    {"necessary accessories", EvidenceKind::required},
    {"נדרש", EvidenceKind::required},
    {"דרוש", EvidenceKind::required},
    {"works with", EvidenceKind::works_with},
    {"compatible with", EvidenceKind::works_with},
    {"compatible accessories", EvidenceKind::works_with},
    {"compatible products", EvidenceKind::works_with},
    {"מתאים ל", EvidenceKind::works_with},
    {"עובד עם", EvidenceKind::works_with},
    {"accessories", EvidenceKind::accessory_tab},
    {"optional accessories", EvidenceKind::accessory_tab},
    {"recommended accessories", EvidenceKind::accessory_tab},
    {"אביזרים", EvidenceKind::accessory_tab},
    {"related products", EvidenceKind::related_to},
    {"related", EvidenceKind::related_to},
    {"similar products", EvidenceKind::related_to},
    {"you may also like", EvidenceKind::related_to},
    {"מוצרים דומים", EvidenceKind::related_to},
}};

int heading_level(HtmlNode node) {
  return heading_level(node->tag);
}

std::optional<EvidenceKind> kind_of_heading(std::string_view text) {
  std::string folded = text::fold_words(text);
  if (folded.size() > 60) return std::nullopt;
  const HeadingRule* best = nullptr;
  for (const auto& rule : kHeadings) {
    bool whole = folded == rule.words;
    bool begins = (rule.kind == EvidenceKind::required || rule.kind == EvidenceKind::works_with) &&
                  folded.starts_with(std::string(rule.words) + ' ');
    if ((whole || begins) && (!best || rule.words.size() > best->words.size())) best = &rule;
  }
  if (!best) return std::nullopt;
  return best->kind;
}

bool is_negated(std::string_view folded) {
  constexpr std::array<std::string_view, 6> kNegations = {
      "not required", "requires no", "required no", "no longer requires", "not require", "לא נדרש"};
  return std::any_of(kNegations.begin(), kNegations.end(),
                     [&](std::string_view phrase) { return folded.find(phrase) != folded.npos; });
}

// The sentence of a text that holds `part`.
std::string sentence_with(const std::string& text, const std::string& part) {
  size_t at = text.find(part);
  if (at == text.npos) return std::string(utf8_prefix(text, 500));
  size_t from = text.rfind(". ", at);
  from = from == text.npos ? 0 : from + 2;
  size_t end = text.find(". ", at + part.size());
  std::string sentence = text.substr(from, end == text.npos ? text.npos : end + 1 - from);
  return std::string(utf8_prefix(sentence, 500));
}

class DeclaredLists {
 public:
  DeclaredLists(const HtmlDocument& page, const std::string& base, PageFacts& facts)
      : page_(page), base_(base), facts_(facts) {}

  void read() {
    HtmlNode root = page_.root();
    std::optional<EvidenceKind> kind;
    int level = 0;
    std::string heading;
    bool skip = false;
    for (HtmlNode node = root; node; node = next_node(node, root, skip)) {
      skip = false;
      if (!node->is_element()) continue;
      HtmlTag tag = node->tag;
      if (tag == HtmlTag::script || tag == HtmlTag::style || tag == HtmlTag::nav ||
          tag == HtmlTag::footer || tag == HtmlTag::template_) {
        skip = true;
        continue;
      }
      if (int found = heading_level(node)) {
        if (kind && found > level && !kind_of_heading(text_of(node))) {
          // A smaller heading inside the list is a product card's title.
          add_links(node, *kind, heading);
          continue;
        }
        heading = text_of(node, kMaxLabelBytes);
        kind = kind_of_heading(heading);
        level = found;
        continue;
      }
      if (tag == HtmlTag::li && kind) {
        add_item(node, *kind, heading);
      } else if (tag == HtmlTag::p || tag == HtmlTag::li || tag == HtmlTag::dd ||
                 tag == HtmlTag::td) {
        add_sentence(node);
      }
    }
  }

 private:
  static HtmlNode first_link(HtmlNode root) {
    for (HtmlNode node = root; node; node = next_node(node, root))
      if (is_element(node, HtmlTag::a) && has_attribute(node, "href")) return node;
    return nullptr;
  }

  void add_item(HtmlNode item, EvidenceKind kind, const std::string& heading) {
    HtmlNode link = first_link(item);
    // A list item without a link names a product by its first words, up to a dash or bracket.
    std::string text = text_of(item, kMaxLabelBytes);
    std::string name = link ? text_of(link, kMaxLabelBytes) : text;
    if (!link) {
      for (std::string_view mark : {" - ", " – ", " — ", " (", ": "})
        if (size_t at = name.find(mark); at != name.npos && at > 1) name.resize(at);
    }
    add(kind, std::move(name), link, heading + ": " + text, item->position);
  }

  void add_links(HtmlNode node, EvidenceKind kind, const std::string& heading) {
    HtmlNode link = first_link(node);
    if (!link) return;
    std::string name = text_of(link, kMaxLabelBytes);
    add(kind, name, link, heading + ": " + name, node->position);
  }

  void add_sentence(HtmlNode node) {
    HtmlNode link = first_link(node);
    if (!link) return;
    std::string text = text_of(node, 4000);
    std::string folded = ' ' + text::fold_words(text) + ' ';
    if (folded.find(" requires ") == folded.npos && folded.find(" required ") == folded.npos)
      return;
    std::string name = text_of(link, kMaxLabelBytes);
    std::string sentence = sentence_with(text, name);
    std::string own = ' ' + text::fold_words(sentence) + ' ';
    bool says = own.find(" requires ") != own.npos || own.find(" required ") != own.npos;
    if (says && !is_negated(own))
      add(EvidenceKind::required, std::move(name), link, sentence, node->position);
  }

  void add(EvidenceKind kind, std::string name, HtmlNode link, std::string sentence, size_t at) {
    if (name.empty() || name.size() > kMaxLabelBytes || facts_.declared.size() >= kMaxDeclared)
      return;
    Declared declared;
    declared.kind = kind;
    if (link) {
      auto url = resolve_url(base_, attribute(link, "href"));
      if (!url) return;
      declared.target_url = *std::move(url);
      declared.target_sku = clean_text(attribute(link, "data-sku"));
    }
    declared.target_name = std::move(name);
    declared.source_url = facts_.url;
    declared.position = at;
    declared.content_sha256 = facts_.content_sha256;
    declared.sentence = std::string(utf8_prefix(sentence, 500));
    for (const auto& known : facts_.declared)
      if (known.kind == kind && known.target_name == declared.target_name &&
          known.target_url == declared.target_url)
        return;
    facts_.declared.push_back(std::move(declared));
  }

  const HtmlDocument& page_;
  const std::string& base_;
  PageFacts& facts_;
};

bool is_pdf(std::string_view href, std::string_view type) {
  constexpr std::string_view kEnd = ".pdf";
  std::string_view path = href.substr(0, href.find_first_of("?#"));
  return (path.size() >= kEnd.size() &&
          ascii_iequals(path.substr(path.size() - kEnd.size()), kEnd)) ||
         ascii_iequals(type, "application/pdf");
}

// Whether the label of a link may hold "[PDF]": most links need no label at all.
bool has_bracket(HtmlNode link) {
  for (HtmlNode node = link; node; node = next_node(node, link))
    if (!node->is_element() && node->text.find('[') != node->text.npos) return true;
  return false;
}

// Labels that say nothing without what stands above them.
bool is_vague(std::string_view label) {
  constexpr std::array<std::string_view, 9> kVague = {
      "", "download", "pdf", "here", "click here", "view", "open", "הורדה", "לחצו כאן"};
  std::string folded = text::fold_words(label);
  return std::find(kVague.begin(), kVague.end(), folded) != kVague.end();
}

bool speaks_of_specs(std::string_view text) {
  std::string folded = text::fold_words(text);
  for (std::string_view word :
       {"spec", "specs", "specification", "specifications", "technical", "מפרט", "נתונים טכניים"})
    if ((' ' + folded + ' ').find(' ' + std::string(word) + ' ') != std::string::npos) return true;
  return false;
}

// A look at the bytes first: folding every class name of every ancestor would cost more than
// parsing.
bool may_speak_of_specs(std::string_view text) {
  for (std::string_view word : {"spec", "Spec", "SPEC", "echnical", "מפרט"})
    if (text.find(word) != text.npos) return true;
  return false;
}

// Which elements a page marks as specifications by class or id, themselves or an element above.
class SpecMarks {
 public:
  explicit SpecMarks(HtmlNode root) : root_(root), known_(root->size) {}

  bool covers(HtmlNode node) {
    for (int level = 0; node && node->is_element() && level < 6; node = node->parent, ++level)
      if (is_marked(node)) return true;
    return false;
  }

 private:
  enum class Known : char { nothing, marked, unmarked };

  bool is_marked(HtmlNode node) {
    Known& known = known_[static_cast<size_t>(node - root_)];
    if (known == Known::nothing) {
      known = Known::unmarked;
      for (const char* name : {"class", "id"})
        if (auto text = attribute(node, name); may_speak_of_specs(text) && speaks_of_specs(text))
          known = Known::marked;
    }
    return known == Known::marked;
  }

  HtmlNode root_;
  std::vector<Known> known_;
};

void add_row_spec(HtmlNode row, bool in_specs, PageFacts& facts) {
  HtmlNode head = nullptr;
  HtmlNode value = nullptr;
  size_t cells = 0;
  each_child(row, [&](HtmlNode child) {
    bool th = is_element(child, HtmlTag::th);
    if (!th && !is_element(child, HtmlTag::td)) return;
    ++cells;
    if (cells == 1 && (th || in_specs)) head = child;
    if (cells == 2 && !th) value = child;
  });
  if (cells == 2 && head && value)
    add_spec(facts.specs, text_of(head, kMaxSpecValueBytes), text_of(value, kMaxSpecValueBytes));
}

}  // namespace

void add_spec(std::vector<Spec>& specs, std::string name, std::string value) {
  while (!name.empty() && (name.back() == ':' || name.back() == ' ')) name.pop_back();
  if (name.empty() || value.empty() || name.size() > kMaxSpecNameBytes ||
      value.size() > kMaxSpecValueBytes)
    return;
  for (auto& known : specs) {
    if (known.name != name) continue;
    bool there = ("; " + known.value + "; ").find("; " + value + "; ") != std::string::npos;
    if (!there && known.value.size() + value.size() < kMaxSpecValueBytes)
      known.value += "; " + value;
    return;
  }
  if (specs.size() < kMaxSpecs) specs.push_back({std::move(name), std::move(value)});
}

void add_media(std::vector<OfficialMedia>& media, OfficialMedia one) {
  if (one.url.empty() || media.size() >= kMaxMedia) return;
  for (auto& known : media) {
    if (known.url != one.url) continue;
    if (known.label.empty()) known.label = std::move(one.label);
    return;
  }
  media.push_back(std::move(one));
}

void add_manuals(const HtmlDocument& page, const std::string& base, PageFacts& facts) {
  std::string heading;
  std::unordered_set<std::string> seen;
  HtmlDocument::each_element(page.root(), [&](HtmlNode element) {
    if (heading_level(element)) heading = text_of(element, kMaxLabelBytes);
    if (!is_element(element, HtmlTag::a) || !has_attribute(element, "href")) return true;
    std::string_view href = attribute(element, "href");
    const bool pdf = is_pdf(href, attribute(element, "type"));
    if (!pdf && !has_bracket(element)) return true;
    std::string label = text_of(element, kMaxLabelBytes);
    if (!pdf && !ascii_icontains(label, "[pdf]")) return true;
    auto url = resolve_url(base, href);
    if (!url || !seen.insert(*url).second) return true;
    if (is_vague(label)) {
      std::string title = clean_text(attribute(element, "title"));
      if (!title.empty())
        label = title;
      else if (!heading.empty())
        label = heading;
    }
    std::string domain = domain_of(*url);
    if (facts.manuals.size() < kMaxMedia)
      facts.manuals.push_back(
          {*std::move(url), MediaType::pdf, std::move(label), std::move(domain)});
    return true;
  });
}

void add_videos(const HtmlDocument& page, const std::string& base, PageFacts& facts) {
  HtmlDocument::each_element(page.root(), [&](HtmlNode element) {
    bool frame = is_element(element, HtmlTag::iframe);
    bool video = is_element(element, HtmlTag::video) ||
                 (is_element(element, HtmlTag::source) && element->parent &&
                  is_element(element->parent, HtmlTag::video));
    if ((!frame && !video) || attribute(element, "src").empty()) return true;
    auto url = resolve_url(base, attribute(element, "src"));
    if (!url) return true;
    std::string domain = domain_of(*url);
    bool known_host = domain.ends_with("youtube.com") || domain.ends_with("youtube-nocookie.com") ||
                      domain.ends_with("vimeo.com");
    if (frame && !known_host) return true;
    add_media(facts.gallery,
              {*std::move(url), MediaType::video, clean_text(attribute(element, "title")), domain});
    return true;
  });
}

void add_specs(const HtmlDocument& page, PageFacts& facts) {
  SpecMarks marks(page.root());
  bool under_heading = false;
  std::string term;
  HtmlDocument::each_element(page.root(), [&](HtmlNode element) {
    if (heading_level(element)) under_heading = speaks_of_specs(text_of(element, kMaxLabelBytes));
    switch (element->tag) {
      case HtmlTag::tr:
        add_row_spec(element, under_heading || marks.covers(element), facts);
        break;
      case HtmlTag::dt:
        term = text_of(element, kMaxSpecValueBytes);
        break;
      case HtmlTag::dd:
        add_spec(facts.specs, term, text_of(element, kMaxSpecValueBytes));
        break;
      case HtmlTag::li: {
        if (!under_heading && !marks.covers(element)) break;
        std::string text = text_of(element, kMaxSpecValueBytes);
        if (size_t colon = text.find(": "); colon != text.npos)
          add_spec(facts.specs, text.substr(0, colon), text.substr(colon + 2));
        break;
      }
      default:
        break;
    }
    return true;
  });
}

void add_declared_lists(const HtmlDocument& page, const std::string& base, PageFacts& facts) {
  DeclaredLists(page, base, facts).read();
}

}  // namespace tenon::catalog
