// Splits work over threads in chunks whose boundaries do not depend on the number of threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "catalog/catalog/relate/relations.hpp"

namespace tenon::catalog {

inline unsigned thread_count(unsigned asked) {
  return asked != 0 ? asked : std::max(1u, std::thread::hardware_concurrency());
}

// Calls work(i) for i in [0, count) on up to `threads` threads; rethrows the first exception.
template <class Work>
void run_parallel(std::size_t count, unsigned threads, Work&& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failing;
  const auto loop = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  std::vector<std::jthread> pool;
  for (std::size_t i = 1; i < std::min<std::size_t>(thread_count(threads), count); ++i)
    pool.emplace_back(loop);
  loop();
  pool.clear();
  if (failure) std::rethrow_exception(failure);
}

// Sorts on up to two threads.
template <class Items, class Less = std::less<>>
void sort_parallel(Items& items, unsigned threads, Less less = {}) {
  constexpr std::size_t worth_a_thread = 20'000;
  if (items.size() < worth_a_thread || thread_count(threads) < 2) {
    std::sort(items.begin(), items.end(), less);
    return;
  }
  const auto middle = items.begin() + static_cast<std::ptrdiff_t>(items.size() / 2);
  run_parallel(2, 2, [&](std::size_t half) {
    std::sort(half == 0 ? items.begin() : middle, half == 0 ? middle : items.end(), less);
  });
  std::inplace_merge(items.begin(), middle, items.end(), less);
}

// Calls work(begin, end, pool) for chunks of [0, rows); each chunk has a pool of `out` to itself.
template <class Work>
void run_chunks(std::size_t rows, unsigned threads, Relations& out, Work&& work) {
  constexpr std::size_t chunk = 1024;
  const std::size_t chunks = (rows + chunk - 1) / chunk;
  out.set_pool_count(chunks);
  run_parallel(chunks, threads, [&](std::size_t i) {
    work(i * chunk, std::min(rows, (i + 1) * chunk), static_cast<std::uint32_t>(i));
  });
}

}  // namespace tenon::catalog
