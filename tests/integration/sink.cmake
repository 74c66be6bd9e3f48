foreach(test sink_mqtt sink_reasons)
  rg_test(test_${test} integration SOURCES integration/test_${test}.c integration/broker.c LIBS rg_daemon)
endforeach()
