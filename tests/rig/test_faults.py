#!/usr/bin/env python3
"""What goes wrong around the gateway: it runs, polls, judges, publishes what it
can, says so in `status`, raises its own alarm, and never exits for it."""
import os
import signal
import subprocess
import sys
import unittest

from rig import BIN, CO_POINT, Rig, site, wait_for

PLANT = "tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 80\n"


def buses(port):
    return f"""buses: {{plc: {{tcp: "127.0.0.1:{port}", timeout: 300ms}}}}
defaults: {{bus: plc, every: 200ms}}"""


class Faults(unittest.TestCase):
    def begin(self, rig, plant_config=None, broker=True):
        port = rig.start_plant(PLANT)["plc"].rsplit(":", 1)[1]
        if broker:
            rig.start_broker()
        rig.write_config(site(rig, plant_config or buses(port), CO_POINT))

    def wait_alarm(self, rig, rule, seconds=20):
        return wait_for(f"{rule} in alarm", lambda: [a for a in rig.alarms() if a["rule"] == rule],
                        seconds)[0]

    def raises_and_answers(self, rig):
        """The main job goes on: a value over its limit is an alarm."""
        rig.plant.say("step plc/1/hold/0 to 300")
        alarm = self.wait_alarm(rig, "co.a/H")
        self.assertEqual(alarm["val"], 30.0)

    def test_a_broken_file_ends_with_2_and_names_the_place(self):
        with Rig() as rig:
            rig.write_config("version: 1\nsite: {ent: \"1\", gw: \"01\"}\nbusses: {}\n")
            p = subprocess.run([os.path.join(BIN, "riskgwd"), "-c", rig.config, "--check"],
                               capture_output=True, timeout=10)
            self.assertEqual(p.returncode, 2)
            self.assertIn("riskgwd.yaml:3:1", p.stdout.decode())
            p = subprocess.run([os.path.join(BIN, "riskgwd"), "-c", rig.config, "--state",
                                rig.state, "-f"], capture_output=True, timeout=10)
            self.assertEqual(p.returncode, 2)

    def test_a_broker_that_is_not_there_is_an_alarm_of_its_own_after_a_minute(self):
        with Rig() as rig:
            self.begin(rig, broker=False)
            rig.start_daemon()
            self.raises_and_answers(rig)
            status = rig.json("status")
            self.assertFalse(status["uplinks"][0]["connected"])
            self.assertGreaterEqual(status["queue"]["alarm"], 1)

    def test_a_broker_that_refuses_raises_the_uplink_alarm_at_once(self):
        with Rig() as rig:
            self.begin(rig, broker=False)
            passwords = os.path.join(rig.dir, "passwords")
            open(passwords, "w").close()
            rig.start_broker(extra=f"password_file {passwords}\nallow_anonymous false\n")
            rig.start_daemon()
            self.raises_and_answers(rig)
            self.wait_alarm(rig, "sys/uplink/county")

    def test_a_missing_tty_is_a_bus_alarm(self):
        with Rig() as rig:
            self.begin(rig, plant_config="""buses: {gas: {port: /nonexistent/ttyUSB0, line: 9600 8N1}}
defaults: {bus: gas, every: 200ms}""")
            rig.start_daemon()
            self.wait_alarm(rig, "bus/gas")
            code, _ = rig.ctl("status")
            self.assertEqual(code, 1)
            self.assertEqual(rig.json("points")["points"][0]["q"], "comm_fail")

    def test_a_damaged_database_is_set_aside_and_said(self):
        with Rig() as rig:
            self.begin(rig)
            os.makedirs(rig.state)
            with open(os.path.join(rig.state, "events.db"), "wb") as f:
                f.write(b"this is no database" * 500)
            rig.start_daemon()
            rig.start_platform()
            self.raises_and_answers(rig)
            aside = [n for n in os.listdir(rig.state) if "damaged" in n]
            self.assertTrue(aside)
            wait_for("the alarm is at the platform", lambda: rig.events(ev="raise", rule="co.a/H"))

    def test_a_state_folder_that_can_not_be_written_is_the_store_alarm(self):
        with Rig() as rig:
            self.begin(rig)
            with open(rig.state, "w") as f:
                f.write("a file where the folder should be\n")
            rig.start_daemon()
            rig.start_platform()
            self.raises_and_answers(rig)
            self.wait_alarm(rig, "sys/store")
            raised = wait_for("the alarm is at the platform",
                              lambda: rig.events(ev="raise", rule="co.a/H"))
            self.assertTrue(raised[0].get("volatile"))
            self.assertFalse(rig.json("status")["store"]["ok"])

    def test_sigterm_ends_within_5_s_with_0_and_says_stop(self):
        with Rig() as rig:
            self.begin(rig)
            rig.start_platform()
            rig.start_daemon()
            wait_for("online", lambda: rig.json("status")["uplinks"][0]["connected"])
            code = rig.daemon.kill(signal.SIGTERM)
            self.assertEqual(code, 0)
            wait_for("the last status says stop",
                     lambda: [m for m in rig.captured() if m["topic"].endswith("/status")
                              and m["body"].get("reason") == "stop"])


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
