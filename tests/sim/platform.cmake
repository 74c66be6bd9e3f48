# The county's end: a pure core, which tests/sim/world links too, and a program.
set(platform ${CMAKE_CURRENT_SOURCE_DIR}/sim/platform)
add_library(rg_county STATIC ${platform}/tally.c ${platform}/envelope.c ${platform}/happening.c
  ${platform}/book.c ${platform}/chain.c ${platform}/missing.c ${platform}/walk.c
  ${platform}/picture.c ${platform}/county.c)
target_link_libraries(rg_county PUBLIC PkgConfig::JANSSON PkgConfig::CRYPTO)
rg_test(test_county unit SOURCES ${platform}/test_county.c LIBS rg_county)

add_executable(platform ${platform}/main.c ${platform}/options.c ${platform}/link.c ${platform}/lines.c)
target_link_libraries(platform PRIVATE rg_county paho-mqtt3c Threads::Threads)
if(RISKGW_PLAIN)
  rg_rig(receipts_late_or_never fault test_receipts.py)
  add_test(NAME platform_on_a_broker COMMAND python3 ${platform}/test_platform.py)
  set_tests_properties(platform_on_a_broker PROPERTIES LABELS integration TIMEOUT 120
    ENVIRONMENT RISKGW_BIN=${CMAKE_BINARY_DIR}/bin)
endif()
