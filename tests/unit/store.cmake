rg_test(test_store unit SOURCES unit/test_store.c unit/store_rig.c LIBS rg_daemon)
