rg_test(test_store_refused fault SOURCES fault/test_store_refused.c unit/store_rig.c LIBS rg_daemon)
# Preloaded, not linked.
add_library(fail_alloc MODULE fault/fail_alloc.c)
target_compile_options(fail_alloc PRIVATE -fno-builtin)
add_library(short_io MODULE fault/short_io.c)
target_link_libraries(short_io PRIVATE dl)
