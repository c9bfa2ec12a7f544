# Settings and target kinds shared by everything in the tree.
#
#   tenon_host_module(NAME ...)   static library of one host folder, its tests and fuzz targets
#   tenon_test(NAME ...)          a GoogleTest executable registered with CTest, one entry a test
#   tenon_fuzz(NAME ...)          a fuzz target: libFuzzer under the fuzz preset, elsewhere a test
#                                 that replays its corpus and bounded mutations of it

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_ENABLE_EXPORTS OFF)
# Libraries lie where Debian has those of this architecture, in every prefix and not in /usr alone, so that what is tested
# is what is packaged.
if(CMAKE_LIBRARY_ARCHITECTURE)
  set(CMAKE_INSTALL_LIBDIR lib/${CMAKE_LIBRARY_ARCHITECTURE} CACHE PATH "Libraries, below the prefix")
endif()
include(GNUInstallDirs)
set(TENON_PLUGIN_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)

find_program(TENON_CCACHE ccache)
if(TENON_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${TENON_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
endif()
find_program(TENON_MOLD mold)
if(TENON_MOLD AND NOT TENON_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Werror -fno-omit-frame-pointer -fstack-clash-protection)
add_link_options(-Wl,-z,relro,-z,now)
if(TENON_SANITIZE)
  add_compile_options(-fsanitize=${TENON_SANITIZE} -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${TENON_SANITIZE})
  # TSan does not model std::atomic_thread_fence; gcc warns of it inside Boost's headers. Under a
  # sanitizer gcc 12 also takes a moved std::variant for uninitialized; the sanitizers look better.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan -Wno-maybe-uninitialized)
  endif()
endif()

# Compiled, because header-only each file that logs compiles all of spdlog: three times the build. TSan has to see
# into its queue, though, and Debian's library is not instrumented.
add_compile_definitions(SPDLOG_FMT_EXTERNAL)
if(TENON_SANITIZE MATCHES "thread")
  link_libraries(fmt)  # comes in with the precompiled header
else()
  add_compile_definitions(SPDLOG_COMPILED_LIB SPDLOG_SHARED_LIB)
endif()

if(TENON_FUZZ)
  # Without it libFuzzer sees no coverage and stops after the corpus.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_package(Threads REQUIRED)

if(TENON_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

# One precompiled header for all code of the host, and one for all tests. Position-independent also for programs, or they
# could not share it.
file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "")
add_library(tenon_precompiled STATIC ${CMAKE_BINARY_DIR}/precompiled.cpp)
target_precompile_headers(tenon_precompiled PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp)
function(tenon_precompiled target)
  target_precompile_headers(${target} REUSE_FROM tenon_precompiled)
  target_compile_options(${target} PRIVATE -fPIC)
endfunction()
if(TENON_TESTS)
  add_library(tenon_precompiled_test STATIC ${CMAKE_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(tenon_precompiled_test PRIVATE GTest::gmock)
  target_precompile_headers(tenon_precompiled_test PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled_test.hpp)
  target_compile_options(tenon_precompiled_test PRIVATE -O1 -fPIC)
  add_library(tenon_replay_main OBJECT ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
endif()

# Files in which gcc 12 sees string concatenation write out of bounds where it does not (GCC bug 105651).
function(tenon_misread_by_gcc)
  set_source_files_properties(${ARGN} PROPERTIES
    COMPILE_OPTIONS "$<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-restrict>")
endfunction()

# Sources of a folder by role: x.cpp, x_test.cpp, x_fuzz.cpp stand side by side.
function(tenon_sources_of folder out_sources out_tests out_fuzz)
  file(GLOB all CONFIGURE_DEPENDS ${folder}/*.cpp ${folder}/*.c)
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(fuzz ${all})
  list(FILTER fuzz INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER all EXCLUDE REGEX "_(test|fuzz|benchmark)\\.cpp$")
  set(${out_sources} ${all} PARENT_SCOPE)
  set(${out_tests} ${tests} PARENT_SCOPE)
  set(${out_fuzz} ${fuzz} PARENT_SCOPE)
endfunction()

function(tenon_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  if(NOT TENON_TESTS)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  # The code under test is compiled as it ships; the tests themselves need no second level of optimization.
  target_compile_options(${name} PRIVATE -O1 -fPIC)
  target_precompile_headers(${name} REUSE_FROM tenon_precompiled_test)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gtest_discover_tests(${name} TEST_PREFIX ${name}. NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT 300)
endfunction()

function(tenon_fuzz name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;LINK" ${ARGN})
  if(NOT TENON_TESTS)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  if(TENON_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_link_libraries(${name} PRIVATE tenon_replay_main)
    add_test(NAME ${name} COMMAND ${name} ${ARG_CORPUS})
    set_tests_properties(${name} PROPERTIES TIMEOUT 120)
  endif()
endfunction()

# tenon_host_module(config DEPENDS tenon_base PRIVATE_LINK yaml-cpp)
# Makes the library tenon_NAME of the current folder, the test tenon_NAME_test from its *_test.cpp
# files and a fuzz target for each x_fuzz.cpp (its corpus is the folder x_corpus, when there is one).
function(tenon_host_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE_LINK;TEST_LINK" ${ARGN})
  tenon_sources_of(${CMAKE_CURRENT_SOURCE_DIR} sources tests fuzz)
  if(sources)
    add_library(tenon_${name} STATIC ${sources})
    target_include_directories(tenon_${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(tenon_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_LINK})
    tenon_precompiled(tenon_${name})
  else()
    add_library(tenon_${name} INTERFACE)
    target_include_directories(tenon_${name} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(tenon_${name} INTERFACE ${ARG_DEPENDS})
  endif()
  if(tests AND TENON_TESTS)
    tenon_test(tenon_${name}_test SOURCES ${tests}
               LINK tenon_${name} ${ARG_PRIVATE_LINK} ${ARG_TEST_LINK})
  endif()
  foreach(file IN LISTS fuzz)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" base ${stem})
    tenon_fuzz(${stem} SOURCES ${file} LINK tenon_${name} ${ARG_PRIVATE_LINK}
               CORPUS ${CMAKE_CURRENT_SOURCE_DIR}/${base}_corpus)
  endforeach()
endfunction()
