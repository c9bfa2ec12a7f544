// What of a process belongs to all of it: taken before a plugin runs and compared afterwards.
#pragma once

#include <csignal>
#include <map>
#include <string>
#include <vector>

namespace tenon::verify {

// Settings that a plugin must leave alone.
class ProcessSettings {
 public:
  static ProcessSettings now();
  // What differs in `later`, in words.
  std::vector<std::string> changes(const ProcessSettings& later) const;

 private:
  std::map<int, void (*)(int)> handlers_;     // of signals
  std::map<std::string, std::string> words_;  // "the locale": "C"
  std::vector<std::string> environment_;
};

// By thread id: its name.
std::map<int, std::string> threads();
// By number: what it is open on.
std::map<int, std::string> descriptors();
// What `later` has and `before` had not, other than the memory files of private copies.
std::vector<std::string> added(const std::map<int, std::string>& before,
                               const std::map<int, std::string>& later);
// Bytes that malloc has given out.
size_t allocated();
// Whether a library loaded from a private copy of that name is mapped.
bool is_mapped(const std::string& name);

}  // namespace tenon::verify
