# The service: what systemd is given, and what the host does to the daemon.
function(rg_service name label script)
  rg_rig(${name} ${label} ${script} ${ARGN})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77
    ENVIRONMENT "RISKGW_BIN=${CMAKE_BINARY_DIR}/bin;RISKGW_BUILD=${CMAKE_BINARY_DIR}")
endfunction()

rg_service(unit_and_install integration test_unit.py)
rg_service(what_systemd_is_told integration test_notify.py)
rg_service(a_life_within_the_walls_of_the_unit integration test_sandbox.py)
rg_service(what_the_host_does fault test_host.py)
