// Names and values that an operator gives to instances, and by which consumers choose providers.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::config {

using Labels = std::map<std::string, std::string>;

// "region=eu,tier=gold"; empty text: none. Blanks around names and values do not count. Errors
// (Code::invalid) show the part that is no name=value and say what is expected.
Result<Labels> parse_labels(std::string_view text);

// The text that parse_labels reads, by name.
std::string to_string(const Labels& labels);

// Whether `labels` has all of `wanted`, with the same values.
bool has_all(const Labels& labels, const Labels& wanted);

// ^[a-z][a-z0-9_.-]{0,62}$ and ^[A-Za-z0-9_.-]{1,63}$
bool valid_label_name(std::string_view name);
bool valid_label_value(std::string_view value);

}  // namespace tenon::config
