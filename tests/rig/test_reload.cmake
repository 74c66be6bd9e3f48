rg_rig(reload_and_last_good integration test_reload.py)
rg_rig(cost_of_a_reload bench bench_reload.py)
