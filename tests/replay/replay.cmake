# Written scenarios through the engine of the daemon: riskgwctl test FILE.
file(GLOB scenarios CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.yaml)
foreach(file ${scenarios})
  file(STRINGS ${file} has_plant REGEX "^plant: ")
  if(has_plant)
    get_filename_component(name ${file} NAME_WE)
    add_test(NAME replay_${name} COMMAND riskgwctl --lang en test ${file})
    set_tests_properties(replay_${name} PROPERTIES LABELS replay TIMEOUT 60)
  endif()
endforeach()
add_test(NAME replay_refusals COMMAND ${Python3_EXECUTABLE}
  ${CMAKE_CURRENT_LIST_DIR}/refusals.py $<TARGET_FILE:riskgwctl>)
set_tests_properties(replay_refusals PROPERTIES LABELS replay TIMEOUT 60)
