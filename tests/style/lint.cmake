if(RISKGW_PLAIN)
  add_test(NAME check_lint COMMAND ${CMAKE_SOURCE_DIR}/tests/style/check_lint.sh ${CMAKE_BINARY_DIR})
  set_tests_properties(check_lint PROPERTIES LABELS style TIMEOUT 300 SKIP_RETURN_CODE 77)
endif()
