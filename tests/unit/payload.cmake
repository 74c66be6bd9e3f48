rg_test(test_json unit SOURCES unit/test_json.c LIBS rg_core)
