#!/usr/bin/env python3
"""What an instrument does: a broken code, calibration, a spike, an oscillation,
its end in the middle of an alarm, two gases at once.  Nothing is lost on the
way to the platform, and nothing clears that was not seen to be well."""
import json
import os
import signal
import sys
import time
import unittest

from rig import Rig, site, wait_for

EVERY_S = 0.2
AGE_S = 3 * EVERY_S + 1  # silence that is a fault
ACTIVE = ("unacked", "acked")


def point(name, address, limits, more=""):
    return f"""  - id: {name}
    zh: {name}
    unit_id: 1
    read: {{fc: 3, address: {address}, type: u16{more}}}
    unit: ppm
    range: 0 ppm .. 1000 ppm
    basis: 试验
    do: {{zh: 查, en: look}}
    limits: {{{limits}}}
"""


HIGH = "H: {at: 24 ppm, clear: 20 ppm, after: 0s, priority: 2}"


class Instruments(unittest.TestCase):
    def begin(self, rig, points, registers=4):
        port = rig.start_plant("tcp 127.0.0.1:0 as plc\n" + "".join(
            f"unit plc 1 hold {a} u16 10\n" for a in range(registers)))["plc"].rsplit(":", 1)[1]
        rig.start_broker()
        rig.write_config(site(rig, f"""buses: {{plc: {{tcp: "127.0.0.1:{port}", timeout: 150ms}}}}
defaults: {{bus: plc, every: 200ms, area: bf-gas}}""", "points:\n" + points))
        rig.start_platform()
        rig.start_daemon()
        wait_for("all is read", lambda: all(p["q"] == "good" for p in rig.json("points")["points"]))
        wait_for("online", lambda: rig.json("status")["uplinks"][0]["connected"])

    def set(self, rig, address, raw):
        self.assertTrue(rig.plant.say(f"step plc/1/hold/{address} to {raw}").startswith("ok"))

    def stands(self, rig, rule, seconds=20):
        return wait_for(f"{rule} stands", lambda: [a for a in rig.alarms() if a["rule"] == rule
                                                   and a["state"] in ACTIVE], seconds)[0]

    def ended(self, rig, rule):
        wait_for(f"{rule} has ended", lambda: not [a for a in rig.alarms() if a["rule"] == rule
                                                   and a["state"] in ACTIVE])

    def quality(self, rig, name):
        return next(p["q"] for p in rig.json("points")["points"] if p["p"] == name)

    def close(self, rig):
        """Nothing is lost: the platform's account is whole."""
        wait_for("all has its receipt", lambda: rig.json("status")["queue"]["alarm"] == 0, 30)
        self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)
        self.assertEqual(rig.platform.kill(signal.SIGTERM), 0, rig.platform.text()[-2000:])
        found = json.loads([x for x in rig.platform.text().splitlines() if x.startswith("{")][-1])
        self.assertEqual(found["missing"], 0)

    def test_a_broken_code_is_a_sensor_fault_and_clears_nothing(self):
        """Fault 1."""
        with Rig() as rig:
            self.begin(rig, point("co", 0, HIGH, ", broken: [0xFFFF, 0x7FFF, 0x8000]"))
            self.set(rig, 0, 300)
            self.stands(rig, "co/H")
            for code in (0xFFFF, 0x7FFF, 0x8000):
                self.set(rig, 0, code)
                self.stands(rig, "co/fault", AGE_S)
                self.assertEqual(self.quality(rig, "co"), "sensor_fault")
                self.stands(rig, "co/H")
                self.set(rig, 0, 300)
                self.ended(rig, "co/fault")
            self.assertFalse(rig.events(ev="clear"))
            self.close(rig)

    def test_a_spike_of_one_sample_is_an_alarm_only_without_a_delay_and_is_kept(self):
        """Fault 4: the on-delay is the debounce; the raw value goes up all the same."""
        with Rig() as rig:
            self.begin(rig, point("now", 0, HIGH) + point(
                "delayed", 0, "H: {at: 24 ppm, clear: 20 ppm, after: 1s, priority: 2}"))
            self.set(rig, 0, 500)
            self.stands(rig, "now/H")
            self.set(rig, 0, 10)
            self.ended(rig, "now/H")
            cleared = wait_for("both ends arrive", lambda: rig.events(ev="clear", rule="now/H"))[0]
            self.assertEqual(cleared["peak"], 500)
            self.assertFalse(rig.events(rule="delayed/H"))
            self.close(rig)

    def test_an_oscillation_around_the_limit_is_bounded_and_no_event_is_lost(self):
        """Fault 5: 10 changes a second."""
        with Rig() as rig:
            self.begin(rig, point("band", 0, HIGH) + point(
                "wide", 1, "H: {at: 24 ppm, clear: 20 ppm, clear_after: 3s, priority: 2}")
                + point("bare", 1, HIGH))
            end = time.monotonic() + 2
            for n in range(1000):
                self.set(rig, 0, 23 if n % 2 else 25)  # within the deadband
                self.set(rig, 1, 10 if n % 2 else 30)  # across it
                due = time.monotonic() + 0.1
                wait_for("a tenth of a second", lambda: time.monotonic() >= due)
                if time.monotonic() > end:
                    break
            self.set(rig, 0, 10)
            self.set(rig, 1, 10)
            for name in ("band", "wide", "bare"):
                self.ended(rig, f"{name}/H")
            wait_for("the ends arrive", lambda: all(rig.events(ev="clear", rule=f"{name}/H")
                                                    for name in ("band", "wide", "bare")))
            self.assertEqual(len(rig.events(ev="raise", rule="band/H")), 1)
            self.assertEqual(len(rig.events(ev="raise", rule="wide/H")), 1)
            bare = [e["ev"] for e in rig.events(rule="bare/H") if e["ev"] in ("raise", "clear")]
            self.assertEqual(bare, ["raise", "clear"] * (len(bare) // 2))
            self.assertLessEqual(len(bare), 2 * 3 / EVERY_S + 4)  # a poll is one event at most
            self.close(rig)

    def test_a_sensor_removed_in_alarm_leaves_its_alarm_and_adds_a_fault(self):
        """Fault 6."""
        with Rig() as rig:
            self.begin(rig, point("co", 0, HIGH))
            self.set(rig, 0, 300)
            self.stands(rig, "co/H")
            rig.plant.say("dead plc/1")
            fault = self.stands(rig, "unit/plc/1", AGE_S + 1)
            self.assertEqual(fault["kind"], "COMM")
            self.stands(rig, "co/H")
            raised = wait_for("it is told", lambda: rig.events(ev="fault_raise", rule="unit/plc/1"))[0]
            self.assertEqual(raised["pending"], ["co/H"])
            self.assertFalse(rig.events(ev="clear"))
            rig.plant.say("alive plc/1")
            self.ended(rig, "unit/plc/1")
            self.stands(rig, "co/H")
            self.close(rig)

    def test_zeros_of_a_device_that_starts_anew_are_not_believed(self):
        """Fault 18."""
        with Rig() as rig:
            self.begin(rig, point("co", 0, HIGH).replace("    unit: ppm", "    settle: 3s\n    unit: ppm"))
            self.set(rig, 0, 300)
            self.stands(rig, "co/H")
            rig.plant.say("dead plc/1")
            self.stands(rig, "unit/plc/1", AGE_S + 1)
            rig.plant.say("reboot plc/1 for 2s")
            rig.plant.say("alive plc/1")
            wait_for("it is shown", lambda: self.quality(rig, "co") == "settling")
            self.assertFalse(rig.json("status")["monitored"])
            wait_for("it is read again", lambda: self.quality(rig, "co") == "good")
            self.stands(rig, "co/H")
            self.assertFalse(rig.events(ev="clear"))
            self.close(rig)

    def test_two_gases_in_one_poll_are_two_alarms_of_one_instant(self):
        """Fault 7."""
        with Rig() as rig:
            self.begin(rig, point("co", 0, HIGH) + point(
                "o2", 1, "L: {at: 5 ppm, clear: 8 ppm, after: 0s, priority: 2}"))
            rig.plant.say("dead plc/1")
            self.set(rig, 0, 300)
            self.set(rig, 1, 2)
            rig.plant.say("alive plc/1")
            self.stands(rig, "co/H")
            self.stands(rig, "o2/L")
            both = wait_for("both arrive", lambda: len(e := rig.events(ev="raise")) == 2 and e)
            self.assertEqual({e["rule"] for e in both}, {"co/H", "o2/L"})
            self.assertEqual(len({e["alarm_id"] for e in both}), 2)
            self.assertEqual(len({e["sampled"] for e in both}), 1)
            self.close(rig)

    def test_a_calibration_is_shown_freezes_its_alarm_and_ends_by_itself_as_a_fault(self):
        """Fault 3: the device's own status bit."""
        with Rig() as rig:
            self.begin(rig, point("co", 0, HIGH).replace("    unit: ppm", """    status: {read: {fc: 3, address: 3, type: u16}, bits: {2: calibrating}}
    warmup: 2s
    unit: ppm"""))
            self.set(rig, 0, 300)
            self.stands(rig, "co/H")
            self.set(rig, 3, 4)
            wait_for("it is shown", lambda: self.quality(rig, "co") == "calib")
            self.assertFalse(rig.json("status")["monitored"])
            self.set(rig, 0, 10)  # the gas of the calibration is off: no all-clear
            self.stands(rig, "co/fault", 5)
            self.assertEqual(self.quality(rig, "co"), "sensor_fault")
            self.stands(rig, "co/H")
            self.assertFalse(rig.events(ev="clear"))
            self.set(rig, 3, 0)
            self.ended(rig, "co/H")
            self.ended(rig, "co/fault")
            self.close(rig)

    def test_an_instrument_that_is_busy_freezes_its_alarm_and_is_a_fault_when_it_stays(self):
        """Fault 3: exceptions 5 and 6 of a device that warms up or calibrates."""
        with Rig() as rig:
            self.begin(rig, point("co", 0, HIGH))
            self.set(rig, 0, 300)
            self.stands(rig, "co/H")
            for code in (5, 6):
                self.set(rig, 0, 10)
                rig.plant.say(f"exception plc/1 {code} for 400ms")
                wait_for("shown", lambda: self.quality(rig, "co") == "stale" or
                         self.count(rig, code) > 0)
                wait_for("counted", lambda: self.count(rig, code) > 0)
                self.set(rig, 0, 300)
            self.stands(rig, "co/H")
            rig.plant.say("exception plc/1 6")
            self.stands(rig, "co/fault", AGE_S + 1)
            self.stands(rig, "co/H")
            self.assertFalse(rig.json("status")["monitored"])
            self.close(rig)

    def count(self, rig, code):
        return rig.json("bus")["buses"][0]["units"][0]["exceptions"].get(str(code), 0)


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(unittest.main(verbosity=2))
