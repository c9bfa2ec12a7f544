#include "host/observe/metric_rules.hpp"

#include <algorithm>
#include <cmath>

#include "host/observe/utf8.hpp"

namespace tenon::observe {
namespace {

bool lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text.substr(0, kMaxMetricNameBytes)) + "\"";
}

bool valid_label_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxMetricNameBytes || digit(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return lower(c) || (c >= 'A' && c <= 'Z') || digit(c) || c == '_';
  });
}

}  // namespace

std::string_view to_string(MetricKind kind) {
  return kind == MetricKind::counter ? "counter"
         : kind == MetricKind::gauge ? "gauge"
                                     : "histogram";
}

Result<std::string> exposed_metric_name(std::string_view dotted) {
  bool word_starts = true;
  bool valid = !dotted.empty() && dotted.size() <= kMaxMetricNameBytes;
  for (const char c : dotted) {
    if (c == '.')
      valid = valid && !word_starts;
    else
      valid = valid && (lower(c) || (!word_starts && (digit(c) || c == '_')));
    word_starts = c == '.';
  }
  if (!valid || word_starts)
    return Error{Code::invalid,
                 quoted(dotted) +
                     " is not a metric name: lower-case words ([a-z][a-z0-9_]*) joined "
                     "by dots, at most " +
                     std::to_string(kMaxMetricNameBytes) + " bytes",
                 "name"};
  std::string out(dotted);
  std::replace(out.begin(), out.end(), '.', '_');
  return out;
}

Result<void> check_plugin_metric(std::string_view exposed) {
  if (!exposed.starts_with("process_") && !exposed.starts_with("tenon_")) return {};
  return Error{
      Code::conflict,
      "the metric " + quoted(exposed) + " belongs to the host, as do all process.* and tenon.*",
      "name"};
}

Result<void> check_labels(std::span<const MetricLabel> labels) {
  if (labels.size() > kMaxMetricLabels)
    return Error{Code::invalid,
                 std::to_string(labels.size()) + " labels, where a series has at most " +
                     std::to_string(kMaxMetricLabels),
                 "labels"};
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto& [name, value] = labels[i];
    const std::string path = "labels[" + std::to_string(i) + "]";
    if (!valid_label_name(name))
      return Error{Code::invalid, quoted(name) + " is not a label name ([a-zA-Z_][a-zA-Z0-9_]*)",
                   path};
    if (name.starts_with("__") || name == "plugin" || name == "le" || name == "quantile")
      return Error{Code::invalid, "the label " + quoted(name) + " is set by the host", path};
    const auto same_name = [&name = name](const MetricLabel& other) { return other.name == name; };
    if (std::any_of(labels.begin(), labels.begin() + static_cast<long>(i), same_name))
      return Error{Code::invalid, "the label " + quoted(name) + " is given twice", path};
    if (value.size() > kMaxLabelValueBytes || !valid_utf8(value))
      return Error{Code::invalid,
                   "the value of label " + quoted(name) + " is not UTF-8 of at most " +
                       std::to_string(kMaxLabelValueBytes) + " bytes",
                   path};
  }
  return {};
}

Result<void> check_bounds(std::span<const double> bounds) {
  if (bounds.size() > kMaxBounds)
    return Error{Code::invalid,
                 std::to_string(bounds.size()) + " bounds, where a histogram has at most " +
                     std::to_string(kMaxBounds),
                 "bounds"};
  for (size_t i = 0; i < bounds.size(); ++i)
    if (!std::isfinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1]))
      return Error{Code::invalid, "the bounds of a histogram are finite and ascending",
                   "bounds[" + std::to_string(i) + "]"};
  return {};
}

}  // namespace tenon::observe
