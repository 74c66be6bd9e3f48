rg_test(test_identity unit SOURCES unit/test_identity.c LIBS rg_core)
rg_test(test_gateway_watch unit SOURCES unit/test_gateway_watch.c unit/gateway_rig.c unit/emitted.c LIBS rg_core)
rg_test(test_reasons unit SOURCES unit/test_reasons.c LIBS rg_daemon rg_ctl)
