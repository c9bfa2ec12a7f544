// Boost.URL compiled into the catalog: plugins depend on no shared library of Boost.
#include <boost/url/src.hpp>
