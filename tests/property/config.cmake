rg_test(test_labels property SOURCES property/test_labels.c unit/config_rig.c LIBS rg_config)
