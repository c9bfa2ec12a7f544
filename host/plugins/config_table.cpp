#include "host/plugins/host_tables.hpp"
#include "host/plugins/instance_context.hpp"

namespace tenon::plugins {
namespace {

tn_status TN_ABI get(void* ctx, const tn_call* call, tn_str pointer,
                     const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    boost::json::error_code failed;
    const auto path = view(pointer);
    const auto* found = context_of(ctx).config().find_pointer({path.data(), path.size()}, failed);
    if (!found)
      return Error{Code::not_found,
                   "the configuration has nothing at \"" + std::string(path) + "\"",
                   std::string(path)};
    return put(output, boost::json::serialize(*found));
  });
}

tn_status TN_ABI data_folder(void* ctx, const tn_call* call, const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto folder, context_of(ctx).data_folder());
    return put(output, folder.string());
  });
}

tn_status TN_ABI resolve_path(void* ctx, const tn_call* call, tn_str path,
                              const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    const auto& context = context_of(ctx);
    const auto place =
        (context.config_folder() / std::filesystem::path(view(path))).lexically_normal();
    TN_CHECK(context.permissions().may_read(place));
    return put(output, place.string());
  });
}

}  // namespace

const tn_host_config* config_table() {
  static constexpr tn_host_config table{sizeof(tn_host_config), 0, get, data_folder, resolve_path};
  return &table;
}

}  // namespace tenon::plugins
