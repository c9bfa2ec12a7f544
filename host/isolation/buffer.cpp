#include "host/isolation/buffer.hpp"

#include <algorithm>
#include <array>

namespace tenon::isolation {

namespace {

constexpr size_t kLeast = 512;
// What a thread keeps: as many buffers as calls nest in practice, none that one huge call left.
constexpr size_t kKeptBuffers = 16;
constexpr size_t kKeptBytes = 1 << 20;

// Destructors of a plugin's own thread-local objects may still make calls when the store has gone.
thread_local bool gone = false;
struct Store {
  ~Store() { gone = true; }
  std::array<Buffer, kKeptBuffers> buffers;
  size_t count = 0;
};
thread_local Store store;

}  // namespace

Buffer Buffer::exactly(size_t size) {
  Buffer made;
  made.data_.reset(new std::byte[size]);
  made.size_ = made.capacity_ = size;
  return made;
}

void Buffer::grow(size_t least) {
  const size_t capacity = std::max({least, capacity_ * 2, kLeast});
  std::unique_ptr<std::byte[]> bigger(new std::byte[capacity]);
  if (size_) std::memcpy(bigger.get(), data_.get(), size_);
  data_ = std::move(bigger);
  capacity_ = capacity;
}

Scratch::Scratch() {
  if (gone || store.count == 0) return;
  buffer_ = std::move(store.buffers[--store.count]);
  buffer_.resize(0);
}

Scratch::~Scratch() {
  if (gone || store.count == kKeptBuffers || buffer_.capacity() > kKeptBytes) return;
  store.buffers[store.count++] = std::move(buffer_);
}

}  // namespace tenon::isolation
