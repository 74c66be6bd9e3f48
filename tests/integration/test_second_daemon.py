#!/usr/bin/env python3
"""A second daemon of one configuration does not start: two would ask on one line
and write one record.  One that was killed is in nobody's way."""
import os
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rig"))
from rig import BIN, Rig, site  # noqa: E402


class Second(unittest.TestCase):
    def test_it_is_refused_while_the_first_one_lives(self):
        with Rig(schemas=False) as rig:
            port = rig.start_plant("tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 80\n")["plc"]
            rig.write_config(site(rig, f'buses: {{plc: {{tcp: "{port}"}}}}', """points:
  - {id: a, zh: 甲, bus: plc, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16}}
"""))
            first = rig.start_daemon()
            first.wait_line("record_open")
            argv = [os.path.join(BIN, "riskgwd"), "-c", rig.config, "--state", rig.state, "-f"]
            second = subprocess.run(argv, capture_output=True, timeout=20, text=True)
            self.assertEqual(second.returncode, 1, second.stderr)
            self.assertIn(f"already_running pid={first.p.pid}", second.stderr)
            self.assertNotIn("record_open", second.stderr)
            first.kill(signal.SIGKILL)
            rig.start_daemon().wait_line("record_open")


unittest.main()
