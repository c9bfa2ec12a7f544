// The border to the HTML library, libxml2: nothing else knows which one it is.
#pragma once

#include "catalog/page/html_tree.hpp"

namespace tenon::catalog {

// `text` is UTF-8. Refuses a page as soon as it passes a limit, so that neither time nor memory can
// grow far beyond it: the checks are the parser's own events, and nothing that a page hides from a
// scan of its text can evade them.
Result<std::unique_ptr<const HtmlTree>> parse_html(std::string_view text, const HtmlLimits& limits);

}  // namespace tenon::catalog
