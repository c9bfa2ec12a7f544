#include "host/http/access_policy.hpp"

#include <openssl/crypto.h>

#include "host/http/text.hpp"

namespace tenon::http {

std::optional<Denial> HostTokenPolicy::check(Request& request, const Route& route) {
  if (route.access != Access::host_state) return std::nullopt;
  constexpr std::string_view kScheme = "Bearer ";
  const auto header = request.header("Authorization").value_or("");
  const bool bearer =
      header.size() > kScheme.size() && iequals(header.substr(0, kScheme.size()), kScheme);
  const auto given = bearer ? trim(header.substr(kScheme.size())) : std::string_view();
  // Compared in constant time; the length of the token is no secret.
  const bool same = !token_.empty() && given.size() == token_.size() &&
                    CRYPTO_memcmp(given.data(), token_.data(), token_.size()) == 0;
  if (same) {
    request.set_principal("host");
    return std::nullopt;
  }
  return Denial{401, "This route needs the host's bearer token.", "Bearer realm=\"tenon\""};
}

}  // namespace tenon::http
