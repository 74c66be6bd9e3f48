rg_test(test_bus unit SOURCES unit/test_bus.c unit/bus_rig.c LIBS rg_drivers)
