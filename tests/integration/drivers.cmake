rg_test(test_bus_pty integration SOURCES integration/test_bus_pty.c LIBS rg_daemon)
