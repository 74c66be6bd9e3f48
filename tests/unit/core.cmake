foreach(test gateway gateway_retained gateway_pressure gateway_json)
  rg_test(test_${test} unit SOURCES unit/test_${test}.c unit/gateway_rig.c unit/emitted.c LIBS rg_core)
endforeach()
rg_test(test_gateway_reload unit SOURCES unit/test_gateway_reload.c unit/gateway_rig.c LIBS rg_core WRAP calloc)
