#!/usr/bin/env python3
"""What happens on a TCP link: wrong headers, copies, a drip, silence, SYNs that
nobody takes, refusals, resets.  No value is wrong, what is lost is said in
time, and an alarm of another bus takes its poll and a second at most."""
import os
import re
import socket
import sys
import unittest

from rig import Rig, free_port, site, tag_point, wait_for

UNITS, ADDRESSES = range(1, 4), (0, 50)
AGE_S = 3 * 0.2 + 1  # silence that is a fault


class FullListener:
    """Its queue is full: the kernel drops each further SYN."""

    def __init__(self, port):
        self.s = socket.socket()
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.s.bind(("127.0.0.1", port))
        self.s.listen(0)
        self.waiting = []
        while len(self.waiting) < 4:
            c = socket.socket()
            c.setblocking(False)
            c.connect_ex(("127.0.0.1", port))
            self.waiting.append(c)

    def close(self):
        for s in (*self.waiting, self.s):
            s.close()


class Links(unittest.TestCase):
    """Bus `bad` of three units, which errs, and bus `well`, which does not."""

    def begin(self, rig, place=None):
        places = rig.start_plant("tcp 127.0.0.1:0 as bad\nunit bad 1..3 tag\n"
                                 "tcp 127.0.0.1:0 as well\nunit well 1 hold 0 u16 80\n")
        rig.write_config(site(rig, f"""buses:
  bad: {{tcp: "{place or places["bad"]}", timeout: 200ms, retries: 1}}
  well: {{tcp: "{places["well"]}", timeout: 200ms}}
defaults: {{every: 200ms}}
""", "points:\n" + "".join(tag_point(f"p.{u}.{a}", "bad", u, a) for u in UNITS for a in ADDRESSES)
                              + tag_point("w", "well", 1, 0), broker=False))
        rig.start_daemon()
        self.alarms_seen = 0
        if place is None:
            self.all_good(rig)
        return places

    def points(self, rig):
        points = rig.json("points")["points"]
        for p in points:
            if "val" in p and p["bus"] == "bad":
                _, unit, address = p["p"].split(".")
                self.assertEqual(p["val"], int(unit) * 256 + int(address), p)
        return points

    def all_good(self, rig, seconds=20):
        wait_for("every point is good", lambda: all(p["q"] == "good" for p in self.points(rig)), seconds)

    def bad(self, rig):
        return next(b for b in rig.json("bus")["buses"] if b["bus"] == "bad")

    def rejected(self, rig, cause):
        return sum(u["rejected"].get(cause, 0) for u in self.bad(rig)["units"])

    def watch(self, rig, polls=30):
        def good():
            return sum(u["good"] for u in self.bad(rig)["units"])
        enough = good() + polls
        wait_for("polls go on", lambda: self.points(rig) and good() >= enough)

    def other_bus_is_on_time(self, rig):
        """Register to alarm within a poll and a second, both ways."""
        for raw, raised in ((65000, True), (80, False)):
            self.assertTrue(rig.plant.say(f"step well/1/hold/0 to {raw}").startswith("ok"))
            wait_for("the alarm of the other bus", lambda: raised == any(
                a["rule"] == "w/H" and a["state"] in ("unacked", "acked") for a in rig.alarms()), 1.2)

    def lost(self, rig, rule):
        wait_for(f"{rule} in alarm", lambda: [a for a in rig.alarms() if a["rule"] == rule
                                              and a["state"] == "unacked"], AGE_S + 2)
        self.assertTrue(all(p["q"] == "comm_fail" for p in self.points(rig) if p["bus"] == "bad"))
        self.other_bus_is_on_time(rig)

    def test_wrong_headers_are_refused_counted_and_asked_again(self):
        """Fault 8: transaction id, unit, protocol id, length."""
        with Rig() as rig:
            self.begin(rig)
            for fault, cause in (("tid", "tid"), ("foreign", "unit"), ("proto", "proto"), ("len", "len"),
                                 ("len 3", "len")):
                word, *more = fault.split()
                before = self.rejected(rig, cause)
                rig.plant.say(f"{word} bad {' '.join(more)} p 20%")
                wait_for(f"{fault} is refused", lambda: self.points(rig) and
                         self.rejected(rig, cause) > before)
                rig.plant.say("clear bad")
            self.all_good(rig)
            self.other_bus_is_on_time(rig)

    def test_a_copy_is_dropped_and_the_next_poll_is_right(self):
        """Fault 9."""
        with Rig() as rig:
            self.begin(rig)
            rig.plant.say("dup bad by 5ms p 50%")
            self.watch(rig, 60)
            self.assertGreater(self.rejected(rig, "dup"), 10)
            self.assertFalse(rig.alarms())

    def test_a_drip_keeps_its_deadline_and_holds_nobody_up(self):
        """Fault 10: 250 ms a byte, which libmodbus waits out."""
        with Rig() as rig:
            self.begin(rig)
            rig.plant.say("drip bad by 250ms")
            self.lost(rig, "bus/bad")
            rig.plant.say("clear bad")
            self.all_good(rig, 10)

    def test_silence_refusal_and_a_taken_place_are_told_and_recovered_from(self):
        """Fault 16, but for the SYN that nobody takes."""
        with Rig() as rig:
            self.begin(rig)
            rig.plant.say("silence bad on")
            self.lost(rig, "bus/bad")
            rig.plant.say("silence bad off")
            self.all_good(rig, 10)
            rig.plant.say("down bad")
            self.lost(rig, "bus/bad")
            self.assertIn("refused", self.bad(rig)["error"])
            rig.plant.say("up bad")
            self.all_good(rig, 10)
            rig.plant.say("down bad")
            rig.plant.say("one-client bad on")
            rig.plant.say("up bad")
            port = int(self.place(rig).rsplit(":", 1)[1])
            with socket.create_connection(("127.0.0.1", port)):
                wait_for("the place is taken", lambda: "error" in self.bad(rig) or self.bad(rig)["state"] == "up")
                self.other_bus_is_on_time(rig)
            self.all_good(rig, 15)

    def place(self, rig):
        return re.search(r"^tcp bad (\S+)$", rig.plant.text(), re.M).group(1)

    def test_a_syn_that_nobody_takes_is_told_and_holds_nobody_up(self):
        """Fault 16: the listener's queue is full, so the kernel drops the SYN."""
        port = free_port()
        with Rig() as rig:
            full = FullListener(port)
            try:
                self.begin(rig, f"127.0.0.1:{port}")
                self.lost(rig, "bus/bad")
                self.assertEqual(self.bad(rig)["state"], "down")
            finally:
                full.close()

    def test_a_reset_in_a_frame_and_an_end_after_the_request_cost_a_poll_at_most(self):
        """Fault 17: the connection is made anew at once."""
        with Rig() as rig:
            self.begin(rig)
            for how in ("rst", "fin", "mid"):
                for _ in range(3):
                    links = self.links(rig)
                    rig.plant.say(f"cut bad/1 {how} next 1")
                    wait_for("a new connection", lambda: self.points(rig) and self.links(rig) > links, 2)
                    self.watch(rig, 6)
                    self.all_good(rig, 1)
            self.assertFalse(rig.alarms(), "a poll was lost, no more")

    def links(self, rig):
        return rig.daemon.text().count("bus_up bus=bad")


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(unittest.main(verbosity=2))
