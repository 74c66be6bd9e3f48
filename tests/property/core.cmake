rg_test(test_outbox_model property SOURCES property/test_outbox_model.c LIBS rg_core)
rg_test(test_gateway_memory property SOURCES property/test_gateway_memory.c LIBS rg_core
  WRAP malloc calloc realloc)
