rg_test(test_clock unit SOURCES unit/test_clock.c LIBS rg_daemon)
rg_test(test_threads unit SOURCES unit/test_threads.c LIBS rg_daemon)
