// ${NAME}, ${NAME:-default} and ${file:path} inside scalars.
//
// $${ stands for a literal ${. What a reference yields is not looked at again. A default is taken
// when the variable is unset or empty. A secrets file must be a regular file that neither group
// nor others can read; line ends at its end are dropped.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "host/config/load_options.hpp"
#include "tenon/result.hpp"

namespace tenon::config {

struct Interpolated {
  std::string text;
  // Part of the text came from the environment or a secrets file.
  bool secret = false;
  // The whole scalar was one ${NAME}: written plain, its text is typed like a plain scalar.
  bool is_one_variable = false;
};

// `directory` is what relative ${file:...} names are relative to. Errors never show what a
// variable or file holds.
Result<Interpolated> interpolate(std::string_view text, const LoadOptions& options,
                                 const std::filesystem::path& directory);

}  // namespace tenon::config
