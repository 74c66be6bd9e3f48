rg_test(test_bus_late property SOURCES property/test_bus_late.c unit/bus_rig.c LIBS rg_drivers)
