#include "catalog/model/product.hpp"

#include <array>

namespace tenon::catalog {
namespace {

constexpr std::array<std::string_view, 4> kMediaNames = {"pdf", "image", "video", "link"};

}  // namespace

std::string_view to_string(MediaType type) {
  return kMediaNames[static_cast<size_t>(type)];
}

std::optional<MediaType> media_type(std::string_view name) {
  for (size_t i = 0; i < kMediaNames.size(); ++i)
    if (kMediaNames[i] == name) return static_cast<MediaType>(i);
  return std::nullopt;
}

}  // namespace tenon::catalog
