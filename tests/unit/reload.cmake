rg_test(test_reload unit SOURCES unit/test_reload.c LIBS rg_daemon WRAP uv_thread_create)
rg_test(test_ctl_socket unit SOURCES unit/test_ctl_socket.c LIBS rg_ctl)
