#!/usr/bin/env python3
"""Strangers at the other end: servers of pymodbus (its fault-injecting one, and
RTU frames over TCP) and of libmodbus, TCP and RTU on a pty; and mbpoll, a
stranger's master, at plantsim.  Registers tell their unit and address."""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rig"))
from rig import BIN, Rig, free_port, site, wait_for  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"  # Debian's: that is the one that has pymodbus
LIBMODBUS = os.path.join(os.path.dirname(BIN), "tests", "stranger_libmodbus")
UNIT, ADDRESSES = 7, (0, 50)
BUSY, WRONG_TID, LATE, DRIP = range(0x170, 0x174)
EVERY_MS = {BUSY: 400, WRONG_TID: 500, LATE: 5000, DRIP: 600}  # each in a request of its own


def value_of(address):
    return UNIT * 256 + address % 256


def point(bus, address):
    return (f"  - {{id: {bus}.{address}, zh: 点, bus: {bus}, unit_id: {UNIT}, every: {EVERY_MS.get(address, 300)}ms, "
            f"read: {{fc: 3, address: {address}, type: u16}}}}\n")


class Lines(unittest.TestCase):
    def pty_pair(self, rig, name):
        ours, theirs = f"{rig.dir}/{name}", f"{rig.dir}/{name}-theirs"
        rig.start(f"socat-{name}", ["socat", f"pty,raw,echo=0,link={ours}", f"pty,raw,echo=0,link={theirs}"])
        wait_for("the pty pair", lambda: os.path.exists(ours) and os.path.exists(theirs))
        return ours, theirs

    def start(self, rig, name, argv, **more):
        child = rig.start(name, argv, **more)
        child.wait_line("^READY")
        return child

    def begin(self, rig, buses, addresses=ADDRESSES):
        rig.write_config(site(rig, "buses:\n" + "".join(
            f"  {name}: {{{place}, timeout: 400ms, retries: 1}}\n" for name, place in buses.items()),
            "points:\n" + "".join(point(bus, a) for bus in buses for a in addresses), broker=False))
        rig.start_daemon()

    def points(self, rig):
        """No value is ever wrong."""
        points = {p["p"]: p for p in rig.json("points")["points"]}
        for name, p in points.items():
            if "val" in p:
                self.assertEqual(p["val"], value_of(int(name.rsplit(".", 1)[1])), p)
        return points

    def all_good(self, rig, names=None):
        wait_for("every point is good", lambda: all(
            p["q"] == "good" for n, p in self.points(rig).items() if names is None or n in names), 30)

    def unit(self, rig, bus):
        return next(b["units"][0] for b in rig.json("bus")["buses"] if b["bus"] == bus)

    def reactive(self, rig, kind, place):
        return self.start(rig, f"reactive-{kind}", [PYTHON, f"{HERE}/stranger_reactive.py", kind, place],
                          stdin=True)

    def test_the_fault_injecting_server_of_pymodbus_is_never_believed_when_it_errs(self):
        with Rig() as rig:
            port = free_port()
            ours, theirs = self.pty_pair(rig, "line")
            servers = [self.reactive(rig, "tcp", str(port)), self.reactive(rig, "rtu", theirs)]
            self.begin(rig, {"t": f'tcp: "127.0.0.1:{port}"', "r": f"port: {ours}, line: 19200 8N1"})
            self.all_good(rig)
            for code in (1, 2, 3, 4, 6, 10, 11):
                self.tell(servers, response_type="error", error_code=code)
                wait_for(f"exception {code}", lambda: all(
                    self.unit(rig, b)["exceptions"].get(str(code)) for b in "tr"))
            self.tell(servers, response_type="normal")
            self.all_good(rig)
            for how in ({"response_type": "empty"}, {"response_type": "delayed", "delay_by": 0.6},
                        {"response_type": "stray", "data_len": 7}, {"response_type": "stray", "data_len": 40}):
                before = [self.trouble(rig, b) for b in "tr"]
                self.tell(servers, clear_after=4, **how)
                wait_for(str(how), lambda: self.points(rig) and all(
                    self.trouble(rig, b) > was for b, was in zip("tr", before)))
            self.tell(servers, response_type="normal")
            self.all_good(rig)

    def tell(self, servers, **how):
        for s in servers:
            s.say(json.dumps(how))

    def trouble(self, rig, bus):
        u = self.unit(rig, bus)
        return u["timeouts"] + sum(u["rejected"].values())

    def test_servers_of_libmodbus_and_what_their_odd_addresses_do(self):
        with Rig() as rig:
            port = free_port()
            ours, theirs = self.pty_pair(rig, "line")
            self.start(rig, "libmodbus-tcp", [LIBMODBUS, "tcp", str(port)])
            self.start(rig, "libmodbus-rtu", [LIBMODBUS, "rtu", theirs])
            self.begin(rig, {"t": f'tcp: "127.0.0.1:{port}"', "r": f"port: {ours}, line: 19200 8N1"})
            self.all_good(rig)
            rig.daemon.kill()
            self.begin(rig, {"t": f'tcp: "127.0.0.1:{port}"'}, (0, BUSY, WRONG_TID, LATE, DRIP))
            self.all_good(rig, {"t.0", f"t.{DRIP}"})
            wait_for("each has its reason", lambda: self.unit(rig, "t")["exceptions"].get("6")
                     and self.unit(rig, "t")["rejected"].get("tid")
                     and self.unit(rig, "t")["rejected"].get("late"))
            points = self.points(rig)
            for odd in (BUSY, WRONG_TID, LATE):
                self.assertNotIn("val", points[f"t.{odd}"])

    def test_rtu_frames_over_tcp_from_pymodbus(self):
        with Rig() as rig:
            port = free_port()
            self.start(rig, "pymodbus", [PYTHON, f"{HERE}/stranger.py", "rtutcp", str(port)])
            import_of = subprocess.run([PYTHON, "-c", "import stranger, json; print(json.dumps(stranger.places()))"],
                                       capture_output=True, cwd=HERE, check=True)
            u16 = [(a, v) for a, kind, _, v in json.loads(import_of.stdout) if kind == "u16"]
            rig.write_config(site(rig, f'buses: {{g: {{rtu_over_tcp: "127.0.0.1:{port}"}}}}', "points:\n"
                                  + "".join(point("g", a) for a, _ in u16), broker=False))
            rig.start_daemon()
            wait_for("each as its encoder wrote it", lambda: [
                p.get("val") for p in rig.json("points")["points"]] == [v for _, v in u16])

    def test_mbpoll_reads_plantsim_as_any_plant(self):
        with Rig(schemas=False) as rig:
            places = rig.start_plant("tcp 127.0.0.1:0 as t\nunit t 7 tag\n"
                                     f"rtu {rig.dir}/r 19200 8N1 as r\nunit r 7 tag\n"
                                     "unit r 8 hold 0 f32 CDAB 24.25\n")
            host, port = places["t"].rsplit(":", 1)
            tcp = ["-m", "tcp", "-p", port, host]
            rtu = ["-m", "rtu", "-b", "19200", "-P", "none", places["r"]]
            for where in (tcp, rtu):
                got = self.mbpoll("-a", "7", "-t", "4", "-0", "-r", "50", "-c", "3", *where)
                self.assertEqual(got, {50: "1842", 51: "1843", 52: "1844"})
            got = self.mbpoll("-a", "8", "-t", "4:float", "-0", "-r", "0", *rtu)
            self.assertEqual(got, {0: "24.25"})

    def mbpoll(self, *words):
        p = subprocess.run([shutil.which("mbpoll"), "-1", *words], capture_output=True, timeout=20)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        return {int(a): v for a, v in re.findall(r"^\[(\d+)\]:\s+(\S+)", p.stdout.decode(), re.M)}


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
