#include "host/config/loader.hpp"

#include <algorithm>
#include <unordered_map>

#include "host/config/file_reading.hpp"
#include "host/config/yaml_reader.hpp"

namespace tenon::config {

namespace {

class Loader {
 public:
  explicit Loader(const LoadOptions& options) : options_(options) {}

  Document document;

  void load_first_file(const std::filesystem::path& file) {
    document.directory = file.parent_path();
    Node problem_site;
    problem_site.mark = {make_source(file.string()), 0, 0};
    document.root = read(file, problem_site, 0);
    finish();
  }

  void load_first_text(std::string_view text, const std::string& name) {
    document.directory = options_.base_directory;
    document.root = parse(text, make_source(name), options_.base_directory, 0);
    finish();
  }

 private:
  std::shared_ptr<const Source> make_source(const std::string& name) {
    return std::make_shared<const Source>(Source{name, next_order_++});
  }

  void report(const Mark& mark, std::string path, std::string message) {
    if (document.problems.size() < options_.limits.problems)
      document.problems.push_back({mark, std::move(path), std::move(message), ""});
  }

  // `site` is the value that names the file, for problems.
  Node read(const std::filesystem::path& file, const Node& site, std::size_t depth) {
    Node broken;
    broken.broken = true;
    broken.mark = site.mark;
    Result<std::string> bytes = read_file(file, options_.limits.file_bytes, Privacy::any);
    if (!bytes) {
      report(site.mark, depth == 0 ? "" : "include", bytes.error().message);
      return broken;
    }
    document.files.push_back(file);
    return parse(*bytes, depth == 0 ? site.mark.source : make_source(file.string()),
                 file.parent_path(), depth);
  }

  Node parse(std::string_view bytes, std::shared_ptr<const Source> source,
             const std::filesystem::path& directory, std::size_t depth) {
    Node root =
        read_yaml(bytes, std::move(source), directory, options_, budget_, document.problems);
    if (root.broken) return root;
    if (root.is_null()) root.value = Node::Map();
    if (!root.map()) {
      report(root.mark, "", "found no map, expected a map at the top of the file");
      root.broken = true;
      return root;
    }
    resolve_includes(root, directory, depth);
    return root;
  }

  void resolve_includes(Node& root, const std::filesystem::path& directory, std::size_t depth) {
    Node::Map& entries = *root.map();
    auto found = std::find_if(entries.begin(), entries.end(),
                              [](const MapEntry& entry) { return entry.key == "include"; });
    if (found == entries.end()) return;
    Node include = std::move(found->value);
    entries.erase(found);
    if (include.broken || include.is_null()) return;
    if (!options_.allow_files)
      return report(include.mark, "include", "include is not allowed in this text");
    if (include.string()) return include_file(root, include, directory, depth);
    if (!include.list())
      return report(include.mark, "include", "expected the name of a file or a list of names");
    for (const Node& name : *include.list()) include_file(root, name, directory, depth);
  }

  void include_file(Node& root, const Node& name, const std::filesystem::path& directory,
                    std::size_t depth) {
    if (name.broken) return;
    if (!name.string() || name.string()->empty())
      return report(name.mark, "include", "expected the name of a file");
    // The name shows up in positions; it must not be somebody's secret.
    if (name.secret)
      return report(name.mark, "include",
                    "found a name from the environment or a secrets file, expected one written "
                    "here");
    if (depth >= options_.limits.include_depth)
      return report(name.mark, "include",
                    "found more than " + std::to_string(options_.limits.include_depth) +
                        " files including each other in a chain");
    if (document.files.size() >= options_.limits.files)
      return report(name.mark, "include",
                    "found more than " + std::to_string(options_.limits.files) + " files");
    std::filesystem::path file = (directory / *name.string()).lexically_normal();
    if (const std::filesystem::path* earlier = already_read(file))
      return report(name.mark, "include",
                    earlier->string() + " is read already, expected each file once and no cycle");
    Node included = read(file, name, depth + 1);
    if (included.broken) return;
    merge(root, std::move(included), "");
  }

  const std::filesystem::path* already_read(const std::filesystem::path& file) const {
    std::error_code error;
    for (const std::filesystem::path& earlier : document.files)
      if (std::filesystem::equivalent(earlier, file, error) && !error) return &earlier;
    return nullptr;
  }

  void merge(Node& into, Node from, const std::string& path) {
    std::unordered_map<std::string, std::size_t> positions;
    Node::Map& entries = *into.map();
    for (std::size_t i = 0; i < entries.size(); ++i) positions.emplace(entries[i].key, i);
    for (MapEntry& entry : *from.map()) {
      auto found = positions.find(entry.key);
      if (found == positions.end()) {
        entries.push_back(std::move(entry));
        continue;
      }
      MapEntry& existing = entries[found->second];
      std::string child = child_path(path, entry.key);
      if (existing.value.map() && entry.value.map())
        merge(existing.value, std::move(entry.value), child);
      else if (!existing.value.broken && !entry.value.broken)
        report(entry.key_mark, child,
               "defined in two files, first at " + existing.key_mark.to_string() +
                   ", expected one place");
    }
  }

  void finish() { sort_problems(document.problems); }

  const LoadOptions& options_;
  Budget budget_;
  std::uint32_t next_order_ = 0;
};

}  // namespace

Document load_file(const std::filesystem::path& file, const LoadOptions& options) {
  Loader loader(options);
  loader.load_first_file(file);
  return std::move(loader.document);
}

Document load_text(std::string_view text, const std::string& name, const LoadOptions& options) {
  Loader loader(options);
  loader.load_first_text(text, name);
  return std::move(loader.document);
}

}  // namespace tenon::config
