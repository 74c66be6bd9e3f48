#!/usr/bin/env python3
"""What happens on a line around the units: another master, an echo, noise, a
port that is pulled out and comes back as another one."""
import os
import sys
import unittest

from rig import Rig, site, wait_for

UNITS, ADDRESSES = range(1, 4), (0, 50)


def point(name, bus, unit, address):
    return f"""  - id: {name}
    zh: {name}
    bus: {bus}
    unit_id: {unit}
    read: {{fc: 3, address: {address}, type: u16}}
    basis: 试验
    do: {{zh: 查, en: look}}
    limits: {{H: {{at: 65000, clear: 60000, after: 0s, priority: 2}}}}
"""


class Lines(unittest.TestCase):
    """One line r1 of three units; each register tells its unit and address."""

    def begin(self, rig, more=""):
        rig.start_plant(f"rtu {rig.dir}/r1 19200 8N1 as r1\nunit r1 1..4 tag\n{more}")
        rig.write_config(site(rig, f"""buses:
  r1: {{port: {rig.dir}/r1, line: 19200 8N1, timeout: 200ms, retries: 1}}
defaults: {{every: 200ms}}
""", "points:\n" + "".join(point(f"p.{u}.{a}", "r1", u, a) for u in UNITS for a in ADDRESSES),
                              broker=False))
        rig.start_daemon()
        self.all_good(rig)

    def all_good(self, rig, seconds=20):
        wait_for("every point is good", lambda: all(p["q"] == "good" for p in self.points(rig)), seconds)

    def points(self, rig):
        """No value is wrong, whenever one looks."""
        points = rig.json("points")["points"]
        for p in points:
            _, unit, address = p["p"].split(".")
            if "val" in p:
                self.assertEqual(p["val"], int(unit) * 256 + int(address), p)
        return points

    def bus(self, rig):
        return rig.json("bus")["buses"][0]

    def rejected(self, rig, cause):
        return sum(u["rejected"].get(cause, 0) for u in self.bus(rig)["units"])

    def good(self, rig):
        return sum(u["good"] for u in self.bus(rig)["units"])

    def watch(self, rig, polls=20):
        """So many good replies more, and no wrong value among them."""
        enough = self.good(rig) + polls
        wait_for("polls go on", lambda: self.points(rig) and self.good(rig) >= enough)

    def test_another_master_is_reported_and_none_of_its_replies_is_believed(self):
        for asks in (1, 4):  # a unit of ours, and one that we do not read
            with Rig() as rig:
                self.begin(rig)
                self.assertNotIn("master", self.bus(rig))
                rig.plant.say(f"master r1 {asks} every 130ms")
                wait_for("it is heard", lambda: "master" in self.bus(rig))
                self.watch(rig)
                self.assertEqual(self.bus(rig)["master"]["unit_id"], asks)
                self.assertIn("ANOTHER MASTER", rig.ctl("--lang", "en", "bus")[1])
                self.assertIn("线上另有主站", rig.ctl("--lang", "zh", "bus")[1])
                rig.daemon.wait_line(f"bus_master bus=r1 unit={asks} ")

    def test_an_echo_is_removed_and_is_no_other_master(self):
        """Fault 13."""
        with Rig() as rig:
            self.begin(rig, "echo r1 on\n")
            rig.plant.say("late r1/1 by 300ms p 20%")
            rig.plant.say("dup r1/2 by 60ms p 20%")
            self.watch(rig, 40)
            self.assertGreater(self.rejected(rig, "echo"), 40)
            self.assertNotIn("master", self.bus(rig))


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(unittest.main(verbosity=2))
