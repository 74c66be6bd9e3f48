rg_test(test_ctl integration SOURCES integration/test_ctl.c unit/gateway_rig.c unit/emitted.c LIBS rg_daemon WRAP getgrnam)
