#!/usr/bin/env python3
"""The host does to the daemon what hosts do: it stops it, freezes it, gives it
too little.  What was raised is never lost, and what was not watched is said."""
import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import time
import unittest

import aloud
from kill9 import POINTS, config, scenario, settle
from rig import BIN, Rig, site, wait_for

SOMEBODY = 64123  # a uid that nobody has
THAW_S = 4        # frozen for longer than three polls and a second


def connected(rig):
    return wait_for("online", lambda: rig.json("status")["uplinks"][0]["connected"])


def two_lines(rig, port, line):
    points = "points:\n" + "\n".join(f"""  - id: {bus}.co
    zh: {bus} CO
    bus: {bus}
    unit_id: 1
    read: {{fc: 3, address: 0, type: u16, scale: 0.1}}
    unit: ppm
    range: 0 ppm .. 1000 ppm
    basis: 试验
    do: {{zh: 撤离, en: leave}}
    limits: {{H: {{at: 24 ppm, clear: 20 ppm, after: 0s, priority: 2}}}}""" for bus in ("plc", "rtu"))
    return site(rig, f"""buses:
  plc: {{tcp: "{port}", timeout: 500ms}}
  rtu: {{port: {line}, line: 115200 8N1, timeout: 500ms}}
defaults: {{every: 200ms}}""", points)


class Host(unittest.TestCase):
    def begin(self, rig, **more):
        port = rig.start_plant(scenario())["plc"].rsplit(":", 1)[1]
        rig.start_broker()
        rig.write_config(config(rig, port))
        rig.start_platform()
        rig.start_daemon(**more)
        connected(rig)

    def step(self, rig, n, raw):
        self.assertTrue(rig.plant.say(f"step plc/{n}/hold/0 to {raw}").startswith("ok"))

    def close(self, rig):
        """The platform's account: nothing missing, no id with two contents."""
        settle(rig, 60)
        self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)
        self.assertEqual(rig.platform.kill(signal.SIGTERM), 0, rig.platform.text()[-2000:])
        text = rig.platform.text()
        found = json.loads([x for x in text.splitlines() if x.startswith("{")][-1])
        self.assertEqual(found["missing"], 0)
        return found

    def test_sigterm_in_a_burst_ends_in_time_and_loses_nothing(self):
        with Rig() as rig:
            self.begin(rig)
            for n in range(1, POINTS + 1):
                self.step(rig, n, 300 if n % 2 else 2000)
            wait_for("the first of them", lambda: rig.alarms())
            raised = {a["alarm_id"] for a in rig.alarms()}
            before = time.monotonic()
            self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)
            self.assertLess(time.monotonic() - before, 5)
            rig.start_daemon()
            wait_for("all of them", lambda: len(rig.alarms()) == POINTS)
            settle(rig)
            at_platform = {e["alarm_id"] for e in rig.events(ev="raise")}
            self.assertEqual(len(at_platform), POINTS, "some came twice, under one id")
            self.assertLessEqual(raised, at_platform)
            self.assertEqual(self.close(rig)["open"], POINTS)

    def test_a_frozen_daemon_says_what_it_missed_and_is_right_again(self):
        with Rig() as rig:
            self.begin(rig)
            self.step(rig, 1, 300)
            wait_for("an alarm", lambda: rig.alarms())
            rig.daemon.p.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, rig.daemon.p.pid, os.WSTOPPED | os.WNOWAIT)
            self.step(rig, 2, 300)   # rises while nobody looks
            end = time.monotonic() + THAW_S
            wait_for("the thaw", lambda: time.monotonic() > end)
            rig.daemon.p.send_signal(signal.SIGCONT)
            wait_for("the alarm of the frozen time",
                     lambda: {a["rule"] for a in rig.alarms()} >= {"co.1/H", "co.2/H"}, 3)
            settle(rig, 60)
            self.assertFalse(rig.events(ev="clear"), "nothing cleared by freezing")
            self.assertFalse([e for e in rig.events(ev="fault_raise")
                              if e["kind"] in ("COMM", "BUS")], "units were blamed for it")
            wait_for("the gap of every point is recorded", lambda: self.in_gap(rig) == POINTS)
            rig.daemon.wait_line(r" gap ms=")
            self.close(rig)

    def in_gap(self, rig):
        """Points of which the platform was told that nobody looked."""
        return len({p["p"] for m in rig.captured() if m["topic"].endswith("/telemetry")
                    for p in m["body"]["points"]
                    if p["q"] == "stale" and p["why"]["code"] == "gap"})

    def test_too_few_threads_fail_the_start_loudly(self):
        """Before anything was promised, and not as libuv does, by an abort."""
        if os.geteuid() != 0:
            self.skipTest("only root can be somebody whom a limit binds")
        with Rig() as rig:
            rig.write_config(config(rig, "1"))
            os.chmod(rig.dir, 0o755)
            os.makedirs(rig.state)
            os.chown(rig.state, SOMEBODY, SOMEBODY)
            as_somebody = ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}",
                           "--clear-groups", "prlimit", "--nproc=3"]
            p = subprocess.run([*as_somebody, os.path.join(BIN, "riskgwd"), "-c", rig.config,
                                "--state", rig.state, "-f"], capture_output=True, timeout=10)
            self.assertEqual(p.returncode, 1)
            self.assertIn("start_failed part=threads", p.stderr.decode())
            self.assertIn("LimitNPROC", p.stderr.decode())

    def test_too_few_descriptors_fail_the_start_loudly(self):
        with Rig() as rig:
            rig.write_config(config(rig, "1"))
            p = subprocess.run(["prlimit", "--nofile=4", os.path.join(BIN, "riskgwd"), "-c",
                                rig.config, "--state", rig.state, "-f"], capture_output=True,
                               timeout=10)
            self.assertEqual(p.returncode, 1)
            self.assertIn("start_failed part=loop", p.stderr.decode())

    def test_with_32_descriptors_alarms_still_pass(self):
        with Rig() as rig:
            self.begin(rig, before=["prlimit", "--nofile=32"])
            self.assertEqual(resource.prlimit(rig.daemon.p.pid, resource.RLIMIT_NOFILE)[0], 32)
            busy = [subprocess.Popen([os.path.join(BIN, "riskgwctl"), "--socket", rig.socket,
                                      "watch"], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL) for _ in range(30)]
            try:
                for n in range(1, POINTS + 1):
                    self.step(rig, n, 300)
                wait_for("all at the platform", lambda: len(rig.events(ev="raise")) == POINTS)
                rig.broker.kill()
                rig.start_broker()
                connected(rig)
            finally:
                for p in busy:
                    p.kill()
                    p.wait()
            self.close(rig)

    @unittest.skipUnless("RISKGW_SHORT_IO" in os.environ, "no library to preload is named")
    def test_three_bytes_a_call_and_interruptions_misread_no_frame(self):
        with Rig() as rig:
            line = os.path.join(rig.dir, "line")
            port = rig.start_plant("tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 80\n"
                                   f"rtu {line} 115200 8N1 as rtu\nunit rtu 1 hold 0 u16 80\n")
            rig.start_broker()
            rig.write_config(two_lines(rig, port["plc"], line))
            rig.start_platform()
            rig.start_daemon(env={"LD_PRELOAD": os.environ["RISKGW_SHORT_IO"]})
            connected(rig)
            for raw in (300, 80, 301, 81, 302):
                for bus in ("plc", "rtu"):
                    self.assertTrue(rig.plant.say(f"step {bus}/1/hold/0 to {raw}")
                                    .startswith("ok"))
                wait_for(f"{raw} is read", lambda: [p["val"] for p in rig.json("points")["points"]
                                                    if p["q"] == "good"] == [raw / 10] * 2)
            wait_for("both at the platform", lambda: len({e["rule"] for e in
                                                          rig.events(ev="raise")}) == 2)
            for bus in rig.json("bus")["buses"]:
                self.assertFalse(bus["units"][0]["rejected"], "a whole frame was not believed")
            self.close(rig)

    def test_a_flood_on_one_bus_delays_no_alarm_of_another(self):
        with Rig() as rig:
            line = os.path.join(rig.dir, "line")
            port = rig.start_plant("tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 80\n"
                                   f"rtu {line} 115200 8N1 as rtu\nunit rtu 1 hold 0 u16 80\n")
            rig.start_broker()
            rig.write_config(two_lines(rig, port["plc"], line))
            rig.start_platform()
            rig.start_daemon()
            connected(rig)
            wait_for("both are read", lambda: rig.json("status")["points"]["good"] == 2)
            rig.plant.say("flood plc every 100us")
            wait_for("thousands of foreign replies", lambda: sum(
                sum(u["rejected"].values()) for b in rig.json("bus")["buses"] if b["bus"] == "plc"
                for u in b["units"]) > 5000, 30)
            rig.plant.say("step rtu/1/hold/0 to 300")
            wait_for("the alarm of the other", lambda: [a for a in rig.alarms()
                                                        if a["rule"] == "rtu.co/H"], 1.2)
            rig.plant.say("flood plc off")
            self.close(rig)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("mount"), "mounting needs root")
    def test_a_full_disk_is_the_store_alarm_and_alarms_pass(self):
        with Rig() as rig:
            os.makedirs(rig.state)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", rig.state],
                           check=True)
            try:
                self.full_disk(rig)
            finally:
                rig.daemon.kill()
                subprocess.run(["umount", rig.state], check=True)

    def full_disk(self, rig):
        self.begin(rig)
        with open(os.path.join(rig.state, "somebody-elses"), "wb", buffering=0) as f:
            try:
                while True:
                    f.write(b"x" * 4096)
            except OSError as e:
                self.assertEqual(e.errno, errno.ENOSPC)
        self.step(rig, 1, 300)
        wait_for("the store alarm", lambda: [a for a in rig.alarms() if a["rule"] == "sys/store"])
        self.step(rig, 2, 300)
        raised = wait_for("an alarm without a disk", lambda: rig.events(ev="raise", rule="co.2/H"))
        self.assertTrue(raised[0].get("volatile"))
        wait_for("the platform knows of the store",
                 lambda: rig.events(ev="fault_raise", rule="sys/store"))
        self.assertFalse(rig.json("status")["store"]["ok"])
        subprocess.run(["mount", "-o", "remount,size=64m", rig.state], check=True)
        wait_for("the store is back", lambda: rig.json("status")["store"]["ok"], 30)
        wait_for("and its alarm gone", lambda: rig.events(ev="fault_clear", rule="sys/store"))
        self.close(rig)


if __name__ == "__main__":
    aloud.main()
