rg_test(test_bus_pty integration SOURCES integration/test_bus_pty.c LIBS rg_daemon)
rg_test(test_bus_real integration SOURCES integration/test_bus_real.c unit/hostile.c unit/bus_rig.c
        LIBS rg_daemon)
# They keep the time of a wire: alone on the machine.
set_tests_properties(test_bus_pty test_bus_real PROPERTIES RUN_SERIAL ON)
# Debian's own interpreter: that is the one that has pymodbus.
if(RISKGW_PLAIN)
  add_executable(stranger_libmodbus integration/stranger_libmodbus.c)
  target_link_libraries(stranger_libmodbus PRIVATE PkgConfig::MODBUS)
  set_target_properties(stranger_libmodbus PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  foreach(part strangers stranger_lines)
    add_test(NAME ${part} COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/test_${part}.py)
    set_tests_properties(${part} PROPERTIES LABELS integration TIMEOUT 120
      ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
  endforeach()
endif()
