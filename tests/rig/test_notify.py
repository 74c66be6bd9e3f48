#!/usr/bin/env python3
"""What systemd is told, at the socket where it listens."""
import os
import shutil
import signal
import socket
import time
import unittest

import aloud
from rig import Rig, site

WATCHDOG_S = 1.5  # what the daemon is asked to keep
PROGRESS_S = 10   # without a sample for so long it is stuck: daemon/app.c
PLANT = "tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 80\n"
POINT = """points:
  - id: co.a
    zh: 1号 CO
    unit_id: 1
    read: {fc: 3, address: 0, type: u16, scale: 0.1}
    unit: ppm
    range: 0 ppm .. 1000 ppm
"""


class Listener:
    """systemd's end of sd_notify."""

    def __init__(self, rig):
        self.path = os.path.join(rig.dir, "notify")
        self.s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.s.bind(self.path)
        self.env = {"NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": str(int(WATCHDOG_S * 1e6))}

    def next(self, seconds):
        """The next message, None when none comes in this time."""
        self.s.settimeout(seconds)
        try:
            return self.s.recv(4096).decode()
        except socket.timeout:
            return None

    def until(self, word, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            said = self.next(end - time.monotonic())
            if said is not None and word in said.splitlines():
                return said
        raise AssertionError(f"no {word} within {seconds} s")

    def drain(self):
        self.s.setblocking(False)
        try:
            while True:
                self.s.recv(4096)
        except BlockingIOError:
            pass


class Notify(unittest.TestCase):
    def begin(self, rig):
        port = rig.start_plant(PLANT)["plc"].rsplit(":", 1)[1]
        listener = Listener(rig)
        self.addCleanup(listener.s.close)
        rig.write_config(site(rig, f'buses: {{plc: {{tcp: "127.0.0.1:{port}"}}}}\n'
                                   "defaults: {bus: plc, every: 200ms}", POINT, broker=False))
        return listener

    def test_ready_then_alive_in_time_then_stopping(self):
        with Rig() as rig:
            said = self.begin(rig)
            rig.start_daemon(wait=False, env=said.env)
            self.assertIn("STATUS=", said.until("READY=1", 10))
            for _ in range(6):
                self.assertEqual(said.next(WATCHDOG_S / 2), "WATCHDOG=1")
            rig.daemon.p.send_signal(signal.SIGTERM)
            said.until("STOPPING=1", 5)
            self.assertEqual(rig.daemon.p.wait(6), 0)
            self.assertIsNone(said.next(0.01), "nothing is said after STOPPING")

    def test_a_stopped_loop_says_nothing_and_a_continued_one_is_alive_again(self):
        with Rig() as rig:
            said = self.begin(rig)
            rig.start_daemon(env=said.env)
            said.until("WATCHDOG=1", 5)
            rig.daemon.p.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, rig.daemon.p.pid, os.WSTOPPED | os.WNOWAIT)
            said.drain()
            self.assertIsNone(said.next(2 * WATCHDOG_S))
            rig.daemon.p.send_signal(signal.SIGCONT)
            said.until("WATCHDOG=1", 5)

    @unittest.skipUnless(shutil.which("strace"), "strace is missing")
    def test_a_loop_that_turns_without_judging_a_sample_is_not_alive(self):
        """The timer of the buses is never armed: no poll, no sample, no feeding."""
        with Rig() as rig:
            said = self.begin(rig)
            rig.start_daemon(before=["strace", "-D", "-f", "-o", "/dev/null", "-e",
                                     "inject=timerfd_settime:error=EINVAL"],
                             env=said.env)
            said.until("READY=1", 10)
            end = time.monotonic() + PROGRESS_S + 5
            while said.next(2 * WATCHDOG_S) is not None:
                self.assertLess(time.monotonic(), end, "it was fed without progress")
            code, _ = rig.ctl("bus")
            self.assertEqual(code, 0, "the loop itself turns")

    def test_without_systemd_nothing_is_said_and_it_runs(self):
        with Rig() as rig:
            said = self.begin(rig)
            rig.start_daemon(env={"NOTIFY_SOCKET": "", "WATCHDOG_USEC": ""})
            self.assertIsNone(said.next(0.01))


if __name__ == "__main__":
    aloud.main()
