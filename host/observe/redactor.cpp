#include "host/observe/redactor.hpp"

#include <algorithm>

namespace tenon::observe {
namespace {

constexpr std::string_view kMask = "***";

void mask_all(std::string& text, std::string_view secret) {
  for (size_t at = text.find(secret); at != text.npos; at = text.find(secret, at + kMask.size()))
    text.replace(at, secret.size(), kMask);
}

void mask_cut_end(std::string& text, std::string_view secret) {
  for (size_t size = std::min(secret.size() - 1, text.size()); size > 0; --size) {
    if (!text.ends_with(secret.substr(0, size))) continue;
    text.replace(text.size() - size, size, kMask);
    return;
  }
}

}  // namespace

Result<void> Redactor::add(std::string secret) {
  if (secret.size() < kMinSecretBytes)
    return Error{Code::invalid, "a secret of fewer than " + std::to_string(kMinSecretBytes) +
                                    " bytes cannot be hidden in the log"};
  std::lock_guard lock(mutex_);
  Secrets next = *secrets_;
  if (std::find(next.begin(), next.end(), secret) != next.end()) return {};
  // A secret that contains another must go first, or its remainder would show.
  const auto place = std::find_if(next.begin(), next.end(), [&](const std::string& other) {
    return other.size() < secret.size();
  });
  next.insert(place, std::move(secret));
  secrets_ = std::make_shared<const Secrets>(std::move(next));
  return {};
}

void Redactor::apply(std::string& text, bool cut) const {
  if (text.empty()) return;
  const auto known = secrets();
  for (const std::string& secret : *known) mask_all(text, secret);
  if (!cut) return;
  for (const std::string& secret : *known) mask_cut_end(text, secret);
}

std::shared_ptr<const Redactor::Secrets> Redactor::secrets() const {
  std::lock_guard lock(mutex_);
  return secrets_;
}

}  // namespace tenon::observe
