find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME riskgwctl_usage
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/integration/riskgwctl_usage.py)
set_tests_properties(riskgwctl_usage PROPERTIES LABELS integration TIMEOUT 120
  ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
