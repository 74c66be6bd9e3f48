#!/usr/bin/env python3
"""Who may do what at the control socket, and what a link in the state folder
leads to.  The daemon gets a file of groups of its own, in a private mount."""
import os
import shutil
import signal
import stat
import subprocess
import unittest

import aloud
from rig import BIN, CO_POINT, Rig, site, wait_for
from test_faults import PLANT, buses

DAEMON, STRANGER, READER, OPERATOR, TECHNICIAN = 64101, 64102, 64103, 64104, 64105
GROUPS = {"riskgwd": 64201, "riskgwd-op": 64202, "riskgwd-tech": 64203}
FINE, DENIED, NO_GROUP = (0, 1), (4,), 64209
# who, main group, other groups: what each verb ends with
ROWS = [
    ("a stranger", STRANGER, NO_GROUP, [], DENIED, DENIED, DENIED),
    ("a reader, by the main group", READER, GROUPS["riskgwd"], [], FINE, DENIED, DENIED),
    ("a reader, by another group", READER, NO_GROUP, ["riskgwd"], FINE, DENIED, DENIED),
    ("an operator", OPERATOR, NO_GROUP, ["riskgwd-op"], FINE, FINE, DENIED),
    ("a technician", TECHNICIAN, NO_GROUP, ["riskgwd-op", "riskgwd-tech"], FINE, FINE, FINE),
    ("the daemon's own user", DAEMON, NO_GROUP, [], FINE, FINE, FINE),
    ("root", 0, 0, [], FINE, FINE, FINE),
]
CAN_MOUNT = os.geteuid() == 0 and shutil.which("setpriv") and subprocess.run(
    ["unshare", "-m", "true"], capture_output=True).returncode == 0


class Access(unittest.TestCase):
    def begin(self, rig, **more):
        port = rig.start_plant(PLANT)["plc"].rsplit(":", 1)[1]
        rig.write_config(site(rig, buses(port), CO_POINT, broker=False))
        os.makedirs(rig.state, exist_ok=True)
        for path in (rig.dir, rig.state, rig.config):
            os.chmod(path, 0o755)
            os.chown(path, DAEMON, DAEMON)
        return rig.start_daemon(**more)

    def with_groups(self, rig):
        """The words before the daemon: its own mount, its own groups, its own user."""
        path = os.path.join(rig.dir, "group")
        shutil.copy("/etc/group", path)
        with open(path, "a", encoding="ascii") as f:
            f.write("".join(f"{name}:x:{gid}:\n" for name, gid in GROUPS.items()))
        os.chmod(path, 0o644)
        return ["unshare", "-m", "--", "sh", "-c", f'mount --bind {path} /etc/group && exec "$@"',
                "sh", "setpriv", f"--reuid={DAEMON}", f"--regid={DAEMON}", "--clear-groups"]

    def ask(self, rig, uid, gid, groups, *words):
        more = ",".join(str(GROUPS[g]) for g in groups)
        p = subprocess.run(["setpriv", f"--reuid={uid}", f"--regid={gid}",
                            f"--groups={more}" if more else "--clear-groups",
                            os.path.join(BIN, "riskgwctl"), "--socket", rig.socket, *words],
                           capture_output=True, timeout=20)
        return p.returncode

    @unittest.skipUnless(CAN_MOUNT, "needs root and a mount namespace")
    def test_each_right_is_what_the_groups_say_and_a_refusal_is_written_down(self):
        with Rig() as rig:
            d = self.begin(rig, before=self.with_groups(rig))
            rig.plant.say("step plc/1/hold/0 to 300")
            wait_for("an alarm", lambda: self.ask(rig, 0, 0, [], "ack", "co.a/H") == 0)
            st = os.stat(rig.socket)
            self.assertEqual((stat.S_IMODE(st.st_mode), st.st_uid), (0o666, DAEMON))
            for who, uid, gid, groups, *wanted in ROWS:
                for words, codes in zip((["status"], ["ack", "co.a/H"], ["reload"]), wanted):
                    code = self.ask(rig, uid, gid, groups, *words)
                    self.assertIn(code, codes, f"{who}: {words}")
            audit = [line for line in d.text().splitlines() if " audit " in line]
            for verb, uid in (("connect", STRANGER), ("ack", READER), ("reload", OPERATOR)):
                self.assertTrue([a for a in audit if f"verb={verb} " in a and f"user={uid} " in a
                                 and "denied" in a], (verb, uid, audit))

    @unittest.skipUnless(CAN_MOUNT, "needs root and a mount namespace")
    def test_what_the_daemon_keeps_is_its_own_alone(self):
        with Rig() as rig:
            self.begin(rig, before=self.with_groups(rig))
            wait_for("the last good one", lambda: os.path.isdir(os.path.join(rig.state,
                                                                            "last-good")))
            rig.daemon.kill(signal.SIGTERM)
            for folder, _, names in os.walk(rig.state):
                for name in names:
                    st = os.lstat(os.path.join(folder, name))
                    self.assertEqual(stat.S_IMODE(st.st_mode) & 0o077, 0, name)

    def test_a_link_in_the_state_folder_leads_nowhere(self):
        for name in ("epoch", "epoch.new", "install", "install.new", "events.db", "events.db-wal",
                     "last-good", "last-good.new", "watchdog"):
            with Rig() as rig:
                victim = os.path.join(rig.dir, "victim")
                with open(victim, "w", encoding="ascii") as f:
                    f.write("somebody else's\n")
                os.makedirs(rig.state)
                os.symlink(victim, os.path.join(rig.state, name))
                port = rig.start_plant(PLANT)["plc"].rsplit(":", 1)[1]
                rig.write_config(site(rig, buses(port), CO_POINT, broker=False))
                rig.start_daemon()
                rig.plant.say("step plc/1/hold/0 to 300")
                wait_for(f"the alarm, with a link for {name}",
                         lambda: [a for a in rig.alarms() if a["rule"] == "co.a/H"])
                if name.startswith("events.db"):
                    wait_for("and said", lambda: [a for a in rig.alarms()
                                                  if a["rule"] == "sys/store"])
                self.assertEqual(rig.daemon.kill(signal.SIGTERM), 0)
                with open(victim, encoding="ascii") as f:
                    self.assertEqual(f.read(), "somebody else's\n", name)


if __name__ == "__main__":
    aloud.main()
