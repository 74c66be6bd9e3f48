find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME bench_check_2000_points COMMAND ${Python3_EXECUTABLE}
  ${CMAKE_CURRENT_LIST_DIR}/check_2000_points.py $<TARGET_FILE:riskgwctl> ${CMAKE_SOURCE_DIR})
set_tests_properties(bench_check_2000_points PROPERTIES LABELS bench TIMEOUT 120)
