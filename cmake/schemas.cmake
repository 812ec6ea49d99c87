# schemas/*.fbs -> binary schemas and C++ accessors in the build folder.
find_program(FLATC flatc REQUIRED)
set(ACTA_GENERATED ${CMAKE_BINARY_DIR}/generated)
set(ACTA_SCHEMA_NAMES ledger control)
file(GLOB ACTA_FACILITY_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schemas/facility/*.fbs)
foreach(file ${ACTA_FACILITY_FILES})
  get_filename_component(name ${file} NAME_WE)
  if(NOT name STREQUAL "common")
    list(APPEND ACTA_SCHEMA_NAMES facility/${name})
  endif()
endforeach()

# What the engine publishes later, when it first needs it.
file(GLOB ACTA_CONTROL_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schemas/control/*.fbs)
foreach(file ${ACTA_CONTROL_FILES})
  get_filename_component(name ${file} NAME_WE)
  list(APPEND ACTA_SCHEMA_NAMES control/${name})
endforeach()

set(ACTA_BFBS)
foreach(name ${ACTA_SCHEMA_NAMES})
  get_filename_component(folder ${name} DIRECTORY)
  set(source ${CMAKE_SOURCE_DIR}/schemas/${name}.fbs)
  set(binary ${ACTA_GENERATED}/schemas/${name}.bfbs)
  add_custom_command(
    OUTPUT ${binary}
    COMMAND ${FLATC} --schema --binary --bfbs-comments --bfbs-builtins
            -I ${CMAKE_SOURCE_DIR}/schemas -o ${ACTA_GENERATED}/schemas/${folder} ${source}
    DEPENDS ${source} ${CMAKE_SOURCE_DIR}/schemas/facility/common.fbs
    COMMENT "schema ${name}" VERBATIM)
  list(APPEND ACTA_BFBS ${binary})
endforeach()

# Typed accessors, for the schemas that C++ may name.
foreach(name ledger control control/log_keys control/rollback control/time_stamps facility/common)
  get_filename_component(base ${name} NAME)
  get_filename_component(folder ${name} DIRECTORY)
  set(header ${ACTA_GENERATED}/schemas/${folder}/${base}_generated.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${FLATC} --cpp --scoped-enums -I ${CMAKE_SOURCE_DIR}/schemas --include-prefix schemas --keep-prefix
            -o ${ACTA_GENERATED}/schemas/${folder} ${CMAKE_SOURCE_DIR}/schemas/${name}.fbs
    DEPENDS ${CMAKE_SOURCE_DIR}/schemas/${name}.fbs ${CMAKE_SOURCE_DIR}/schemas/facility/common.fbs
    COMMENT "accessors ${name}" VERBATIM)
  list(APPEND ACTA_ACCESSORS ${header})
endforeach()
add_custom_target(acta_accessors DEPENDS ${ACTA_ACCESSORS} ${ACTA_BFBS})
