rg_test(test_bus_pty integration SOURCES integration/test_bus_pty.c LIBS rg_daemon)
# It keeps the time of a wire: alone on the machine.
set_tests_properties(test_bus_pty PROPERTIES RUN_SERIAL ON)
