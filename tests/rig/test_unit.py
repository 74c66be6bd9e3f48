#!/usr/bin/env python3
"""What systemd is given: the unit keeps its promises, and what is installed
works from where it lies."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import aloud
from rig import ROOT

BUILD = os.environ.get("RISKGW_BUILD", os.path.join(ROOT, "build"))
UNIT = os.path.join(ROOT, "systemd", "riskgwd.service")
EXPOSURE_MAX = 1.8

# directive: value, and the promise that breaks without it
PROMISES = {
    "StartLimitIntervalSec": ("0", "it never gives up"),
    "Restart": ("always", "it never gives up"),
    "RestartSec": ("2", "monitoring is back soon"),
    "Type": ("notify", "started means polling"),
    "WatchdogSec": ("15", "a stuck loop is started anew"),
    "TimeoutStopSec": ("10", "longer than the 5 s of the drain"),
    "User": ("riskgwd", "it is not root"),
    "StateDirectory": ("riskgwd", "/var/lib/riskgwd, the record"),
    "RuntimeDirectory": ("riskgwd", "/run/riskgwd/ctl"),
    "ConfigurationDirectory": ("riskgwd", "/etc/riskgwd"),
    "UMask": ("0077", "the record is nobody else's to read"),
    "LimitCORE": ("0", "no secret in a core"),
    "DevicePolicy": ("closed", "serial ports only"),
    "DeviceAllow": ("char-ttyS rw char-ttyUSB rw char-ttyACM rw", "serial ports work"),
    "ProtectSystem": ("strict", "it writes its record alone"),
    "CapabilityBoundingSet": ("", "it can do nothing that root can"),
    "NoNewPrivileges": ("yes", "and never will"),
    "MemoryDenyWriteExecute": ("yes", "data is never run"),
    "ExecReload": ("/usr/bin/riskgwctl reload", "a reload says what is wrong"),
    "Environment": ("RISKGW_BOOT_ID=%b", "a crash is told from a power cut"),
    "OOMScoreAdjust": ("-900", "the last to go when memory ends"),
}
# What must not stand there, and what it would break.
BROKEN_BY = {
    "PrivateDevices": "hides the serial ports",
    "ProtectClock": "refuses adjtimex, the clk of every message",
    "PrivateUsers": "hides who is at the control socket",
    "PrivateNetwork": "no instrument and no county",
    "RootDirectory": "hides certificates and the resolver",
    "SystemCallLog": "writes a line a call",
    "Requires": "something else's death would stop the monitoring",
    "BindsTo": "something else's death would stop the monitoring",
}
TREE = """
usr/sbin/riskgwd usr/bin/riskgwctl usr/lib/systemd/system/riskgwd.service
usr/lib/sysusers.d/riskgwd.conf usr/lib/tmpfiles.d/riskgwd.conf
usr/lib/udev/rules.d/70-riskgwd.rules usr/share/riskgwd/devices/demo-co-1000.yaml
usr/share/riskgwd/rules/GB6222-CO.yaml usr/share/riskgwd/examples/steel/riskgwd.yaml
usr/share/doc/riskgwd/README.md usr/share/doc/riskgwd/SECURITY.md
usr/share/doc/riskgwd/docs/commissioning.md
""".split()


def directives():
    found = {}
    with open(UNIT, encoding="utf-8") as f:
        for line in f:
            m = re.match(r"([A-Z]\w*)=(.*)", line)
            if m:
                found[m[1]] = (found.get(m[1], "") + " " + m[2]).strip()
    return found


def run(*argv):
    p = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return p.returncode, p.stdout.decode()


def needs(tool):
    return unittest.skipUnless(shutil.which(tool), f"{tool} is missing")


class Unit(unittest.TestCase):
    def test_every_promise_has_its_directive(self):
        found = directives()
        for name, (value, promise) in PROMISES.items():
            self.assertEqual(found.get(name), value, f"{name}: {promise}")
        for name, harm in BROKEN_BY.items():
            self.assertNotIn(name, found, f"{name} {harm}")

    @needs("systemd-analyze")
    def test_the_exposure_stays_low(self):
        code, out = run("systemd-analyze", "security", "--offline=yes", "--no-pager", UNIT)
        self.assertEqual(code, 0, out)
        exposure = float(re.search(r"exposure level for \S+: ([\d.]+)", out)[1])
        print(f"exposure {exposure}, at most {EXPOSURE_MAX}", flush=True)
        self.assertLessEqual(exposure, EXPOSURE_MAX)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="riskgw-install-")
        p = subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], timeout=60,
                           env={**os.environ, "DESTDIR": cls.root}, capture_output=True)
        assert p.returncode == 0, p.stderr.decode()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def at(self, path):
        return os.path.join(self.root, path)

    def test_every_file_lies_where_the_unit_and_the_defaults_look(self):
        for path in TREE:
            self.assertTrue(os.path.isfile(self.at(path)), path)
        for path in TREE[:2]:
            self.assertTrue(os.access(self.at(path), os.X_OK), path)

    def test_every_installed_example_passes_the_installed_check(self):
        examples = self.at("usr/share/riskgwd/examples")
        names = os.listdir(examples)
        self.assertGreaterEqual(len(names), 2)
        for name in names:
            main = os.path.join(examples, name, "riskgwd.yaml")
            code, out = run(self.at("usr/sbin/riskgwd"), "-c", main, "--check")
            self.assertEqual(code, 0, out)

    @needs("systemd-analyze")
    def test_systemd_finds_nothing_to_say_about_the_unit(self):
        with open(self.at("usr/lib/systemd/system/riskgwd.service"), encoding="utf-8") as f:
            text = f.read()
        # This machine has no installed gateway: the unit names the one of this test.
        text = re.sub(r"=/usr/(s?bin)/", f"={self.root}/usr/\\1/", text)
        path = self.at("riskgwd.service")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        self.assertEqual(run("systemd-analyze", "verify", path), (0, ""))

    @needs("systemd-sysusers")
    def test_its_user_and_its_groups_can_be_made(self):
        os.makedirs(self.at("etc"), exist_ok=True)
        shutil.copy("/etc/group", self.at("etc/group"))
        code, out = run("systemd-sysusers", f"--root={self.root}",
                        self.at("usr/lib/sysusers.d/riskgwd.conf"))
        if code != 0 and os.geteuid() != 0:
            self.skipTest("needs root: " + out)
        self.assertEqual(code, 0, out)
        with open(self.at("etc/group"), encoding="utf-8") as f:
            groups = {line.split(":")[0]: line.strip().split(":")[3] for line in f}
        self.assertLessEqual({"riskgwd", "riskgwd-op", "riskgwd-tech"}, set(groups))
        self.assertIn("riskgwd", groups["dialout"].split(","))

    @needs("systemd-tmpfiles")
    def test_the_folder_of_secrets_is_its_own_alone(self):
        with open(self.at("usr/lib/tmpfiles.d/riskgwd.conf"), encoding="utf-8") as f:
            self.assertEqual(f.read().split()[:5],
                             ["d", "/etc/riskgwd/secrets", "0700", "riskgwd", "riskgwd"])


if __name__ == "__main__":
    aloud.main()
