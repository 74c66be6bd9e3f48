# Debian's own interpreter: that is the one that has pymodbus.
if(RISKGW_PLAIN)
  add_test(NAME commissioning_page COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/commissioning.py)
  set_tests_properties(commissioning_page PROPERTIES LABELS integration TIMEOUT 300
    ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
endif()
