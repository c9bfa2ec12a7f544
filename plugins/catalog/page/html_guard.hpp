// A cheap look at a page's tags before it is parsed.
#pragma once

#include <string_view>

#include "catalog/page/html_document.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

// Refuses text with more tags or deeper nesting than allowed. Nesting is estimated from above:
// elements whose end tag may be left out, and self-closed ones inside svg and math, do not count.
Result<void> check_html(std::string_view text, const HtmlLimits& limits);

// The charset that a meta element within the first bytes declares; empty when none does.
std::string_view declared_charset(std::string_view bytes);

}  // namespace tenon::catalog
