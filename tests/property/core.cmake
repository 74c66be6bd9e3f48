rg_test(test_outbox_model property SOURCES property/test_outbox_model.c LIBS rg_core)
