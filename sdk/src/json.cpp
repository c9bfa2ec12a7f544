// Boost.JSON compiled for plugins, so that a plugin carries its own and depends on no library of
// the host.
#include <boost/json/src.hpp>
