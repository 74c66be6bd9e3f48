rg_test(test_json unit SOURCES unit/test_json.c LIBS rg_core)
rg_test(test_payload unit SOURCES unit/test_payload.c unit/payload_rig.c LIBS rg_core)
