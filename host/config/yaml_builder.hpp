// Builds nodes from yaml-cpp's events. Internal to the YAML reader.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <filesystem>
#include <optional>
#include <unordered_map>
#include <vector>

#include "host/config/source_text.hpp"
#include "host/config/yaml_reader.hpp"
#include "tenon/result.hpp"

namespace tenon::config {

class YamlBuilder final : public YAML::EventHandler {
 public:
  // Thrown out of the parser after a problem that ends reading; the problem is recorded.
  struct Stop {};

  YamlBuilder(const SourceText& source, const std::filesystem::path& directory,
              const LoadOptions& options, Budget& budget, Problems& problems);

  std::size_t depth() const { return frames_.size(); }
  std::string path() const;
  // The innermost [ or { that is still open.
  struct Site {
    Mark mark;
    std::string path;
  };
  std::optional<Site> open_bracket() const;
  Node take_root();

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  struct Key {
    std::string text;
    Mark mark;
    bool merge = false;      // an unquoted <<
    bool duplicate = false;  // reported; its value is read and dropped
  };
  // A list or map being read.
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    bool bracket = false;  // begins with [ or {
    std::optional<Key> key;
    std::unordered_map<std::string, Mark> keys;
    std::vector<std::pair<Mark, Node>> merges;
  };

  bool wants_key() const;
  void set_key(Mark mark, std::string text, bool quoted);
  void open(const YAML::Mark& mark, const std::string& tag, const char* expected_tag,
            Node::Value value, YAML::anchor_t anchor);
  void close();
  void add(Node node, YAML::anchor_t anchor);
  void place(Node node);
  void apply_merges(Frame& frame);
  void merge_map(Frame& frame, const Mark& mark, Node source);

  Node scalar_node(Mark mark, const std::string& tag, const std::string& text, bool quoted);
  Result<Node::Value> typed(const std::string& text, const std::string& tag);
  void check_collection_tag(const Mark& mark, const std::string& tag, const char* expected);

  std::size_t value_offset(const YAML::Mark& mark) const;
  void check_terminated(std::size_t offset);
  void charge(const Mark& mark, std::size_t nodes, std::size_t text_bytes);
  void report(const Mark& mark, std::string message);
  [[noreturn]] void stop(const Mark& mark, std::string message);

  const SourceText& source_;
  const std::filesystem::path& directory_;
  const LoadOptions& options_;
  Budget& budget_;
  Problems& problems_;

  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, Node> anchors_;  // finished ones only
  std::optional<Node> root_;
};

}  // namespace tenon::config
