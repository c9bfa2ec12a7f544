#include "host/config/schema_words.hpp"

#include <algorithm>
#include <cctype>

namespace tenon::config {

namespace {

constexpr std::size_t kMaxListed = 24;

}  // namespace

std::string join(const std::vector<std::string>& words, const char* last_word) {
  std::string out;
  std::size_t shown = std::min(words.size(), kMaxListed);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == words.size() ? last_word : ", ";
    out += words[i];
  }
  if (shown < words.size()) out += ", ... (" + std::to_string(words.size()) + " in all)";
  return out;
}

std::string type_words(unsigned types) {
  std::vector<std::string> words;
  bool any_number = (types & bit(Kind::number)) != 0;
  if (types & bit(Kind::boolean)) words.emplace_back("true or false");
  if (any_number) words.emplace_back("a number");
  if (!any_number && (types & bit(Kind::integer))) words.emplace_back("an integer");
  if (types & bit(Kind::string)) words.emplace_back("a string");
  if (types & bit(Kind::list)) words.emplace_back("a list");
  if (types & bit(Kind::map)) words.emplace_back("a map");
  if (types & bit(Kind::null)) words.emplace_back("nothing (null)");
  return join(words, " or ");
}

std::string boolean_suggestion(unsigned types, const ValueView& value, bool hide) {
  bool applies =
      !hide && !value.secret() && (types & bit(Kind::boolean)) && value.kind() == Kind::string;
  if (!applies) return "";
  std::string word(value.string());
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (word == "yes" || word == "on" || word == "true") return "true";
  return word == "no" || word == "off" || word == "false" ? "false" : "";
}

std::string count_words(std::size_t count, const char* singular) {
  std::string plural = std::string(singular).back() == 'y'
                           ? std::string(singular, std::string(singular).size() - 1) + "ies"
                           : std::string(singular) + "s";
  return std::to_string(count) + " " + (count == 1 ? singular : plural);
}

}  // namespace tenon::config
