#include "host/config/yaml_builder.hpp"

#include <utility>

#include "host/config/interpolate.hpp"
#include "host/config/scalar.hpp"

namespace tenon::config {

namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

struct Size {
  std::size_t nodes = 0;
  std::size_t text_bytes = 0;
};

Size measure(const Node& node) {
  Size size{1, node.string() ? node.string()->size() : 0};
  auto include = [&](const Node& child) {
    Size inner = measure(child);
    size.nodes += inner.nodes;
    size.text_bytes += inner.text_bytes;
  };
  if (const Node::List* items = node.list())
    for (const Node& item : *items) include(item);
  if (const Node::Map* entries = node.map()) {
    for (const MapEntry& entry : *entries) {
      include(entry.value);
      size.text_bytes += entry.key.size();
    }
  }
  return size;
}

Node node_at(Mark mark, Node::Value value = {}) {
  Node node;
  node.value = std::move(value);
  node.mark = std::move(mark);
  return node;
}

// The end of a quoted scalar that starts at `offset`, npos where it has none.
std::size_t closing_quote(std::string_view text, std::size_t offset) {
  char quote = text[offset];
  for (std::size_t at = offset + 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      bool escaped = quote == '\'' && at + 1 < text.size() && text[at + 1] == quote;
      if (!escaped) return at;
      ++at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

YamlBuilder::YamlBuilder(const SourceText& source, const std::filesystem::path& directory,
                         const LoadOptions& options, Budget& budget, Problems& problems)
    : source_(source),
      directory_(directory),
      options_(options),
      budget_(budget),
      problems_(problems) {}

std::string YamlBuilder::path() const {
  std::string out;
  for (const Frame& frame : frames_) {
    if (const Node::List* items = frame.node.list())
      out = child_path(out, items->size());
    else if (frame.key)
      out = child_path(out, frame.key->text);
  }
  return out;
}

std::optional<YamlBuilder::Site> YamlBuilder::open_bracket() const {
  std::optional<Site> found;
  std::string path;
  for (const Frame& frame : frames_) {
    if (frame.bracket) found = Site{frame.node.mark, path};
    if (const Node::List* items = frame.node.list())
      path = child_path(path, items->size());
    else if (frame.key)
      path = child_path(path, frame.key->text);
  }
  return found;
}

Node YamlBuilder::take_root() {
  return root_ ? *std::move(root_) : Node();
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (root_)
    stop(source_.mark_at(static_cast<std::size_t>(mark.pos)),
         "found a second document or text after the first one's end, expected one document");
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  auto offset = static_cast<std::size_t>(mark.pos);
  if (wants_key())
    stop(source_.mark_at(offset), "found null as a key, expected text (put quotes around it)");
  char first = offset < source_.text().size() ? source_.text()[offset] : '\0';
  bool written = first == '~' || first == 'n' || first == 'N';
  bool after_key = !written && !frames_.empty() && frames_.back().key.has_value();
  // An empty value stands nowhere; yaml-cpp reports whatever follows it.
  add(node_at(after_key ? frames_.back().key->mark : source_.mark_at(offset)), anchor);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Mark position = source_.mark_at(static_cast<std::size_t>(mark.pos));
  if (wants_key()) stop(position, "found an alias as a key, expected text");
  auto found = anchors_.find(anchor);
  if (found == anchors_.end())
    stop(position, "found an alias inside the value that it stands for, expected no recursion");
  Size size = measure(found->second);
  charge(position, size.nodes, size.text_bytes);
  Node node = found->second;
  node.mark = position;
  place(std::move(node));
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  std::size_t offset = value_offset(mark);
  const std::string& text = source_.text();
  char first = offset < text.size() ? text[offset] : '\0';
  bool quoted = tag != "?" && (first == '"' || first == '\'' || first == '|' || first == '>');
  if (quoted && (first == '"' || first == '\'')) check_terminated(offset);
  Mark position = source_.mark_at(offset);
  charge(position, 1, value.size());
  if (wants_key()) return set_key(std::move(position), value, quoted);
  add(scalar_node(std::move(position), tag, value, quoted), anchor);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(mark, tag, "seq", Node::List(), anchor);
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
  open(mark, tag, "map", Node::Map(), anchor);
}

void YamlBuilder::OnSequenceEnd() {
  close();
}
void YamlBuilder::OnMapEnd() {
  close();
}

bool YamlBuilder::wants_key() const {
  return !frames_.empty() && frames_.back().node.map() && !frames_.back().key;
}

void YamlBuilder::set_key(Mark mark, std::string text, bool quoted) {
  Frame& frame = frames_.back();
  Key key{std::move(text), std::move(mark), false, false};
  key.merge = !quoted && key.text == "<<";
  if (!key.merge) {
    auto [first, inserted] = frame.keys.emplace(key.text, key.mark);
    key.duplicate = !inserted;
  }
  frame.key = std::move(key);
  if (frame.key->duplicate)
    report(frame.key->mark, "duplicate key " + in_quotes(frame.key->text) + ", first defined at " +
                                frame.keys.at(frame.key->text).to_string());
}

void YamlBuilder::open(const YAML::Mark& yaml_mark, const std::string& tag,
                       const char* expected_tag, Node::Value value, YAML::anchor_t anchor) {
  std::size_t offset = value_offset(yaml_mark);
  Mark mark = source_.mark_at(offset);
  if (wants_key()) stop(mark, "found a list or map as a key, expected text");
  check_collection_tag(mark, tag, expected_tag);
  charge(mark, 1, 0);
  if (frames_.size() >= options_.limits.depth)
    stop(mark, "found more than " + std::to_string(options_.limits.depth) +
                   " maps and lists within each other");
  Frame frame;
  char first = offset < source_.text().size() ? source_.text()[offset] : '\0';
  frame.bracket = first == '[' || first == '{';
  frame.node = node_at(std::move(mark), std::move(value));
  frame.anchor = anchor;
  frames_.push_back(std::move(frame));
}

void YamlBuilder::close() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (!frame.merges.empty()) apply_merges(frame);
  add(std::move(frame.node), frame.anchor);
}

void YamlBuilder::add(Node node, YAML::anchor_t anchor) {
  if (anchor != 0) {
    Size size = measure(node);
    charge(node.mark, size.nodes, size.text_bytes);
    anchors_[anchor] = node;
  }
  place(std::move(node));
}

void YamlBuilder::place(Node node) {
  if (frames_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& frame = frames_.back();
  if (Node::List* items = frame.node.list()) {
    items->push_back(std::move(node));
    return;
  }
  Key key = *std::exchange(frame.key, std::nullopt);
  if (key.merge)
    frame.merges.emplace_back(std::move(key.mark), std::move(node));
  else if (!key.duplicate)
    frame.node.map()->push_back({std::move(key.text), std::move(key.mark), std::move(node)});
}

void YamlBuilder::apply_merges(Frame& frame) {
  for (auto& [mark, source] : frame.merges) {
    if (Node::List* items = source.list()) {
      for (Node& item : *items) merge_map(frame, mark, std::move(item));
    } else {
      merge_map(frame, mark, std::move(source));
    }
  }
}

void YamlBuilder::merge_map(Frame& frame, const Mark& mark, Node source) {
  if (!source.map())
    return report(mark, "found << with something else than maps, expected a map or a list of maps");
  // Keys written in the map itself win, and so does an earlier merged map.
  for (MapEntry& entry : *source.map())
    if (frame.keys.emplace(entry.key, entry.key_mark).second)
      frame.node.map()->push_back(std::move(entry));
}

Node YamlBuilder::scalar_node(Mark mark, const std::string& tag, const std::string& text,
                              bool quoted) {
  Node node = node_at(std::move(mark));
  Result<Interpolated> filled = interpolate(text, options_, directory_);
  if (!filled) {
    report(node.mark, filled.error().message);
    node.broken = true;
    return node;
  }
  node.secret = filled->secret;
  if (filled->text.size() > text.size()) charge(node.mark, 0, filled->text.size() - text.size());

  bool has_reference = filled->text != text;
  bool plain = tag == "?" && !quoted;
  bool typed_by_text = plain && (!has_reference || filled->is_one_variable);
  std::string effective = tag == "?" ? (typed_by_text ? "" : "str") : tag;
  if (effective == "!") effective = "str";
  Result<Node::Value> value = typed(filled->text, effective);
  if (!value) {
    report(node.mark, value.error().message);
    node.broken = true;
    return node;
  }
  node.value = *std::move(value);
  // An empty or "null" variable is text: a value that somebody set is not nothing.
  if (has_reference && node.is_null()) node.value = filled->text;
  return node;
}

// `tag` is "" for a plain scalar, "str", or what the file says.
Result<Node::Value> YamlBuilder::typed(const std::string& text, const std::string& tag) {
  if (tag.empty()) return resolve_plain_scalar(text);
  if (tag == "str" || tag == std::string(kCoreTag) + "str") return Node::Value(text);
  std::string name = tag.rfind(kCoreTag, 0) == 0 ? tag.substr(kCoreTag.size()) : "";
  if (name != "int" && name != "float" && name != "bool" && name != "null")
    return Error{Code::unsupported, "found the tag " + in_quotes(tag) +
                                        ", expected none or one of !!str, !!int, !!float, !!bool, "
                                        "!!null, !!seq, !!map"};
  TN_TRY(Node::Value value, resolve_plain_scalar(text));
  if (name == "float" && std::holds_alternative<std::int64_t>(value))
    value = static_cast<double>(std::get<std::int64_t>(value));
  constexpr std::string_view kinds[] = {"null", "bool", "int", "float", "", "", ""};
  if (kinds[value.index()] != name)
    return Error{Code::invalid, "found a value that is no " + name + ", expected one because of " +
                                    "its tag !!" + name};
  return value;
}

void YamlBuilder::check_collection_tag(const Mark& mark, const std::string& tag,
                                       const char* expected) {
  if (tag == "?" || tag == "!" || tag.empty() || tag == std::string(kCoreTag) + expected) return;
  report(mark, "found the tag " + in_quotes(tag) + ", expected none or !!" + expected);
}

// Where the value itself begins, behind its anchor and tag.
std::size_t YamlBuilder::value_offset(const YAML::Mark& mark) const {
  const std::string& text = source_.text();
  auto at = static_cast<std::size_t>(mark.pos);
  auto start = at;
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    at = text.find_first_of(" \n\t", at);
    while (at < text.size() &&
           (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '#'))
      at = text[at] == '#' ? text.find('\n', at) : at + 1;
  }
  return at < text.size() ? at : start;
}

void YamlBuilder::check_terminated(std::size_t offset) {
  if (closing_quote(source_.text(), offset) == std::string_view::npos)
    stop(source_.mark_at(offset), "found a quote without its closing quote");
}

void YamlBuilder::charge(const Mark& mark, std::size_t nodes, std::size_t text_bytes) {
  budget_.nodes += nodes;
  budget_.text_bytes += text_bytes;
  if (budget_.nodes > options_.limits.nodes)
    stop(mark,
         "found more than " + std::to_string(options_.limits.nodes) + " values, aliases expanded");
  if (budget_.text_bytes > options_.limits.text_bytes)
    stop(mark, "found more than " + std::to_string(options_.limits.text_bytes) +
                   " bytes of text, aliases expanded");
}

void YamlBuilder::report(const Mark& mark, std::string message) {
  if (problems_.size() >= options_.limits.problems) stop(mark, "too many problems, stopping here");
  problems_.push_back({mark, path(), std::move(message), ""});
}

void YamlBuilder::stop(const Mark& mark, std::string message) {
  problems_.push_back({mark, path(), std::move(message), ""});
  throw Stop();
}

}  // namespace tenon::config
