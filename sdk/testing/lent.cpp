#include "lent.hpp"

#include <algorithm>
#include <cstring>

namespace tenon::testing {

void Graveyard::bury(std::unique_ptr<uint64_t[]> memory, size_t bytes) {
  const std::lock_guard lock(mutex_);
  buried_.emplace_back(std::move(memory), bytes);
  bytes_ += bytes;
  while (bytes_ > kMostBytes) {
    bytes_ -= buried_.front().second;
    buried_.pop_front();
  }
}

Lent::~Lent() {
  constexpr uint64_t kOverwritten = 0xDBDBDBDBDBDBDBDB;
  for (Piece& piece : pieces_) {
    std::fill_n(piece.memory.get(), piece.words, kOverwritten);
    graveyard_.bury(std::move(piece.memory), piece.words * sizeof(uint64_t));
  }
}

void* Lent::copy(const void* data, size_t bytes) {
  const size_t words = std::max<size_t>(1, (bytes + 7) / 8);
  Piece& piece = pieces_.emplace_back(Piece{std::make_unique<uint64_t[]>(words), words});
  if (bytes) std::memcpy(piece.memory.get(), data, bytes);
  return piece.memory.get();
}

tn_str Lent::text(std::string_view text) {
  if (text.empty()) return {nullptr, 0};  // which a plugin must expect
  return {static_cast<const char*>(copy(text.data(), text.size())), text.size()};
}

tn_bytes Lent::bytes(std::string_view bytes) {
  if (bytes.empty()) return {nullptr, 0};
  return {copy(bytes.data(), bytes.size()), bytes.size()};
}

}  // namespace tenon::testing
