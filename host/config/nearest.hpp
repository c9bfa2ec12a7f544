// "Did you mean": the allowed word that is nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenon::config {

// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other
// (optimal string alignment), letter case ignored.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest candidate, "" where none is near enough to be meant.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

// `; did you mean "NEAREST"?` to be put behind a complaint, "" where there is none.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace tenon::config
