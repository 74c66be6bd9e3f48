if(NOT RISKGW_PLAIN)
  set(states --few) # a sanitizer makes it ten times slower
endif()
rg_test(test_alarm_states property SOURCES property/test_alarm_states.c property/alarm_states.c
  LIBS rg_rules ARGS ${states})
rg_test(test_engine_walk property SOURCES property/test_engine_walk.c property/walk.c
  property/walk_reload.c LIBS rg_rules)
rg_test(test_chatter_day property SOURCES property/test_chatter_day.c unit/rules_rig.c LIBS rg_rules)
rg_test(test_engine_memory property SOURCES property/test_engine_memory.c unit/rules_rig.c
  LIBS rg_rules WRAP malloc calloc realloc)
if(RISKGW_PLAIN)
  add_test(NAME row_mutants COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/property/row_mutants.sh 37
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(row_mutants PROPERTIES LABELS property TIMEOUT 900)
endif()
