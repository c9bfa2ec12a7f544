#include "host/isolation/region.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <bit>
#include <cerrno>
#include <cstring>

namespace tenon::isolation {

namespace {

constexpr size_t kPage = 4096;
static_assert(sizeof(LaneControl) <= kPage);
constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
constexpr unsigned kNoExecSeal = 0x8;  // MFD_NOEXEC_SEAL, which Debian 12's header lacks

Error failed(const char* what) {
  return {Code::limit,
          std::string("cannot ") + what + " shared memory for a worker: " + std::strerror(errno)};
}

}  // namespace

size_t RegionShape::lane_bytes() const {
  return kPage + 2 * size_t{ring_bytes};
}

Result<void> RegionShape::check() const {
  if (host_lanes < 1 || host_lanes > 64 || plugin_lanes > 64)
    return Error{Code::invalid, "a worker has 1 to 64 lanes for calls and 0 to 64 for its own"};
  if (!std::has_single_bit(ring_bytes) || ring_bytes < kPage || ring_bytes > 16u << 20)
    return Error{Code::invalid, "a ring is a power of two from 4096 bytes to 16 MiB, not " +
                                    std::to_string(ring_bytes)};
  return {};
}

Result<Descriptor> Region::make(const RegionShape& shape) {
  TN_CHECK(shape.check());
  Descriptor file(memfd_create("tenon-lanes", MFD_CLOEXEC | MFD_ALLOW_SEALING | kNoExecSeal));
  if (!file && errno == EINVAL)  // a kernel before 6.3
    file = Descriptor(memfd_create("tenon-lanes", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return failed("make");
  if (ftruncate(file.get(), static_cast<off_t>(shape.bytes())) != 0) return failed("size");
  if (fcntl(file.get(), F_ADD_SEALS, kSeals) != 0) return failed("seal");
  return file;
}

Result<Region> Region::map(const Descriptor& file, const RegionShape& shape) {
  TN_CHECK(shape.check());
  struct stat found {};
  if (fstat(file.get(), &found) != 0) return failed("look at");
  if (static_cast<size_t>(found.st_size) != shape.bytes())
    return Error{Code::invalid, "the shared memory has another size than was agreed"};
  const int seals = fcntl(file.get(), F_GET_SEALS);
  if (seals < 0 || (seals & kSeals) != kSeals)
    return Error{Code::invalid, "the shared memory is not sealed"};
  void* start = mmap(nullptr, shape.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (start == MAP_FAILED) return failed("map");
  Region region;
  region.start_ = static_cast<std::byte*>(start);
  region.shape_ = shape;
  return region;
}

Region::Region(Region&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), shape_(other.shape_) {}

Region& Region::operator=(Region&& other) noexcept {
  std::swap(start_, other.start_);
  std::swap(shape_, other.shape_);
  return *this;
}

Region::~Region() {
  if (start_) munmap(start_, shape_.bytes());
}

LaneMemory Region::lane(uint32_t index) const {
  std::byte* at = start_ + index * shape_.lane_bytes();
  return {reinterpret_cast<LaneControl*>(at), at + kPage, at + kPage + shape_.ring_bytes,
          shape_.ring_bytes};
}

}  // namespace tenon::isolation
