rg_test(test_plan_optimum property SOURCES property/test_plan_optimum.c LIBS rg_drivers)
rg_test(test_bus_dead property SOURCES property/test_bus_dead.c unit/bus_rig.c LIBS rg_drivers)
rg_test(test_bus_late property SOURCES property/test_bus_late.c unit/bus_rig.c LIBS rg_drivers)
rg_test(test_bus_mix property SOURCES property/test_bus_mix.c unit/hostile.c unit/bus_rig.c LIBS rg_drivers)
rg_test(test_bus_budget property SOURCES property/test_bus_budget.c unit/bus_rig.c LIBS rg_drivers)
rg_test(test_bus_memory property SOURCES property/test_bus_memory.c unit/bus_rig.c
  LIBS rg_drivers WRAP malloc calloc realloc)
if(RISKGW_PLAIN)
  add_test(NAME proof_mutants COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/property/proof_mutants.sh 20
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(proof_mutants PROPERTIES LABELS property TIMEOUT 900)
endif()
