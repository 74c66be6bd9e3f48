#!/usr/bin/env python3
"""The whole process from its start to its end: what a start says of the one
before, what the service manager is told, and that nobody holds up the end."""
import os
import signal
import socket
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rig"))
from rig import CO_POINT, Rig, site, wait_for  # noqa: E402


class Manager:
    """What the service manager hears on its socket."""

    def __init__(self, rig):
        self.path = os.path.join(rig.dir, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.heard = []

    def env(self, watchdog_us=None):
        env = {"NOTIFY_SOCKET": self.path}
        if watchdog_us:
            env["WATCHDOG_USEC"] = str(watchdog_us)
        return env

    def listen(self):
        while True:
            try:
                self.heard += self.socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return self.heard

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def count(self, word):
        return sum(1 for line in self.listen() if line.startswith(word))


class Daemon(unittest.TestCase):
    def begin(self, rig, raw=80, host="127.0.0.1", protocol=5):
        port = rig.start_plant(f"tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 {raw}\n")
        port = port["plc"].rsplit(":", 1)[1]
        buses = f"""buses: {{plc: {{tcp: "127.0.0.1:{port}", timeout: 300ms}}}}
defaults: {{bus: plc, every: 200ms}}"""
        text = site(rig, buses, CO_POINT, protocol=protocol)
        rig.write_config(text.replace("mqtt: tcp://127.0.0.1", f"mqtt: tcp://{host}"))

    def alarm(self, rig, rule, seconds=20):
        return wait_for(f"{rule} in alarm",
                        lambda: [a for a in rig.alarms() if a["rule"] == rule], seconds)[0]

    def restarted(self, rig, epoch):
        return wait_for(f"restart of epoch {epoch}",
                        lambda: rig.events(ev="restart", epoch=epoch))[0]

    def test_a_start_says_how_the_one_before_ended(self):
        with Rig() as rig:
            self.begin(rig)
            rig.start_broker()
            rig.start_platform()
            rows = [(None, "first"), (signal.SIGTERM, "stop"), (signal.SIGKILL, "crash"),
                    (signal.SIGABRT, "watchdog"), (signal.SIGKILL, "crash"),
                    (signal.SIGINT, "stop")]
            for n, (sig, reason) in enumerate(rows, 1):
                if sig is not None:
                    rig.daemon.kill(sig)
                rig.start_daemon()
                event = self.restarted(rig, n)
                self.assertEqual(event["reason"], reason)
                self.assertEqual((event["prev"] or {}).get("epoch"), n - 1 if n > 1 else None)

    def test_a_value_over_its_limit_at_the_start_is_the_alarm_after_the_restart_event(self):
        with Rig() as rig:
            self.begin(rig, raw=300)
            rig.start_broker()
            rig.start_platform()
            rig.start_daemon()
            raised = wait_for("raise", lambda: rig.events(ev="raise", rule="co.a/H"))[0]
            self.assertEqual(raised["seq"], 2)
            self.assertLess(raised["mono"], 1000)

    def test_the_manager_hears_ready_alive_and_stopping_whatever_the_broker_does(self):
        with Rig() as rig, Manager(rig) as manager:
            self.begin(rig)
            rig.start_broker()
            rig.start_daemon(env=manager.env(watchdog_us=600000))
            self.assertIn("READY=1", manager.listen())
            wait_for("connected", lambda: rig.json("status")["uplinks"][0]["connected"])
            rig.broker.p.send_signal(signal.SIGSTOP)
            fed = manager.count("WATCHDOG=1")
            wait_for("fed", lambda: manager.count("WATCHDOG=1") >= fed + 5)
            rig.daemon.p.send_signal(signal.SIGTERM)
            wait_for("stopping", lambda: "STOPPING=1" in manager.listen())
            self.assertEqual(rig.daemon.p.wait(5), 0)
            rig.broker.p.send_signal(signal.SIGCONT)

    def test_a_manager_that_does_not_listen_holds_nobody_up(self):
        with Rig() as rig, Manager(rig) as manager:
            self.begin(rig)
            rig.start_daemon(env=manager.env(watchdog_us=3000))  # its socket is full at once
            rig.plant.say("step plc/1/hold/0 to 300")
            self.alarm(rig, "co.a/H", seconds=2)
            self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)

    def test_a_frozen_broker_holds_up_neither_an_alarm_nor_the_end(self):
        with Rig() as rig:
            self.begin(rig)
            rig.start_broker()
            rig.start_daemon()
            wait_for("connected", lambda: rig.json("status")["uplinks"][0]["connected"])
            rig.broker.p.send_signal(signal.SIGSTOP)
            rig.plant.say("step plc/1/hold/0 to 300")
            self.alarm(rig, "co.a/H", seconds=2)
            before = time.monotonic()
            self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)
            self.assertLess(time.monotonic() - before, 5)
            rig.broker.p.send_signal(signal.SIGCONT)

    def test_a_frozen_broker_that_thaws_has_everything(self):
        with Rig() as rig:
            self.begin(rig)
            rig.start_broker()
            rig.start_platform()
            rig.start_daemon()
            wait_for("connected", lambda: rig.json("status")["uplinks"][0]["connected"])
            rig.broker.p.send_signal(signal.SIGSTOP)
            rig.plant.say("step plc/1/hold/0 to 300")
            self.alarm(rig, "co.a/H", seconds=2)
            wait_for("the dead link is seen",
                     lambda: not rig.json("status")["uplinks"][0]["connected"], 15)
            rig.broker.p.send_signal(signal.SIGCONT)
            wait_for("the alarm arrived", lambda: rig.events(ev="raise", rule="co.a/H"), 30)
            wait_for("receipted", lambda: rig.json("status")["queue"]["alarm"] == 0, 30)
            self.assertEqual(rig.platform.kill(signal.SIGTERM), 0)

    def test_a_broker_is_found_by_name_and_by_both_protocols(self):
        for protocol in ("3.1.1", "5"):
            with Rig() as rig:
                self.begin(rig, host="localhost", protocol=protocol)
                rig.start_broker()
                rig.start_platform()
                rig.start_daemon()
                self.restarted(rig, 1)
                rig.plant.say("step plc/1/hold/0 to 300")
                wait_for("the alarm arrived", lambda: rig.events(ev="raise", rule="co.a/H"))
                wait_for("receipted", lambda: rig.json("status")["queue"]["alarm"] == 0)

    def test_a_record_that_opens_late_brings_its_alarms_and_its_debts(self):
        with Rig() as rig:
            self.begin(rig, raw=300)
            rig.start_daemon()  # no broker yet: the raise is owed
            first = self.alarm(rig, "co.a/H")
            wait_for("recorded", lambda: rig.json("status")["queue"]["alarm"] >= 2)
            rig.daemon.kill(signal.SIGTERM)
            os.rename(rig.state, rig.state + ".away")
            with open(rig.state, "w", encoding="utf-8") as f:
                f.write("a file where the folder should be\n")
            rig.start_broker()
            rig.start_platform()
            rig.start_daemon()
            self.alarm(rig, "sys/store")
            blind = wait_for("restart", lambda: rig.events(ev="restart"))[0]
            self.assertTrue(blind["volatile"])
            self.assertEqual((blind["prev"], blind["open"]), (None, None))
            os.unlink(rig.state)
            os.rename(rig.state + ".away", rig.state)
            rig.daemon.wait_line("record_open")
            wait_for("the old raise arrived", lambda: rig.events(alarm_id=first["alarm_id"]), 30)
            wait_for("store is fine", lambda: rig.json("status")["store"]["ok"])
            wait_for("receipted", lambda: rig.json("status")["queue"]["alarm"] == 0, 30)
            rig.daemon.kill(signal.SIGTERM)
            rig.start_daemon()
            after = wait_for("restart", lambda: rig.events(ev="restart", reason="stop"))[-1]
            self.assertEqual(after["prev"]["epoch"], blind["epoch"])

    def test_a_record_of_a_newer_version_is_left_as_it_is_and_the_plant_is_watched(self):
        with Rig() as rig:
            self.begin(rig, raw=300)
            os.makedirs(rig.state)
            path = os.path.join(rig.state, "events.db")
            with sqlite3.connect(path) as db:
                db.executescript("create table t(x); pragma application_id=0x52474457;"
                                 "pragma user_version=99;")
            db.close()
            with open(path, "rb") as f:
                before = f.read()
            began = time.monotonic()
            rig.start_daemon()
            self.assertLess(time.monotonic() - began, 4)  # not the 5 s of a disk that may come
            rig.daemon.wait_line("version 99")
            self.alarm(rig, "co.a/H")
            self.alarm(rig, "sys/store")
            self.assertFalse(rig.json("status")["store"]["ok"])
            self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)
            with open(path, "rb") as f:
                self.assertEqual(f.read(), before)

    def test_without_an_uplink_the_plant_is_watched_all_the_same(self):
        with Rig() as rig:
            self.begin(rig)
            with open(rig.config, encoding="utf-8") as f:
                text = f.read()
            rig.write_config(text[:text.index("uplinks:")])
            rig.start_daemon()
            rig.plant.say("step plc/1/hold/0 to 300")
            self.alarm(rig, "co.a/H")
            self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
