# Every message against docs/messages.  npm ci in tests/schema first (test.sh
# does); without it these tests are skipped.
find_program(NODE node)
set(validate ${NODE} ${CMAKE_SOURCE_DIR}/tests/schema/validate.mjs)
function(rg_validate name)
  add_test(NAME ${name} COMMAND ${validate} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 120 SKIP_RETURN_CODE 77)
endfunction()

# rg_emits(TEST): what it makes (RISKGW_EMITTED) is validated after it.
function(rg_emits test)
  set(file ${CMAKE_BINARY_DIR}/tests/emitted_${test}.ndjson)
  set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT RISKGW_EMITTED=${file})
  set_property(TEST ${test} APPEND PROPERTY FIXTURES_SETUP emitted_${test})
  rg_validate(schema_of_${test} ${file})
  set_property(TEST schema_of_${test} PROPERTY FIXTURES_REQUIRED emitted_${test})
endfunction()

if(RISKGW_PLAIN)
  add_test(NAME lock_names_no_host COMMAND sh -c "! grep -n '://' ${CMAKE_SOURCE_DIR}/tests/schema/package-lock.json")
  set_tests_properties(lock_names_no_host PROPERTIES LABELS style TIMEOUT 10)
endif()
if(NODE AND RISKGW_PLAIN)
  rg_validate(schema_examples)
  rg_validate(schema_of_golden ${CMAKE_SOURCE_DIR}/tests/unit/golden/payload.ndjson)
  # The other rooms' lists are read later.
  foreach(test payload payload_parts payload_sizes gateway gateway_retained gateway_pressure gateway_json show
          gateway_reload)
    cmake_language(EVAL CODE "cmake_language(DEFER CALL rg_emits test_${test})")
  endforeach()
endif()
rg_test(test_downlink_examples unit SOURCES schema/test_downlink_examples.c LIBS rg_core)
