// URLs as catalogs find them: with spaces and line breaks inside, relative, without a scheme.
#pragma once

#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::catalog {

// Removes white space (leading, trailing, line breaks and runs before "/" anywhere, as a broken
// template leaves them), percent-encodes what a URL may not hold, and checks the result. A single
// space inside a path becomes %20. Only http and https, or a reference without a scheme.
Result<std::string> repair_url(std::string_view text);

// `reference` resolved against the absolute URL `base`; both repaired first. With an empty base
// only an absolute reference passes. The fragment is kept.
Result<std::string> resolve_url(std::string_view base, std::string_view reference);

// Host name in lower case, without "www." and port; empty when the text is no absolute URL.
std::string domain_of(std::string_view url);

}  // namespace tenon::catalog
