# The seeds are the trees of tests/config and the examples; a long run of it:
#   build/clang/tests/fuzz_config -max_total_time=3600 NEW_FOLDER build/clang/tests/fuzz_config_seeds
if(RISKGW_FUZZ)
  add_executable(fuzz_config fuzz/fuzz_config.c unit/config_rig.c)
  target_link_libraries(fuzz_config PRIVATE rg_config)
  target_link_options(fuzz_config PRIVATE -fsanitize=fuzzer)
  set(seeds ${CMAKE_BINARY_DIR}/tests/fuzz_config_seeds)
  set_target_properties(fuzz_config PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS config/*.yaml ${CMAKE_SOURCE_DIR}/config/*.yaml)
  foreach(seed ${files})
    string(MD5 name ${seed})
    configure_file(${seed} ${seeds}/${name} COPYONLY)
  endforeach()
  add_test(NAME fuzz_config COMMAND fuzz_config -runs=30000 -seed=1 -max_len=4096 -timeout=10
    -dict=${CMAKE_CURRENT_LIST_DIR}/config.dict ${seeds})
  set_tests_properties(fuzz_config PROPERTIES LABELS fuzz TIMEOUT 300)
endif()
