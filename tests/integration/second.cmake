if(RISKGW_PLAIN)
  add_test(NAME second_daemon COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/test_second_daemon.py)
  set_tests_properties(second_daemon PROPERTIES LABELS integration TIMEOUT 60
    ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
endif()
