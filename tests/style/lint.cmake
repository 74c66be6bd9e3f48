if(RISKGW_PLAIN)
  foreach(check lint claims)
    add_test(NAME check_${check} COMMAND ${CMAKE_SOURCE_DIR}/tests/style/check_${check}.sh
      ${CMAKE_BINARY_DIR})
    set_tests_properties(check_${check} PROPERTIES LABELS style TIMEOUT 300 SKIP_RETURN_CODE 77)
  endforeach()
endif()
