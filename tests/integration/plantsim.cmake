# Debian's own interpreter: that is the one that has pymodbus.
foreach(part plantsim plantsim_faults)
  add_test(NAME ${part} COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/test_${part}.py)
  set_tests_properties(${part} PROPERTIES LABELS integration TIMEOUT 120
    RUN_SERIAL ON # they keep the time of a wire
    ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
endforeach()

add_test(NAME hostile_plant COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/test_hostile_plant.py)
set_tests_properties(hostile_plant PROPERTIES LABELS fault TIMEOUT 120
  ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
