rg_test(test_last_good fault SOURCES fault/test_last_good.c unit/config_rig.c LIBS rg_daemon
  WRAP fsync mkdirat write renameat renameat2)
