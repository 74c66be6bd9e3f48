#!/usr/bin/env python3
"""Another configuration for a daemon that runs, and the last good one."""
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

from rig import BIN, Rig, site, wait_for

LIMITS = "{H: {at: 24 ppm, clear: 20 ppm, after: 0s, priority: 2}}"


def point(name, address, limits=LIMITS, more=""):
    return f"""  - id: {name}
    zh: 测点 {name}
    unit_id: 1
    read: {{fc: 3, address: {address}, type: u16, scale: 0.1}}
    unit: ppm
    range: 0 ppm .. 1000 ppm
    basis: 试验
    do: {{zh: 撤离, en: leave}}
    limits: {limits}
{more}"""


PLANT = "tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 80\nunit plc 1 hold 1 u16 80\n"


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


class Reload(unittest.TestCase):
    def begin(self, rig, points, broker=False, every="200ms"):
        self.every = every
        self.port = rig.start_plant(PLANT)["plc"].rsplit(":", 1)[1]
        if broker:
            rig.start_broker()
            rig.start_platform()
        self.write(rig, points, broker)
        rig.start_daemon()

    def write(self, rig, points, broker=False, buses=None, **more):
        buses = buses or f"""buses: {{plc: {{tcp: "127.0.0.1:{self.port}", timeout: 300ms}}}}
defaults: {{bus: plc, every: {self.every}}}"""
        rig.write_config(site(rig, buses, "points:\n" + "".join(points), broker=broker, **more))

    def alarm(self, rig, rule, **match):
        found = [a for a in rig.alarms() if a["rule"] == rule]
        return [a for a in found if all(a.get(k) == v for k, v in match.items())]

    def wait_alarm(self, rig, rule, **match):
        return wait_for(f"{rule} {match}", lambda: self.alarm(rig, rule, **match))[0]

    def wait_good(self, rig, *names):
        def good():
            q = {p["p"]: p["q"] for p in rig.json("points")["points"]}
            return all(q.get(n) == "good" for n in names)
        wait_for(f"{names} good", good)

    def requests(self, rig):
        return rig.json("bus")["buses"][0]["units"][0]

    # --- reload ---

    def test_an_alarm_goes_on_under_its_id_and_a_new_point_is_polled(self):
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0)], broker=True)
            rig.plant.say("step plc/1/hold/0 to 300")
            before = self.wait_alarm(rig, "co.a/H")
            rig.ctl("ack", "co.a/H", "--by", "王工", check=0)
            counted = self.requests(rig)
            self.write(rig, [point("co.b", 1), point("co.a", 0)], broker=True)
            code, out = rig.ctl("reload", "--by", "王工")
            self.assertEqual(code, 0, out)
            self.assertIn("reloaded: 2 points", out)
            self.wait_good(rig, "co.a", "co.b")
            after = self.wait_alarm(rig, "co.a/H")
            for key in ("alarm_id", "acked", "since"):
                self.assertEqual(after[key], before[key] if key != "acked" else True)
            now = self.requests(rig)
            self.assertGreaterEqual(now["good"], counted["good"])
            self.assertEqual(now["timeouts"], 0)
            self.assertNotIn("bus_down", rig.daemon.text())
            config = wait_for("the platform knows", lambda: rig.events(ev="config"))[0]
            self.assertIn("王工", config["by"])
            self.assertEqual(config["config"], rig.json("status")["config"])
            self.assertRegex(rig.daemon.text(), r'audit verb=reload user="王工 \(\w+\)" result=done')
            rig.plant.say("step plc/1/hold/0 to 80")
            clear = wait_for("the clear", lambda: rig.events(ev="clear"))[0]
            self.assertEqual(clear["alarm_id"], before["alarm_id"])

    def test_a_mistake_exits_2_says_where_and_changes_nothing(self):
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0)], broker=True)
            rig.plant.say("step plc/1/hold/0 to 300")
            before = self.wait_alarm(rig, "co.a/H")
            config = rig.json("status")["config"]
            self.write(rig, [point("co.a", 0).replace("24 ppm", "24 pmm"), point("co.b", 1)],
                       broker=True)
            line = 1 + next(i for i, s in enumerate(read(rig.config).splitlines()) if "pmm" in s)
            for _ in range(2):
                code, out = rig.ctl("--lang", "en", "reload")
                self.assertEqual(code, 2)
                self.assertIn(f"riskgwd.yaml:{line}:", out)
                self.assertIn("pmm", out)
            self.assertEqual(rig.json("status")["config"], config)
            self.assertEqual(self.wait_alarm(rig, "co.a/H")["alarm_id"], before["alarm_id"])
            self.assertEqual(len(rig.json("points")["points"]), 1)
            refused = wait_for("the platform knows", lambda: rig.events(ev="config_rejected"))[0]
            self.assertEqual((refused["file"], refused["line"]), ("riskgwd.yaml", line))
            self.assertEqual(refused["config"], config)
            self.assertFalse(rig.events(ev="clear"))
            self.assertEqual(rig.ctl("status")[0], 0)

    def test_a_rule_that_is_gone_is_retired_and_a_delay_runs_on(self):
        slow = "{H: {at: 24 ppm, clear: 20 ppm, after: 3s, priority: 2}}"
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0), point("co.b", 1, slow)], broker=True)
            self.wait_good(rig, "co.a", "co.b")
            rig.plant.say("step plc/1/hold/0 to 300")
            rig.plant.say("step plc/1/hold/1 to 300")
            crossed = time.monotonic()
            gone = self.wait_alarm(rig, "co.a/H")["alarm_id"]
            for i in range(5):
                self.write(rig, [point("co.b", 1, slow, f"    county: c{i}\n")], broker=True)
                rig.ctl("reload", check=0)
            raised = wait_for("the delay ends", lambda: rig.events(ev="raise", rule="co.b/H"))[0]
            self.assertLess(time.monotonic() - crossed, 5)
            self.assertEqual(raised["since"] < raised["ts"], True)
            retired = wait_for("retired", lambda: rig.events(ev="retire"))
            self.assertEqual([e["alarm_id"] for e in retired], [gone])
            self.assertEqual(retired[0]["reason"], "removed")
            self.assertFalse(rig.events(ev="clear"))

    def test_what_needs_a_restart_is_refused_by_its_name(self):
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0)])
            text = read(rig.config)
            for old, new, named in (('gw: "01"', 'gw: "02"', "site.gw"),
                                    (f"socket: {rig.socket}", f"socket: {rig.socket}2",
                                     "control.socket"),
                                    ("points:", "uplinks: {c: {mqtt: 'tcp://127.0.0.1:1', "
                                     "client_id: x}}\npoints:", "uplinks")):
                rig.write_config(text.replace(old, new))
                p = subprocess.run([os.path.join(BIN, "riskgwctl"), "--socket", rig.socket,
                                    "reload"], capture_output=True, timeout=20)
                self.assertEqual(p.returncode, 2, p.stderr.decode())
                self.assertIn(f"{named}: a change here needs a restart", p.stderr.decode())
            rig.write_config(text)
            rig.ctl("reload", check=0)

    def test_nothing_that_can_stand_in_a_file_changes_anything(self):
        bad = {"empty": b"", "nul": b"version: 1\0", "gbk": "\u7089\u524d: 1\n".encode("gbk"),
               "utf-16": "version: 1\n".encode("utf-16"), "tab": b"site:\n\tgw: 1\n",
               "5 MB": b"# " + b"x" * (5 << 20), "deep": b"a: " + b"[" * 5000,
               "alias": b"a: &a {b: *a}\n", "no include": None}
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0)])
            good = read(rig.config)
            config = rig.json("status")["config"]
            for name, text in bad.items():
                with open(rig.config, "wb") as f:
                    f.write(text if text is not None else good.encode() + b"include: [nowhere]\n")
                code, out = rig.ctl("reload")
                self.assertEqual(code, 2, name)
                self.assertIn("riskgwd.yaml", out, name)
            os.unlink(rig.config)
            os.mkdir(rig.config)
            self.assertEqual(rig.ctl("reload")[0], 2)
            self.assertEqual(rig.json("status")["config"], config)
            wait_for("status is content", lambda: rig.ctl("status")[0] == 0)

    def test_buses_come_and_go_and_move(self):
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0)])
            self.wait_good(rig, "co.a")
            other = f"""buses:
  plc: {{tcp: "127.0.0.1:1", timeout: 300ms}}
  second: {{tcp: "127.0.0.1:{self.port}", timeout: 300ms}}
defaults: {{bus: second, every: {self.every}}}"""
            self.write(rig, [point("co.a", 0), point("co.c", 0, more="    bus: plc\n")],
                       buses=other)
            rig.ctl("reload", check=0)
            self.wait_good(rig, "co.a")
            wait_for("the moved line is down", lambda: rig.json("bus", "plc")["buses"][0]["state"]
                     != "up")
            self.write(rig, [point("co.a", 0)])
            rig.ctl("reload", check=0)
            self.wait_good(rig, "co.a")
            self.assertEqual([b["bus"] for b in rig.json("bus")["buses"]], ["plc"])

    def test_a_signal_reloads_and_says_so_in_the_log(self):
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0)])
            self.write(rig, [point("co.a", 0), point("co.b", 1)])
            rig.daemon.p.send_signal(signal.SIGHUP)
            rig.daemon.wait_line(r'audit verb=reload user="signal" result=done')
            self.wait_good(rig, "co.a", "co.b")
            rig.write_config("version: 1\nnonsense: 1\n")
            rig.daemon.p.send_signal(signal.SIGHUP)
            rig.daemon.wait_line(r'audit verb=reload user="signal" result=invalid')
            rig.daemon.wait_line(r"riskgwd.yaml:2:1")
            self.assertEqual(len(rig.json("points")["points"]), 2)

    def test_reloads_and_signals_in_a_storm_end_in_order(self):
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0), point("co.b", 1)])
            ask = [os.path.join(BIN, "riskgwctl"), "--socket", rig.socket, "reload"]
            for _ in range(10):
                asked = [subprocess.Popen(ask, stdout=subprocess.DEVNULL,
                                          stderr=subprocess.DEVNULL) for _ in range(6)]
                rig.daemon.p.send_signal(signal.SIGHUP)
                codes = [p.wait(20) for p in asked]
                self.assertIn(0, codes)
                self.assertLessEqual(set(codes), {0, 1})
            self.wait_good(rig, "co.a", "co.b")
            self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)

    # --- the last good one ---

    def test_a_broken_file_at_the_start_runs_the_last_good_one_and_says_so(self):
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0)], broker=True)
            self.write(rig, [point("co.a", 0), point("co.b", 1)], broker=True)
            rig.ctl("reload", check=0)
            config = rig.json("status")["config"]
            good = read(rig.config)
            for broken in ("version: 1\nsite: [\n", None):
                rig.daemon.kill(signal.SIGKILL)
                if broken is None:
                    os.unlink(rig.config)
                else:
                    rig.write_config(broken)
                began = time.monotonic()
                rig.start_daemon()
                self.wait_good(rig, "co.a", "co.b")
                self.assertLess(time.monotonic() - began, 5)
                code, out = rig.ctl("--json", "status")
                self.assertEqual(code, 1)
                self.assertTrue(json.loads(out)["last_good"])
                self.assertEqual(json.loads(out)["config"], config)
                self.assertIn("last good", rig.ctl("--lang", "en", "status")[1])
                self.wait_alarm(rig, "sys/config")
                wait_for("the platform knows", lambda: rig.events(ev="fault_raise",
                                                                  rule="sys/config"))
            rig.plant.say("step plc/1/hold/0 to 300")
            self.wait_alarm(rig, "co.a/H")
            rig.write_config(good)
            rig.ctl("reload", check=0)
            self.assertFalse([a for a in self.alarm(rig, "sys/config")
                              if a["state"] in ("unacked", "acked")])
            self.assertNotIn("last_good", rig.json("status"))
            wait_for("the platform knows", lambda: rig.events(ev="fault_clear",
                                                              rule="sys/config"))

    def test_status_finds_the_daemon_though_its_file_is_wrong(self):
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0)])
            wait_for("kept", lambda: os.path.exists(os.path.join(rig.state, "last-good")))
            rig.daemon.kill(signal.SIGKILL)
            with open(rig.config, "a") as f:
                f.write("nonsense: 1\n")
            rig.start_daemon()
            self.wait_good(rig, "co.a")
            ask = [os.path.join(BIN, "riskgwctl"), "-c", rig.config, "--lang", "en", "status"]
            p = subprocess.run(ask, capture_output=True, timeout=20)
            self.assertEqual(p.returncode, 1, p.stderr.decode())
            self.assertIn("LAST GOOD", p.stdout.decode().upper())
            rig.daemon.kill(signal.SIGKILL)
            p = subprocess.run(ask, capture_output=True, timeout=20)
            self.assertEqual(p.returncode, 2)
            self.assertIn("nonsense", p.stderr.decode())

    def test_without_a_last_good_one_a_broken_file_exits_2(self):
        with Rig() as rig:
            rig.write_config("version: 1\nsite: [\n")
            os.mkdir(rig.state)
            self.assertEqual(rig.start_daemon(wait=False).p.wait(10), 2)
            os.mkdir(os.path.join(rig.state, "last-good"))
            with open(os.path.join(rig.state, "last-good", "manifest"), "w") as f:
                f.write("rubbish\n")
            self.assertEqual(rig.start_daemon(wait=False).p.wait(10), 2)

    def test_a_full_disk_fails_no_reload_and_keeps_the_old_copy(self):
        with Rig() as rig:
            self.begin(rig, [point("co.a", 0)])
            folder = os.path.join(rig.state, "last-good")
            wait_for("kept", lambda: os.path.exists(folder))
            # What stands where the new folder goes, and can't be removed, is as good as a full disk.
            os.makedirs(os.path.join(rig.state, "last-good.new", "in", "the", "way"))
            self.write(rig, [point("co.a", 0), point("co.b", 1)])
            code, out = rig.ctl("reload")
            self.assertEqual(code, 0)
            self.assertIn("not kept as the last good configuration", out)
            self.wait_good(rig, "co.b")
            self.assertIn("co.a", read(os.path.join(folder, "file-00.yaml")))
            self.assertNotIn("co.b", read(os.path.join(folder, "file-00.yaml")))
            shutil.rmtree(os.path.join(rig.state, "last-good.new"))
            self.assertIn("reloaded: 2 points", rig.ctl("reload", check=0)[1])
            self.assertIn("co.b", read(os.path.join(folder, "file-00.yaml")))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
