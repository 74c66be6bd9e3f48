rg_test(test_bus unit SOURCES unit/test_bus.c unit/bus_rig.c LIBS rg_drivers)
rg_test(test_bus_hostile unit SOURCES unit/test_bus_hostile.c unit/bus_rig.c LIBS rg_drivers)
