# Debian packages: cpack --config build/release/CPackConfig.cmake -B packages
#
#   tenon      the host, its plugins and deployments
#   tenon-sdk  what plugins are written with; depends on that host
#
# Binaries keep their line tables: crash reports read them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tenon)
set(CPACK_PACKAGE_VENDOR tenon)
set(CPACK_PACKAGE_CONTACT "tenon <tenon@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES OFF)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL host sdk_files)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)

set(CPACK_COMPONENT_HOST_DESCRIPTION "Plugin host: loads, wires, isolates and exchanges plugins, and serves them over HTTP")
set(CPACK_DEBIAN_HOST_PACKAGE_NAME tenon)
set(CPACK_DEBIAN_HOST_PACKAGE_SHLIBDEPS ON)

set(CPACK_COMPONENT_SDK_FILES_DESCRIPTION "What plugins of tenon are written with: headers, templates, test harness, documents")
set(CPACK_DEBIAN_SDK_FILES_PACKAGE_NAME tenon-sdk)
set(CPACK_DEBIAN_SDK_FILES_PACKAGE_DEPENDS "tenon (= ${PROJECT_VERSION}), libboost1.81-dev")
set(CPACK_DEBIAN_SDK_FILES_PACKAGE_RECOMMENDS "cmake, ninja-build, g++, make, pkg-config, libsqlite3-dev")

# After all targets and install rules are known.
include(CPack)
