#include "host/plugins/setup_of.hpp"

namespace tenon::plugins {

InstanceSetup setup_of(const PlannedInstance& planned) {
  const config::Deadlines& deadlines = planned.spec.deadlines;
  const config::InstanceSettings& settings = planned.spec.settings;
  InstanceSetup setup;
  setup.id = planned.spec.id;
  setup.candidate = planned.candidate;
  setup.config = planned.config_json;
  setup.config_folder = planned.config_folder;
  setup.deadlines = {deadlines.load, deadlines.configure, deadlines.start, deadlines.stop};
  setup.isolated = planned.runtime == config::Runtime::isolated;
  setup.limits = {setup.isolated ? settings.limits.call_timeout : std::chrono::milliseconds(0),
                  settings.limits.concurrency, settings.limits.queue};
  setup.grants = {settings.permissions, planned.own, planned.data_folder, planned.written};
  setup.permissions = planned.permissions;
  setup.trust = planned.trust;
  setup.worker_limits = settings.limits;
  setup.supervision = settings.supervision;
  setup.drain = settings.reload.drain;
  setup.keep_mapped = settings.reload.keep_mapped;
  return setup;
}

}  // namespace tenon::plugins
