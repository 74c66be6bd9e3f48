add_test(NAME config_trees COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/check_trees.py
  $<TARGET_FILE:riskgwd> ${CMAKE_CURRENT_LIST_DIR})
set_tests_properties(config_trees PROPERTIES LABELS unit TIMEOUT 120)
