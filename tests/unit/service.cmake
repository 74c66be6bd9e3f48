rg_test(test_clock unit SOURCES unit/test_clock.c LIBS rg_daemon)
