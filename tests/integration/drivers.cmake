rg_test(test_bus_pty integration SOURCES integration/test_bus_pty.c LIBS rg_daemon)
rg_test(test_bus_real integration SOURCES integration/test_bus_real.c unit/hostile.c unit/bus_rig.c
        LIBS rg_daemon)
# They keep the time of a wire: alone on the machine.
set_tests_properties(test_bus_pty test_bus_real PROPERTIES RUN_SERIAL ON)
# Debian's own interpreter: that is the one that has pymodbus.
if(RISKGW_PLAIN)
  add_test(NAME strangers COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/test_strangers.py)
  set_tests_properties(strangers PROPERTIES LABELS integration TIMEOUT 120
    ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
endif()
