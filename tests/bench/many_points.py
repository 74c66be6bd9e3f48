#!/usr/bin/env python3
"""What the whole daemon costs with many points, and whether it keeps their period:
100 registers a unit, each point with limits H and HH, every 100 ms.

    many_points.py [--points 10000] [--units 100] [--links 100] [--seconds 10]

The device is tests/bench/bench_device.c: it times each request as it comes in.
Prints figures and judges nothing.
"""
import argparse
import os
import select
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "rig"), HERE]
from main_job import cpu_s, status_kb  # noqa: E402
from rig import BIN, Rig, site, wait_for  # noqa: E402

EVERY_MS = 100
POINTS_A_FILE = 5000  # a file has at most 4 MiB
POINT = ("  - {{id: p{i}, bus: b{bus}, unit_id: {unit}, every: 100ms, zh: 测点 {i}, area: bf-gas, "
         "read: {{fc: 3, address: {address}, type: u16, scale: 0.1}}, unit: ppm, range: 0 ppm .. 1000 ppm, "
         "basis: 试验, do: {{zh: 撤离, en: leave}}, limits: {{"
         "H: {{at: 24 ppm, clear: 20 ppm, after: 0s, priority: 2}}, "
         "HH: {{at: 160 ppm, clear: 140 ppm, after: 0s, priority: 1}}}}}}\n")


class Device:
    def __init__(self):
        self.p = subprocess.Popen([os.path.join(BIN, "..", "tests", "bench_device")], text=True, bufsize=1,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.p.stdout.readline().split()[1])

    def figures(self):
        self.p.stdin.write("\n")
        line = self.p.stdout.readline()
        return {k: float(v) for k, v in (part.split("=") for part in line.split())}

    def stop(self):
        self.p.stdin.close()
        self.p.wait(10)


def config(rig, o, port):
    """Units in turn over the links; points of a unit are its registers."""
    buses = "buses:\n" + "".join(f'  b{b}: {{tcp: "127.0.0.1:{port}", timeout: 500ms}}\n' for b in range(o.links))
    per_unit = o.points // o.units
    names = []
    for first in range(0, o.points, POINTS_A_FILE):
        names.append(f"points{first}.yaml")
        rig.write_config("points:\n" + "".join(
            POINT.format(i=i, bus=i // per_unit % o.links, unit=i // per_unit // o.links + 1, address=i % per_unit)
            for i in range(first, min(o.points, first + POINTS_A_FILE))), names[-1])
    return site(rig, buses, f"include: [{', '.join(names)}]\n")


def measure(rig, o, device):
    pid = rig.daemon.p.pid
    device_before = device.figures()["cpu_us"]
    missed = sum(u["timeouts"] for b in rig.json("bus")["buses"] for u in b["units"])
    before, t0 = cpu_s(pid), time.monotonic()
    select.select([], [], [], o.seconds)
    took, cpu = time.monotonic() - t0, cpu_s(pid) - before
    f = device.figures()
    missed = sum(u["timeouts"] for b in rig.json("bus")["buses"] for u in b["units"]) - missed
    due = took * 1000 / EVERY_MS * o.units
    print(f"CPU {100 * cpu / took:.2f} % of a core ({1e6 * cpu / f['n']:.1f} us a transaction; the device "
          f"{100 * (f['cpu_us'] - device_before) / 1e6 / took:.1f} %), RssAnon {status_kb(pid, 'RssAnon') / 1024:.1f} MB, "
          f"{status_kb(pid, 'Threads')} threads")
    print(f"interval: mean {f['mean']:.3f} ms ({100 * (f['mean'] / EVERY_MS - 1):+.3f} %), p1 {f['p1']:.1f}, "
          f"p50 {f['p50']:.1f}, p99 {f['p99']:.1f}, most {f['most']:.1f} ms; {f['n']:.0f} polls of {due:.0f} due, "
          f"{missed} timeouts")


def main():
    o = argparse.ArgumentParser()
    o.add_argument("--points", type=int, default=10000)
    o.add_argument("--units", type=int, default=100)
    o.add_argument("--links", type=int, default=100)
    o.add_argument("--seconds", type=float, default=10)
    o = o.parse_args()
    print(f"{o.points} points with limits, {o.units} units on {o.links} links, every {EVERY_MS} ms, {o.seconds:.0f} s")
    device = Device()
    try:
        with Rig(schemas=False) as rig:
            rig.start_broker()
            rig.start_platform()
            rig.write_config(config(rig, o, device.port))
            rig.start_daemon()
            wait_for("every value is good", lambda: rig.json("status")["points"]["good"] == o.points, 20)
            wait_for("online", lambda: rig.json("status")["uplinks"][0]["connected"])
            select.select([], [], [], 2)
            measure(rig, o, device)
    finally:
        device.stop()


if __name__ == "__main__":
    main()
