// The code of one generation, wherever it runs: in this process or in a worker of its own.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <optional>
#include <string_view>

#include "host/plugins/manifest.hpp"
#include "host/sandbox/report.hpp"

namespace tenon::plugins {

// The process of code that has one of its own.
struct WorkerInfo {
  pid_t pid = 0;
  sandbox::Report layers;  // of its sandbox
};

class PluginCode {
 public:
  PluginCode() = default;
  // Unloads. Every object made by it is destroyed by then.
  virtual ~PluginCode() = default;
  PluginCode(const PluginCode&) = delete;
  PluginCode& operator=(const PluginCode&) = delete;

  virtual const Manifest& manifest() const = 0;
  // The plugin's table of that id, or null; valid as long as this. [any-thread]
  template <class Table>
  const Table* table(std::string_view id) const {
    return static_cast<const Table*>(find_table(id));
  }

  // Lets go of the code; no table is valid afterwards. False: it could not be unloaded and stays
  // mapped for good. Once; the destructor does it otherwise.
  virtual bool unload() = 0;
  // Something of it never came back: what it may still touch stays for good.
  virtual void abandon() = 0;
  // Set when the process that it ran in has ended; null: it has none of its own.
  virtual const std::atomic<bool>* gone() const { return nullptr; }
  virtual std::optional<WorkerInfo> worker_info() const { return std::nullopt; }

 private:
  virtual const void* find_table(std::string_view id) const = 0;
};

}  // namespace tenon::plugins
