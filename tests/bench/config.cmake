find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME bench_check_2000_points COMMAND ${Python3_EXECUTABLE}
  ${CMAKE_CURRENT_LIST_DIR}/check_2000_points.py $<TARGET_FILE:riskgwctl> ${CMAKE_SOURCE_DIR})
set_tests_properties(bench_check_2000_points PROPERTIES LABELS bench TIMEOUT 120)
add_executable(bench_store ${CMAKE_CURRENT_LIST_DIR}/bench_store.c)
target_link_libraries(bench_store PRIVATE rg_daemon)
set_target_properties(bench_store PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_test(NAME bench_store COMMAND bench_store)
set_tests_properties(bench_store PROPERTIES LABELS bench TIMEOUT 120)
