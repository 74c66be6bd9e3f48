foreach(check layers style)
  add_test(NAME check_${check} COMMAND ${CMAKE_SOURCE_DIR}/tests/style/check_${check}.sh)
  set_tests_properties(check_${check} PROPERTIES LABELS style TIMEOUT 120)
endforeach()
