// What an instance is set up with, from its entry in the plan.
#pragma once

#include "host/plugins/deployment.hpp"
#include "host/plugins/instance.hpp"

namespace tenon::plugins {

InstanceSetup setup_of(const PlannedInstance& planned);

}  // namespace tenon::plugins
