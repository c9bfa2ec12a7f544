#include "catalog/page/html_parser.hpp"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <limits>

#include "catalog/model/clean_text.hpp"

namespace tenon::catalog {
namespace {

std::string_view view(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

// One run of the library over a page, which it fetches in pieces of some 4 KB: a refused page ends
// with the piece, even within a tag.
class ParserRun {
 public:
  ParserRun(std::string_view text, const HtmlLimits& limits)
      : text_(text), limits_(limits), builder_(text.size()) {}

  Result<std::unique_ptr<const HtmlTree>> run() {
    xmlInitParser();
    context_.reset(htmlNewParserCtxt());
    const Error failed{Code::internal, "the page could not be parsed", {}};
    if (!context_) return failed;
    xmlParserInputBufferPtr source = xmlParserInputBufferCreateIO(
        &ParserRun::on_read, [](void*) { return 0; }, this, XML_CHAR_ENCODING_NONE);
    if (!source) return failed;
    xmlParserInputPtr input = xmlNewIOInputStream(context_.get(), source, XML_CHAR_ENCODING_NONE);
    if (!input) {
      xmlFreeParserInputBuffer(source);
      return failed;
    }
    inputPush(context_.get(), input);
    htmlCtxtUseOptions(context_.get(), HTML_PARSE_RECOVER | HTML_PARSE_NONET |
                                           HTML_PARSE_IGNORE_ENC | HTML_PARSE_NOERROR |
                                           HTML_PARSE_NOWARNING);
    xmlSwitchEncoding(context_.get(), XML_CHAR_ENCODING_UTF8);
    // What the library would do with the events on its own: build another tree.
    *context_->sax = events();
    context_->userData = this;
    htmlParseDocument(context_.get());
    if (!refusal_.empty()) return Error{Code::too_large, "the page " + refusal_, {}};
    return builder_.finish();
  }

 private:
  struct Release {
    void operator()(htmlParserCtxtPtr context) const {
      xmlFreeDoc(context->myDoc);
      htmlFreeParserCtxt(context);
    }
  };

  static ParserRun& self(void* data) { return *static_cast<ParserRun*>(data); }

  static htmlSAXHandler events() {
    htmlSAXHandler out{};
    out.startElement = [](void* data, const xmlChar* name, const xmlChar** attributes) {
      self(data).on_start(view(name), attributes);
    };
    out.endElement = [](void* data, const xmlChar*) { self(data).on_end(); };
    out.characters = on_text;
    out.ignorableWhitespace = on_text;
    out.cdataBlock = on_text;
    out.comment = [](void* data, const xmlChar*) { self(data).pass(); };
    out.processingInstruction = [](void* data, const xmlChar*, const xmlChar*) {
      self(data).pass();
    };
    out.initialized = XML_SAX2_MAGIC;
    out.serror = [](void* data, xmlErrorPtr) { self(data).on_fault(); };
    return out;
  }

  static int on_read(void* data, char* out, int size) {
    ParserRun& run = self(data);
    // Room for attributes doubles when it is full, with a name and a value each.
    if (static_cast<size_t>(run.context_->maxatts) > 4 * run.limits_.max_attributes)
      run.refuse_attributes();
    if (!run.refusal_.empty()) return 0;
    const std::string_view piece = run.text_.substr(run.fetched_, static_cast<size_t>(size));
    // The library takes a zero for the end; another control character it passes over.
    std::replace_copy(piece.begin(), piece.end(), out, '\0', '\1');
    run.fetched_ += piece.size();
    return static_cast<int>(piece.size());
  }

  static void on_text(void* data, const xmlChar* text, int size) {
    ParserRun& run = self(data);
    if (!run.refusal_.empty() || size <= 0) return;
    run.builder_.text({reinterpret_cast<const char*>(text), static_cast<size_t>(size)});
    run.check_nodes();
    run.pass();
  }

  void on_start(std::string_view name, const xmlChar** attributes) {
    if (!refusal_.empty()) return;
    if (++tags_ > limits_.max_tags)
      return refuse("has more than " + std::to_string(limits_.max_tags) + " tags");
    if (builder_.depth() > limits_.max_depth + kUncountedLevels)
      return refuse("nests deeper than " + std::to_string(limits_.max_depth));
    builder_.start(name, position_of_tag(name));
    size_t count = 0;
    for (; attributes && attributes[0]; attributes += 2, ++count)
      builder_.attribute(view(attributes[0]), view(attributes[1]));
    if (count > limits_.max_attributes) return refuse_attributes();
    check_nodes();
  }

  void on_end() {
    if (!refusal_.empty()) return;
    builder_.end();
    pass();
  }

  // Each costs the library a message, although nobody reads it.
  void on_fault() {
    if (++faults_ > limits_.max_tags)
      refuse("has more than " + std::to_string(limits_.max_tags) + " faults");
  }

  void check_nodes() {
    if (builder_.nodes() + builder_.attributes() > limits_.max_nodes)
      refuse("has more than " + std::to_string(limits_.max_nodes) + " nodes and attributes");
  }

  void refuse_attributes() {
    refuse("has an element of more than " + std::to_string(limits_.max_attributes) + " attributes");
  }

  void refuse(std::string why) {
    if (refusal_.empty()) refusal_ = std::move(why);
  }

  size_t position() const {
    const xmlParserInput& input = *context_->input;
    return std::min(input.consumed + static_cast<size_t>(input.cur - input.base), text_.size());
  }

  void pass() { passed_ = std::max(passed_, position()); }

  // The library tells of a tag when it has read its attributes. Between the event before and this
  // may stand tags that it passed over, and it tells of elements that the page leaves out.
  size_t position_of_tag(std::string_view name) {
    const std::string_view read = text_.substr(0, position());
    for (size_t at = passed_; (at = read.find('<', at)) != read.npos; ++at) {
      if (!ascii_iequals(read.substr(at + 1, name.size()), name)) continue;
      constexpr std::string_view kAfterName = " \t\r\n\f/>";
      const size_t end = at + 1 + name.size();
      if (end < text_.size() && kAfterName.find(text_[end]) == kAfterName.npos) continue;
      passed_ = read.size();
      return at;
    }
    return passed_;
  }

  static constexpr size_t kUncountedLevels = 2;  // html and body

  std::string_view text_;
  const HtmlLimits& limits_;
  HtmlTreeBuilder builder_;
  std::unique_ptr<htmlParserCtxt, Release> context_;
  std::string refusal_;
  size_t fetched_ = 0;
  size_t passed_ = 0;  // before it stands nothing that is still to be told
  size_t tags_ = 0;
  size_t faults_ = 0;
};

}  // namespace

Result<std::unique_ptr<const HtmlTree>> parse_html(std::string_view text,
                                                   const HtmlLimits& limits) {
  // The library and the nodes count in 32 bits.
  if (text.size() > std::numeric_limits<int>::max() / 2)
    return Error{Code::too_large, "the page has more than 1 GB", {}};
  return ParserRun(text, limits).run();
}

}  // namespace tenon::catalog
