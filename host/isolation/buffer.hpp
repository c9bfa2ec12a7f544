// A block of bytes that keeps its memory, and a thread's own store of such blocks: frames are made
// and read in it, so that a call in the steady state allocates nothing.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

namespace tenon::isolation {

// Like std::vector<std::byte>, but resize leaves new bytes as they are. Aligned to 16 bytes.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t size) { resize(size); }
  // Without room to spare.
  static Buffer exactly(size_t size);
  Buffer(Buffer&& other) noexcept
      : data_(std::move(other.data_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  std::byte* data() { return data_.get(); }
  const std::byte* data() const { return data_.get(); }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }

  void resize(size_t size) {
    if (size > capacity_) grow(size);
    size_ = size;
  }
  void reserve(size_t size) {
    if (size > capacity_) grow(size);
  }
  void append(const void* data, size_t size) {
    const size_t at = size_;
    resize(at + size);
    if (size) std::memcpy(data_.get() + at, data, size);
  }

 private:
  void grow(size_t least);

  std::unique_ptr<std::byte[]> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// A buffer out of the calling thread's store, empty; goes back when this ends. Stays on one thread.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Buffer& operator*() { return buffer_; }
  Buffer* operator->() { return &buffer_; }

 private:
  Buffer buffer_;
};

}  // namespace tenon::isolation
