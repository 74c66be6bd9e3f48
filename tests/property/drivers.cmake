rg_test(test_bus_late property SOURCES property/test_bus_late.c unit/bus_rig.c LIBS rg_drivers)
rg_test(test_bus_mix property SOURCES property/test_bus_mix.c unit/bus_rig.c LIBS rg_drivers)
rg_test(test_bus_memory property SOURCES property/test_bus_memory.c unit/bus_rig.c
  LIBS rg_drivers WRAP malloc calloc realloc)
