rg_test(test_path_memory property SOURCES property/test_path_memory.c LIBS rg_core
  WRAP malloc calloc realloc)
