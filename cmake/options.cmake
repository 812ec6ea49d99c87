# Flags of our own targets. Third-party headers come in as SYSTEM.
set(ACTA_SANITIZE "" CACHE STRING "Sanitizers, as address,undefined")

add_library(acta_options INTERFACE)
# g++ judges; clang, which builds the fuzz targets alone, warns of other things.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(acta_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror
    # At -O2 g++ 12 reports these for any std::optional or std::string that it inlines.
    -Wno-maybe-uninitialized -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow)
endif()
target_include_directories(acta_options INTERFACE ${CMAKE_SOURCE_DIR})
if(ACTA_SANITIZE)
  target_compile_options(acta_options INTERFACE -fsanitize=${ACTA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(acta_options INTERFACE -fsanitize=${ACTA_SANITIZE})
endif()

# libFuzzer counts which branches an input takes, in everything that is built.
option(ACTA_LIBFUZZER "Fuzz targets for libFuzzer, with clang" OFF)
if(ACTA_LIBFUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(RocksDB REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
find_library(FLATBUFFERS_LIBRARY flatbuffers REQUIRED)

# Headers that nearly every file of a target needs are parsed once, for several targets where their flags are the same
# (target_precompile_headers(.. REUSE_FROM ..)). A file must still include what it uses.
set(ACTA_STANDARD_HEADERS <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <span> <string> <string_view> <variant> <vector>)
set(ACTA_JSON_HEADER ${CMAKE_SOURCE_DIR}/events/json_library.h)
function(acta_precompile target)
  target_precompile_headers(${target} PRIVATE ${ACTA_STANDARD_HEADERS} ${ARGN})
endfunction()
