#!/usr/bin/env python3
"""The platform's side goes wrong: it is killed, answers late or not at all, or
begins with nothing.  Every alarm arrives all the same, under one number, with
one content."""
import json
import os
import signal
import sys
import unittest

from kill9 import config, scenario, settle
from rig import Rig, wait_for


class Receipts(unittest.TestCase):
    def begin(self, rig, *platform):
        port = rig.start_plant(scenario())["plc"].rsplit(":", 1)[1]
        rig.start_broker()
        rig.write_config(config(rig, port))
        rig.start_platform(*platform)
        rig.start_daemon()
        wait_for("online", lambda: rig.json("status")["uplinks"][0]["connected"])

    def step(self, rig, n, raw):
        self.assertTrue(rig.plant.say(f"step plc/{n}/hold/0 to {raw}").startswith("ok"))

    def raised(self, rig, rule, seconds=20):
        return wait_for(rule, lambda: rig.events(ev="raise", rule=rule), seconds)[0]

    def close(self, rig):
        self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)
        code = rig.platform.kill(signal.SIGTERM)
        text = rig.platform.text()
        self.assertEqual(code, 0, text[-2000:])
        return json.loads([x for x in text.splitlines() if x.startswith("{")][-1])

    def test_a_platform_killed_in_the_middle_misses_nothing(self):
        with Rig() as rig:
            self.begin(rig)
            for n in range(1, 7):
                self.step(rig, n, 300)
                if n in (2, 4):
                    rig.platform.kill()
                    rig.start_platform()
            settle(rig, 60)  # a message that it had, but not on disk, comes after 30 s
            found = self.close(rig)
            self.assertEqual((found["alarms"], found["missing"], found["open"]), (6, 0, 6))

    def test_late_receipts_are_receipts(self):
        with Rig() as rig:
            self.begin(rig, "--receipts", "late 3s")
            self.step(rig, 1, 300)
            self.raised(rig, "co.1/H")
            self.assertGreater(rig.json("status")["queue"]["alarm"], 0)
            settle(rig)
            self.assertNotIn("duplicate", self.close(rig)["found"])

    def test_without_a_receipt_it_comes_again_with_the_same_bytes(self):
        with Rig() as rig:
            self.begin(rig, "--receipts", "off")
            self.step(rig, 1, 300)
            self.raised(rig, "co.1/H")
            first, again = wait_for("the raise again",
                                    lambda: rig.events(ev="raise")[1:] and rig.events(ev="raise"),
                                    45)[:2]
            self.assertEqual((first.pop("replay"), again.pop("replay")), (False, True))
            self.assertEqual(first, again)
            self.assertEqual(rig.platform.say("receipts on"), "ok")
            self.close(rig)

    def test_a_platform_that_begins_with_nothing_asks_for_what_it_lacks(self):
        with Rig() as rig:
            self.begin(rig)
            for n in range(1, 4):
                self.step(rig, n, 300)
                self.raised(rig, f"co.{n}/H")
            settle(rig)
            rig.platform.kill(signal.SIGTERM)
            os.remove(rig.ledger)
            os.remove(rig.capture)
            rig.start_platform()
            wait_for("active", lambda: [m for m in rig.captured() if "/active/" in m["topic"]])
            self.assertEqual(rig.platform.say("judge"), "ok unproven")
            self.assertEqual(rig.platform.say("request resend 1 1 4"), "ok")
            settle(rig)
            self.assertEqual(self.close(rig)["alarms"], 3)

    def test_it_may_ask_for_the_pictures_anew(self):
        with Rig() as rig:
            self.begin(rig)
            settle(rig)
            for what, topic in (("active", "/active/0"), ("meta", "/meta/0")):
                def came():
                    return len([m for m in rig.captured() if m["topic"].endswith(topic)])
                wait_for(topic, came)
                before = came()
                self.assertEqual(rig.platform.say("request " + what), "ok")
                wait_for(topic + " again", lambda: came() > before)
            self.close(rig)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
