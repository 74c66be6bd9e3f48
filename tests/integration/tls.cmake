add_test(NAME tls COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/test_tls.py)
set_tests_properties(tls PROPERTIES LABELS integration TIMEOUT 120
  ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
