// The folder of pages beside a library, NAME.web, as a signature sees it.
#pragma once

#include <filesystem>
#include <optional>

#include "host/signing/signature_file.hpp"
#include "tenon/result.hpp"

namespace tenon::signing {

// It need not be there.
std::filesystem::path pages_path(const std::filesystem::path& library);

// The files below `folder`; none where there is no folder. With `copy_to`, an empty folder, it also
// writes there what it reads, so that what was looked at is what is served. Errors: a link or
// device among them, more than a folder of pages has.
Result<Pages> read_pages(const std::filesystem::path& folder,
                         const std::optional<std::filesystem::path>& copy_to = std::nullopt);

}  // namespace tenon::signing
