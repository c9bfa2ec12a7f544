# Debian packages: cpack --config build/release/CPackConfig.cmake -B packages
#
#   tenon          the host, its documents, manual, service and default deployment
#   tenon-catalog  the catalog family of plugins with its demo; depends on that host
#   tenon-sdk      what plugins are written with; depends on that host
#   *-dbgsym       debugging information of the first two (.ddeb)
#
# Packaged binaries have no symbols: names in a crash report matter for the author's plugin, which is built elsewhere and
# keeps its own; for frames of the host they come with tenon-dbgsym. `cmake --install` strips nothing.
set(packaging ${CMAKE_SOURCE_DIR}/packaging)
set(made ${CMAKE_BINARY_DIR}/packaging)

# What Debian wants of every package.
file(MAKE_DIRECTORY ${made})
file(ARCHIVE_CREATE OUTPUT ${made}/changelog.gz PATHS ${packaging}/changelog FORMAT raw COMPRESSION GZip)
foreach(pair IN ITEMS host:tenon catalog:tenon-catalog sdk_files:tenon-sdk)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 component)
  list(GET pair 1 package)
  install(FILES ${CMAKE_SOURCE_DIR}/LICENSE RENAME copyright DESTINATION share/doc/${package} COMPONENT ${component})
  install(FILES ${made}/changelog.gz DESTINATION share/doc/${package} COMPONENT ${component})
endforeach()
install(FILES ${CMAKE_SOURCE_DIR}/config/deploy/nginx.conf DESTINATION share/doc/tenon/examples COMPONENT host)

# The deployment that runs when no file is named: /etc is beside /usr, and below any other prefix. The service is of use
# in /usr alone, where systemd looks for it.
install(CODE "
  set(etc \${CMAKE_INSTALL_PREFIX}/etc)
  if(CMAKE_INSTALL_PREFIX MATCHES \"/usr$\")
    cmake_path(SET etc NORMALIZE \${CMAKE_INSTALL_PREFIX}/../etc)
    file(INSTALL ${packaging}/tenon.service DESTINATION \${CMAKE_INSTALL_PREFIX}/lib/systemd/system)
  endif()
  file(INSTALL ${packaging}/tenon.yaml DESTINATION \${etc}/tenon)" COMPONENT host)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tenon)
set(CPACK_PACKAGE_VENDOR tenon)
set(CPACK_PACKAGE_CONTACT "tenon <tenon@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES OFF)  # or there would be nothing left for -dbgsym
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/strip_static_libraries.cmake)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL host catalog sdk_files)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)

set(CPACK_COMPONENT_HOST_DESCRIPTION "Host for plugins with a stable interface
A process that loads plugins, shared objects with one exported symbol, through
a stable C interface. One YAML file wires them; they offer HTTP routes and
methods to people, programs and AI agents, and have a store, state, events,
timers, logs and metrics.
.
A plugin runs in the host's process, or in a sandboxed one that may crash, hang
or leak. Its code is exchanged while it is called.")
set(CPACK_DEBIAN_HOST_PACKAGE_NAME tenon)
set(CPACK_DEBIAN_HOST_PACKAGE_SECTION net)
set(CPACK_DEBIAN_HOST_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_HOST_DEBUGINFO_PACKAGE ON)
set(CPACK_DEBIAN_HOST_PACKAGE_SUGGESTS "curl, nginx, tenon-catalog, tenon-sdk")
set(CPACK_DEBIAN_HOST_PACKAGE_CONTROL_EXTRA
    "${packaging}/conffiles;${packaging}/postinst;${packaging}/prerm;${packaging}/postrm")
set(CPACK_DEBIAN_HOST_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_COMPONENT_CATALOG_DESCRIPTION "Shop catalog made of plugins of tenon, with a demo
Price lists of a dealer and pages of manufacturers become one catalog with
necessities, accessories and related products, shown on pages of its own.
/usr/share/tenon/config/catalog.yaml is a deployment to include.")
set(CPACK_DEBIAN_CATALOG_PACKAGE_NAME tenon-catalog)
set(CPACK_DEBIAN_CATALOG_PACKAGE_SECTION net)
set(CPACK_DEBIAN_CATALOG_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_CATALOG_DEBUGINFO_PACKAGE ON)
set(CPACK_DEBIAN_CATALOG_PACKAGE_DEPENDS "tenon (= ${PROJECT_VERSION})")

set(CPACK_COMPONENT_SDK_FILES_DESCRIPTION "What plugins of tenon are written with
Headers and CMake package for plugins in C++20 and C, a crate for Rust,
templates for `tenon new plugin`, and a harness that tests a plugin's library.
/usr/share/doc/tenon/first-plugin.md begins.")
set(CPACK_DEBIAN_SDK_FILES_PACKAGE_NAME tenon-sdk)
set(CPACK_DEBIAN_SDK_FILES_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_SDK_FILES_PACKAGE_DEPENDS "tenon (= ${PROJECT_VERSION}), libboost1.81-dev")
set(CPACK_DEBIAN_SDK_FILES_PACKAGE_RECOMMENDS "cmake, ninja-build, g++, make, pkg-config, libsqlite3-dev, curl")
set(CPACK_DEBIAN_SDK_FILES_PACKAGE_SUGGESTS "cargo, libgtest-dev")

# After all targets and install rules are known.
include(CPack)
