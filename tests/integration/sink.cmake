rg_test(test_sink_mqtt integration SOURCES integration/test_sink_mqtt.c integration/broker.c LIBS rg_daemon)
