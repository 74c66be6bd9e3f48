rg_test(test_store unit SOURCES unit/test_store.c unit/store_rig.c LIBS rg_daemon)
rg_test(test_store_thread unit SOURCES unit/test_store_thread.c unit/store_rig.c LIBS rg_daemon)
rg_test(test_store_trail unit SOURCES unit/test_store_trail.c unit/store_rig.c LIBS rg_daemon)
