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
set_property(TEST what_the_host_does APPEND PROPERTY ENVIRONMENT
  RISKGW_SHORT_IO=$<TARGET_FILE:short_io>)

# Slices; docs/testing.md names the whole runs.
if(RISKGW_PLAIN)
  rg_service(system_calls_fail fault sweep_syscalls.py --runs 16)
  rg_service(memory_is_refused fault sweep_alloc.py --runs 8 --library $<TARGET_FILE:fail_alloc>)
endif()
rg_service(who_may_do_what_at_the_socket integration test_access.py)
