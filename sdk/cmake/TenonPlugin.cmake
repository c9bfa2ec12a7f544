# tenon_plugin(NAME SOURCES file... [LINK target...] [WEB folder])
#
# Builds NAME.so, a tenon plugin in C or C++. It exports its entry alone, needs no symbol of the host (an undefined
# one fails the link), and can be unloaded. WEB names a folder of built page files, found beside the library as
# NAME.web. The same function serves the tenon tree and plugins built against the installed SDK.
#
# TENON_PLUGIN_OUTPUT_DIRECTORY is where the library is built; TENON_PLUGIN_INSTALL_DIRECTORY, when set, is where
# `cmake --install` puts library and pages, as part of TENON_PLUGIN_INSTALL_COMPONENT when that is set, too. TENON_PROGRAM,
# when set, is the host that reads the manifest after linking.

set(TENON_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)
set(TENON_CHECK_PLUGIN ${CMAKE_CURRENT_LIST_DIR}/check_plugin.cmake)

function(tenon_plugin name)
  cmake_parse_arguments(ARG "" "WEB" "SOURCES;LINK" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE tenon::plugin_api ${ARG_LINK})

  set(has_cxx FALSE)
  foreach(source IN LISTS ARG_SOURCES)
    if(source MATCHES "\\.(cpp|cc|cxx)$")
      set(has_cxx TRUE)
    endif()
  endforeach()
  if(has_cxx)
    target_link_libraries(${name} PRIVATE tenon::plugin_json)
    target_compile_features(${name} PRIVATE cxx_std_20)
  endif()

  # GNU_UNIQUE symbols would keep the library mapped for ever and share its statics with the next generation.
  target_compile_options(${name} PRIVATE
    -fvisibility=hidden -fstack-clash-protection $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${name} PRIVATE
    -Wl,--version-script=${TENON_PLUGIN_MAP} -Wl,-z,relro,-z,now)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR NOT TENON_SANITIZE)
    # clang's sanitizer runtime stays undefined in shared objects
    target_link_options(${name} PRIVATE -Wl,--no-undefined)
  endif()
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" LINK_DEPENDS ${TENON_PLUGIN_MAP})
  if(TENON_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${TENON_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -DLIBRARY=$<TARGET_FILE:${name}> -DREADELF=${CMAKE_READELF} "-DTENON=${TENON_PROGRAM}"
            -P ${TENON_CHECK_PLUGIN} VERBATIM)
  if(ARG_WEB)
    cmake_path(ABSOLUTE_PATH ARG_WEB BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE web)
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E rm -rf $<TARGET_FILE_DIR:${name}>/${name}.web
      COMMAND ${CMAKE_COMMAND} -E create_symlink ${web} $<TARGET_FILE_DIR:${name}>/${name}.web VERBATIM)
  endif()
  if(TENON_PLUGIN_INSTALL_DIRECTORY)
    set(component)
    if(TENON_PLUGIN_INSTALL_COMPONENT)
      set(component COMPONENT ${TENON_PLUGIN_INSTALL_COMPONENT})
    endif()
    install(TARGETS ${name} LIBRARY DESTINATION ${TENON_PLUGIN_INSTALL_DIRECTORY} ${component})
    if(ARG_WEB)
      install(DIRECTORY ${web}/ DESTINATION ${TENON_PLUGIN_INSTALL_DIRECTORY}/${name}.web ${component} OPTIONAL)
    endif()
  endif()
endfunction()

# tenon_plugin_test(NAME PLUGIN plugin SOURCES file... [LINK target...])
#
# Builds a test of a plugin and registers it with CTest: a program that loads the plugin's library, whose path it finds
# in TENON_TESTED_PLUGIN, into a host of its own (tenon/testing/plugin.hpp). With GTest::gtest_main in LINK the tests
# are GoogleTest's, else those of tenon/testing/test.hpp. -DBUILD_TESTING=OFF leaves it out.
function(tenon_plugin_test name)
  cmake_parse_arguments(ARG "" "PLUGIN" "SOURCES;LINK" ${ARGN})
  if(DEFINED BUILD_TESTING AND NOT BUILD_TESTING)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} tenon::plugin_testing)
  if(NOT "GTest::gtest_main" IN_LIST ARG_LINK)
    target_link_libraries(${name} PRIVATE tenon::plugin_testing_main)
  endif()
  target_compile_definitions(${name} PRIVATE TENON_TESTED_PLUGIN="$<TARGET_FILE:${ARG_PLUGIN}>")
  add_dependencies(${name} ${ARG_PLUGIN})
  add_test(NAME ${name} COMMAND ${name})
endfunction()
