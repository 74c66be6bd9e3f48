# The whole chain in one process on a virtual clock (docs/testing.md, World).
file(GLOB world CONFIGURE_DEPENDS sim/world/*.c)
add_executable(world ${world})
target_link_libraries(world PRIVATE rg_core rg_county)
set_target_properties(world PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

add_test(NAME world_slice COMMAND world --from 1 --seeds 4 --hours 3)
set(worlds world_slice)
if(RISKGW_PLAIN)
  add_test(NAME world_same_seed_same_trace
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/sim/world/same_trace.sh $<TARGET_FILE:world>)
  add_test(NAME world_finds_planted_defects
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/sim/world/defects.sh $<TARGET_FILE:world> 12 3)
  list(APPEND worlds world_same_seed_same_trace world_finds_planted_defects)
endif()
set_tests_properties(${worlds} PROPERTIES LABELS property TIMEOUT 300)
