foreach(test gap hold secret)
  rg_test(test_${test} unit SOURCES unit/test_${test}.c LIBS rg_daemon)
endforeach()
rg_test(test_recovery unit SOURCES unit/test_recovery.c unit/store_rig.c LIBS rg_daemon WRAP store_open)
