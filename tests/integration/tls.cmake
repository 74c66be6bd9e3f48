foreach(part tls identity)
  add_test(NAME ${part} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/test_${part}.py)
  set_tests_properties(${part} PROPERTIES LABELS integration TIMEOUT 120
    ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
endforeach()
rg_test(test_sink_tls integration SOURCES integration/test_sink_tls.c integration/broker.c LIBS rg_daemon)
