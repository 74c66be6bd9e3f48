rg_rig(reload_and_last_good integration test_reload.py)
