add_test(NAME config_trees COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/check_trees.py
  $<TARGET_FILE:riskgwd> ${CMAKE_CURRENT_LIST_DIR})
set_tests_properties(config_trees PROPERTIES LABELS unit TIMEOUT 120)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME config_schema COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/check_schema.py
  $<TARGET_FILE:riskgwctl> ${CMAKE_SOURCE_DIR})
set_tests_properties(config_schema PROPERTIES LABELS unit TIMEOUT 120 SKIP_RETURN_CODE 77)
add_test(NAME config_docs COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/check_docs.py
  $<TARGET_FILE:riskgwctl> ${CMAKE_SOURCE_DIR})
set_tests_properties(config_docs PROPERTIES LABELS unit TIMEOUT 120)
