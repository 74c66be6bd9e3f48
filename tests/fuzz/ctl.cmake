# A long run:
#   build/clang/tests/fuzz_ctl -runs=5000000 -max_len=512 -close_fd_mask=2 -dict=tests/fuzz/ctl.dict NEW_FOLDER
if(RISKGW_FUZZ)
  add_executable(fuzz_ctl fuzz/fuzz_ctl.c unit/gateway_rig.c unit/emitted.c)
  target_link_libraries(fuzz_ctl PRIVATE rg_daemon cmocka)
  target_link_options(fuzz_ctl PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz_ctl PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME fuzz_ctl COMMAND fuzz_ctl -runs=50000 -seed=1 -max_len=512 -timeout=10 -close_fd_mask=2
    -dict=${CMAKE_CURRENT_LIST_DIR}/ctl.dict)
  set_tests_properties(fuzz_ctl PROPERTIES LABELS fuzz TIMEOUT 300)
endif()
