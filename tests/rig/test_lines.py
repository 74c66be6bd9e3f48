#!/usr/bin/env python3
"""What happens on a line around the units: another master, an echo, noise, a
port that is pulled out and comes back as another one."""
import os
import sys
import unittest

from rig import Rig, site, tag_point, wait_for

UNITS, ADDRESSES = range(1, 4), (0, 50)
AGE_S = 3 * 0.2 + 1  # silence that is a fault


class Lines(unittest.TestCase):
    """One line r1 of three units; each register tells its unit and address."""

    def begin(self, rig, more=""):
        rig.start_plant(f"rtu {rig.dir}/r1 19200 8N1 as r1\nunit r1 1..4 tag\n{more}")
        rig.write_config(site(rig, f"""buses:
  r1: {{port: {rig.dir}/r1, line: 19200 8N1, timeout: 200ms, retries: 1}}
defaults: {{every: 200ms}}
""", "points:\n" + "".join(tag_point(f"p.{u}.{a}", "r1", u, a) for u in UNITS for a in ADDRESSES),
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

    def unit(self, rig, unit_id):
        return next(u for u in self.bus(rig)["units"] if u["unit_id"] == unit_id)

    def state(self, rig, point):
        return next(p["q"] for p in self.points(rig) if p["p"] == point)

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

    def alarm(self, rig, rule, seconds):
        return wait_for(f"{rule} in alarm", lambda: [a for a in rig.alarms() if a["rule"] == rule],
                        seconds)[0]

    def no_alarm(self, rig):
        wait_for("no alarm stands", lambda: not [a for a in rig.alarms() if a["state"] in
                                                 ("unacked", "acked")])

    def test_spoilt_replies_are_retried_counted_and_at_last_a_fault(self):
        """Fault 11: CRC errors of 1, 10, 50 and 100 %."""
        with Rig() as rig:
            self.begin(rig)
            for percent in (1, 10, 50):
                before = self.rejected(rig, "crc")
                rig.plant.say(f"corrupt r1 p {percent}%")
                self.watch(rig, 30)
                wait_for("they are counted", lambda: self.points(rig) and
                         self.rejected(rig, "crc") > before)
            rig.plant.say("clear r1")
            self.no_alarm(rig)
            rig.plant.say("corrupt r1/2")
            self.assertEqual(self.alarm(rig, "unit/r1/2", AGE_S + 2)["kind"], "COMM")
            self.points(rig)
            rig.plant.say("clear r1")
            self.all_good(rig)
            self.no_alarm(rig)

    def test_noise_and_glued_frames_cost_two_polls_at_most(self):
        """Fault 12."""
        with Rig() as rig:
            self.begin(rig)
            for fault in ("noisebytes r1/1 3", "noisebytes r1/1 20", "glue r1/1", "split r1/1 by 20ms"):
                enough = self.unit(rig, 1)["good"] + 6
                rig.plant.say(f"{fault} next 1")
                wait_for("in step again", lambda: self.points(rig) and
                         self.unit(rig, 1)["good"] >= enough, 10)
                self.assertNotIn(self.state(rig, "p.1.0"), ("comm_fail", "never_read"), fault)
            self.assertFalse(rig.alarms())

    def test_a_reply_of_another_unit_is_ignored_and_the_age_goes_on(self):
        """Fault 14."""
        with Rig() as rig:
            self.begin(rig)
            rig.plant.say("foreign r1/1 as 9 p 40%")
            self.watch(rig, 30)
            self.assertGreater(self.rejected(rig, "unit"), 0)
            rig.plant.say("clear r1")
            self.all_good(rig)
            rig.plant.say("foreign r1/1 as 2")
            self.alarm(rig, "unit/r1/1", AGE_S + 2)
            self.points(rig)
            self.assertNotIn("master", self.bus(rig))

    def test_each_exception_is_a_reason_counted_and_a_fault_when_it_stays(self):
        """Fault 15: exceptions 1 to 11, an unknown one, and bytes too many."""
        with Rig() as rig:
            self.begin(rig)
            for code in (*range(1, 12), 99):
                rig.plant.say(f"exception r1/1 {code} next 3")
                wait_for(f"exception {code}", lambda: self.points(rig) and
                         self.unit(rig, 1)["exceptions"].get(str(code)))
            self.all_good(rig)
            for fault in ("extra r1/1", "count r1/1"):
                before = self.rejected(rig, "len") + self.rejected(rig, "count") + self.rejected(rig, "crc")
                rig.plant.say(f"{fault} next 2")
                wait_for("refused", lambda: self.points(rig) and self.rejected(rig, "len")
                         + self.rejected(rig, "count") + self.rejected(rig, "crc") > before)
            self.all_good(rig)
            rig.plant.say("exception r1/1 4")
            self.alarm(rig, "p.1.0/fault", AGE_S + 2)
            self.assertFalse([a for a in rig.alarms() if a["rule"] == "unit/r1/1"
                              and a["state"] in ("unacked", "acked")])

    def test_a_port_that_comes_back_as_another_one_is_opened_by_its_path(self):
        """Fault 19: the number moves, the link does not."""
        with Rig() as rig:
            self.begin(rig)
            before = os.readlink(f"{rig.dir}/r1")
            rig.plant.say("down r1")
            self.alarm(rig, "bus/r1", AGE_S + 2)
            self.assertEqual({p["q"] for p in self.points(rig)}, {"comm_fail"})
            taken = os.openpty()  # so that the old number is somebody else's
            self.assertTrue(rig.plant.say("up r1").startswith("ok"))
            self.assertNotEqual(os.readlink(f"{rig.dir}/r1"), before)
            self.all_good(rig, 10)
            self.no_alarm(rig)
            for fd in taken:
                os.close(fd)

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
