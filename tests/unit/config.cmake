foreach(part load load_rules load_request load_errors load_trees status later_keys mend origin diag)
  rg_test(test_${part} unit SOURCES unit/test_${part}.c unit/config_rig.c LIBS rg_config)
endforeach()
rg_test(test_explain unit SOURCES unit/test_explain.c unit/config_rig.c LIBS rg_drivers)
rg_test(test_read unit SOURCES unit/test_read.c unit/config_rig.c LIBS rg_drivers)
rg_test(test_load_memory unit SOURCES unit/test_load_memory.c unit/config_rig.c LIBS rg_config
  WRAP malloc calloc realloc)
