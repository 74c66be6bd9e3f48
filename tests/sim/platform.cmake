# The county's end: a pure core, which tests/sim/world links too, and a program.
set(platform ${CMAKE_CURRENT_SOURCE_DIR}/sim/platform)
add_library(rg_county STATIC ${platform}/tally.c ${platform}/envelope.c ${platform}/happening.c
  ${platform}/book.c ${platform}/chain.c ${platform}/missing.c ${platform}/walk.c
  ${platform}/picture.c ${platform}/county.c)
target_link_libraries(rg_county PUBLIC PkgConfig::JANSSON PkgConfig::CRYPTO)
rg_test(test_county unit SOURCES ${platform}/test_county.c LIBS rg_county)
