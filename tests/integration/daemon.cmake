rg_test(test_ctl integration SOURCES integration/test_ctl.c unit/gateway_rig.c unit/emitted.c LIBS rg_daemon WRAP getgrnam_r getpwuid_r)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME daemon_from_start_to_end COMMAND ${Python3_EXECUTABLE}
  ${CMAKE_CURRENT_SOURCE_DIR}/integration/test_daemon.py)
set_tests_properties(daemon_from_start_to_end PROPERTIES LABELS integration TIMEOUT 300
  ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
add_test(NAME recorded_samples COMMAND ${Python3_EXECUTABLE}
  ${CMAKE_CURRENT_SOURCE_DIR}/integration/test_recorded.py)
set_tests_properties(recorded_samples PROPERTIES LABELS integration TIMEOUT 120
  ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
