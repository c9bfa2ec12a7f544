// The call that plugin calls are compared with, defined where the compiler cannot see it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace tenon::bench {

class VirtualCall {
 public:
  virtual ~VirtualCall() = default;
  virtual int32_t call(const void* call, uint32_t method, std::string_view input,
                       const void* output) = 0;
};
std::unique_ptr<VirtualCall> make_virtual_call();

}  // namespace tenon::bench
