// Any bytes fold without failing, into valid form, and folding twice changes nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "catalog/text/fold.hpp"
#include "catalog/text/keyword_set.hpp"

using namespace tenon::text;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::string folded = fold(input);
  const std::string words = fold_words(input);
  if (fold(folded) != folded || fold_words(words) != words) std::abort();
  if (words.find("  ") != std::string::npos) std::abort();
  const auto set = KeywordSet::make(std::vector<Keyword>{{input.substr(0, size / 2), 1}});
  if (set.ok())
    for (const auto& match : set->find(words))
      if (match.end > words.size() || match.begin >= match.end) std::abort();
  return 0;
}
