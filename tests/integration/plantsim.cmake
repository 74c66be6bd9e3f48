# Debian's own interpreter: that is the one that has pymodbus.
foreach(part plantsim plantsim_faults)
  add_test(NAME ${part} COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/test_${part}.py)
  set_tests_properties(${part} PROPERTIES LABELS integration TIMEOUT 120
    ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
endforeach()
