// Writer and Reader of frame bodies. Every type that crosses has a pair put/get; a Reader takes
// bytes from a hostile side: every length is checked against the frame before it is used.
#pragma once

#include <array>
#include <cstring>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "host/isolation/frame.hpp"
#include "tenon/abi.h"

namespace tenon::isolation {

template <class T>
concept Number = std::is_arithmetic_v<T>;

class Writer {
 public:
  // What becomes of large inputs: a call may leave them where they are, since they outlive it.
  enum class Large { copied, borrowed };
  // Replaces what `frame` holds; it outlives the writer.
  explicit Writer(Buffer& frame, Large large = Large::copied) : frame_(frame), large_(large) {
    frame_.resize(kHeaderBytes);
  }

  template <Number T>
  void number(T value) {
    if (failure_) return;
    frame_.append(&value, sizeof value);
  }
  void bytes(tn_bytes data);
  void text(tn_str text) { bytes({text.data, text.size}); }
  void raw(const void* data, uint64_t size);
  void align();  // to 8 bytes

  // Own bytes so far, and taking back to there. A number that stands there can be written anew.
  size_t position() const { return frame_.size(); }
  void rewind(size_t position) { frame_.resize(position); }
  template <Number T>
  void patch(size_t position, T value) {
    std::memcpy(frame_.data() + position, &value, sizeof value);
  }

  // What cannot be sent (too large, or not of its type's form). The first failure counts.
  void fail(Code code, std::string message);
  // Completes the header; or the failure. Call once.
  Result<void> finish(const Header& header);
  FrameView frame() const {
    return {frame_.data(), frame_.size(), {borrowed_.data(), borrowed_count_}, total()};
  }

 private:
  size_t total() const { return frame_.size() + borrowed_bytes_; }

  Buffer& frame_;
  Large large_;
  size_t borrowed_bytes_ = 0;
  size_t borrowed_count_ = 0;
  std::array<Borrowed, 8> borrowed_;
  std::optional<Error> failure_;
};

class Reader {
 public:
  // Reads from `at` to the end of `frame`, which must outlive the reader and all that it yields.
  Reader(const std::byte* frame, size_t size, size_t at) : data_(frame), size_(size), at_(at) {}

  template <Number T>
  T number() {
    T value{};
    if (const std::byte* from = skip(sizeof value)) std::memcpy(&value, from, sizeof value);
    return value;
  }
  tn_bytes bytes();  // in place
  tn_str text();
  const std::byte* skip(uint64_t size) {  // null (and failed) when there are not so many
    if (failed_) return nullptr;
    if (size > left()) return fail("it ends too early"), nullptr;
    const std::byte* from = data_ + at_;
    at_ += size;
    return from;
  }
  void align();
  uint64_t left() const { return size_ - at_; }

  // Room for `count` decoded items that take at least `least` bytes each on the wire; null (and
  // failed) when the frame cannot hold so many. Lives as long as the reader.
  template <class T>
  T* room(uint64_t count, uint64_t least) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count > left() / least) return fail("it counts more items than it has bytes for"), nullptr;
    if (count == 0) return nullptr;
    T* items = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    for (uint64_t i = 0; i < count; ++i) new (items + i) T{};
    return items;
  }

  void fail(std::string_view what);
  bool ok() const { return !failed_; }
  // Everything was read and was well-formed.
  Result<void> finish() const;

 private:
  void* allocate(size_t size, size_t alignment);

  const std::byte* data_;
  size_t size_;
  size_t at_;
  bool failed_ = false;
  size_t failed_at_ = 0;
  std::string what_;
  // A few items fit into the reader itself; more come from an arena.
  alignas(16) std::array<std::byte, 512> small_;
  size_t small_used_ = 0;
  std::optional<std::pmr::monotonic_buffer_resource> arena_;
};

template <Number T>
void put(Writer& out, const T& value) {
  out.number(value);
}
template <Number T>
void get(Reader& in, T& value) {
  value = in.number<T>();
}
inline void put(Writer& out, const tn_str& value) {
  out.text(value);
}
inline void get(Reader& in, tn_str& value) {
  value = in.text();
}
inline void put(Writer& out, const tn_bytes& value) {
  out.bytes(value);
}
inline void get(Reader& in, tn_bytes& value) {
  value = in.bytes();
}

}  // namespace tenon::isolation
