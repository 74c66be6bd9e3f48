#!/usr/bin/env python3
"""No systemd runs where the tests do, so the unit's walls can not be felt.
Instead a whole life of the daemon is written down, call by call, and each call
must be one that the walls let through."""
import os
import re
import shutil
import signal
import subprocess
import unittest

import aloud
from rig import BIN, CO_POINT, ROOT, Rig, site, wait_for
from test_faults import PLANT, buses

UNIT = os.path.join(ROOT, "systemd", "riskgwd.service")
# The resolver asks the kernel for its addresses and goes on without an answer.
TOLERATED_FAMILIES = {"AF_NETLINK"}
# paho writes the kernel's version into its trace, if it finds it.
TOLERATED_FILES = {"/proc/version"}
SOMEBODY = 64123
HIDDEN = re.compile(r"/(root|home|run/user)/|/sys/|/proc/(?!self|\d)")
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")


def as_somebody(rig):
    """Not as root: SQLite gives files away then, which the unit refuses."""
    if os.geteuid() != 0:
        return []
    os.makedirs(rig.state)
    for folder in (rig.dir, rig.state):
        os.chown(folder, SOMEBODY, SOMEBODY)
    return ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups"]


def last_words(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()[-200:]


def words(directive):
    with open(UNIT, encoding="utf-8") as f:
        return [line.split("=", 1)[1].split() for line in f if line.startswith(directive + "=")]


def calls_of(name):
    """The system calls of one word of SystemCallFilter."""
    if not name.startswith("@"):
        return {name}
    out = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name],
                         capture_output=True, timeout=20, check=True).stdout.decode()
    found = [w for w in re.findall(r"^    (\S+)$", out, re.M)]
    return set().union(*(calls_of(w) for w in found))


def allowed_calls():
    allowed = set()
    for line in words("SystemCallFilter"):
        if line[0].startswith("~"):
            for w in [line[0][1:], *line[1:]]:
                allowed -= calls_of(w)
        else:
            for w in line:
                allowed |= calls_of(w)
    return allowed


@unittest.skipUnless(shutil.which("strace"), "strace is missing")
class Sandbox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rig = Rig()
        try:
            cls.live(cls.rig)
        except BaseException:
            cls.rig.__exit__(AssertionError, None, None)
            raise
        with open(os.path.join(cls.rig.dir, "calls"), encoding="utf-8", errors="replace") as f:
            cls.calls = [line.split(None, 1)[1] for line in f]

    @classmethod
    def tearDownClass(cls):
        cls.rig.__exit__(None, None, None)

    @classmethod
    def live(cls, rig):
        """Start, poll, alarm, acknowledge, reload, lose the broker, stop."""
        port = rig.start_plant(PLANT)["plc"].rsplit(":", 1)[1]
        rig.start_broker()
        text = site(rig, buses(port), CO_POINT).replace("tcp://127.0.0.1", "tcp://localhost")
        rig.write_config(text)
        rig.start_platform()
        calls = os.path.join(rig.dir, "calls")
        rig.start_daemon(before=[*as_somebody(rig), "strace", "-D", "-f", "-o", calls],
                         env={"RISKGW_BOOT_ID": "0123456789abcdef0123456789abcdef"})
        rig.plant.say("step plc/1/hold/0 to 300")
        wait_for("the alarm is at the platform", lambda: rig.events(ev="raise", rule="co.a/H"))
        rig.ctl("ack", "co.a/H", check=0)
        rig.write_config(text.replace("every: 200ms", "every: 300ms"))
        rig.ctl("reload", check=0)
        rig.plant.say("dead plc/1")
        wait_for("the fault", lambda: [a for a in rig.alarms() if a["kind"] in ("COMM", "BUS")])
        rig.broker.kill()
        wait_for("offline", lambda: not rig.json("status")["uplinks"][0]["connected"], 30)
        rig.start_broker()
        wait_for("online", lambda: rig.json("status")["uplinks"][0]["connected"], 30)
        assert rig.daemon.kill(signal.SIGTERM) == 0
        wait_for("the last call", lambda: "+++ exited" in last_words(calls))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is missing")
    def test_every_system_call_passes_the_filter(self):
        used = {m[1] for m in (re.match(r"(\w+)\(", c) for c in self.calls) if m}
        self.assertIn("fdatasync", used, "this was no whole life")
        self.assertEqual(used - allowed_calls(), set())

    def test_every_socket_is_of_an_allowed_family(self):
        used = {m[1] for m in (re.match(r"socket(?:pair)?\((\w+)", c) for c in self.calls) if m}
        self.assertIn("AF_INET", used)
        self.assertEqual(used - set(words("RestrictAddressFamilies")[0]) - TOLERATED_FAMILIES,
                         set())

    def test_it_writes_into_its_own_folders_alone(self):
        for c in self.calls:
            m = re.match(r'open(?:at)?\(\w*,? ?"([^"]*)", (\S+)', c)
            if m and WRITES.search(m[2]) and m[1].startswith("/"):
                self.assertTrue(m[1].startswith((self.rig.dir, "/dev/null")), c)

    def test_it_reads_nothing_that_the_unit_hides(self):
        """ProcSubset=pid and ProtectHome=yes; the id of the boot comes by %b."""
        for c in self.calls:
            m = re.match(r'(?:open(?:at)?|access|stat|newfstatat)\([^"]*"([^"]*)".*\) += (\S+)', c)
            if m and m[2] != "-1" and m[1] not in TOLERATED_FILES:
                self.assertFalse(HIDDEN.match(m[1]), c)

    def test_no_memory_is_made_writable_and_executable(self):
        for c in self.calls:
            if re.match(r"(mmap|mprotect|pkey_mprotect)\(", c):
                self.assertFalse("PROT_WRITE" in c and "PROT_EXEC" in c, c)


if __name__ == "__main__":
    aloud.main()
