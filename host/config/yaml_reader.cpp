#include "host/config/yaml_reader.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "host/config/source_text.hpp"
#include "host/config/yaml_builder.hpp"

namespace tenon::config {

namespace {

// A tab in the indentation of the failing line or the one above it: the usual cause, and the
// parser's own words do not say so.
const char* indentation_hint(const SourceText& source, std::size_t line_number, Mark& mark) {
  for (std::size_t number : {line_number, line_number - 1}) {
    std::string_view line = source.line(number);
    std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos || line.find_first_not_of(" \t") < tab) continue;
    mark.line = static_cast<std::uint32_t>(number);
    mark.column = static_cast<std::uint32_t>(tab + 1);
    return "found a tab in the indentation, expected spaces";
  }
  return nullptr;
}

Problem syntax_problem(const SourceText& source, const YAML::Exception& error,
                       const YamlBuilder& builder) {
  // For a missing bracket yaml-cpp reports the end of the file or nothing: tell where it began.
  bool lacks_bracket = error.msg.find("flow not found") != std::string::npos;
  auto bracket = builder.open_bracket();
  auto offset = error.mark.is_null() ? 0 : static_cast<std::size_t>(error.mark.pos);
  Problem problem{source.mark_at(offset), builder.path(), "not valid YAML: " + error.msg, ""};
  if (const char* hint = indentation_hint(source, problem.mark.line, problem.mark))
    problem.message = hint;
  else if (lacks_bracket && bracket)
    problem = {bracket->mark, bracket->path, "found a bracket without its closing one", ""};
  if (source.line(problem.mark.line).find("${") != std::string_view::npos)
    problem.message += " (inside [ ] or { } a ${...} needs quotes)";
  return problem;
}

}  // namespace

Node read_yaml(std::string_view bytes, std::shared_ptr<const Source> source,
               const std::filesystem::path& directory, const LoadOptions& options, Budget& budget,
               Problems& problems) {
  Node broken;
  broken.broken = true;
  broken.mark = {source, 1, 1};
  if (bytes.size() > options.limits.file_bytes) {
    problems.push_back({broken.mark, "",
                        "found " + std::to_string(bytes.size()) + " bytes, expected at most " +
                            std::to_string(options.limits.file_bytes),
                        ""});
    return broken;
  }
  SourceText text(source, bytes, problems);
  if (!text.ok()) return broken;

  YamlBuilder builder(text, directory, options, budget, problems);
  try {
    std::istringstream stream(text.text());
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    problems.push_back(syntax_problem(text, error, builder));
    return broken;
  } catch (const YamlBuilder::Stop&) {
    return broken;
  }
  Node root = builder.take_root();
  if (!root.mark.known()) root.mark = {source, 1, 1};
  return root;
}

}  // namespace tenon::config
