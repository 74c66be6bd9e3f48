find_package(Python3 REQUIRED COMPONENTS Interpreter)
# rg_rig(NAME LABEL SCRIPT ARGS...): a test of the whole chain on loopback.
function(rg_rig name label script)
  add_test(NAME ${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/rig/${script} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 600
    ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
endfunction()

rg_rig(demo_shows_each_stage integration demo.py --for 60s)
rg_rig(faults_around_the_gateway fault test_faults.py)
rg_rig(nothing_lost_by_kill_9 fault kill9.py --kills 30 --broker-kills 3)
rg_rig(what_happens_on_a_line fault test_lines.py)
rg_rig(what_happens_on_a_link fault test_links.py)
rg_rig(what_an_instrument_does fault test_instruments.py)
