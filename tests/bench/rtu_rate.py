#!/usr/bin/env python3
"""How much of a serial line's own rate the daemon reaches: plantsim holds the
bytes back as the wire would, more is due than fits, and it counts the requests.

    rtu_rate.py [--seconds 10] [--registers 100]

The wire's own rate: all characters of request and reply, and twice the silence
that ends a frame (3.5 characters of 11 bits; 1.75 ms above 19200 baud).
"""
import argparse
import os
import re
import select
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rig"))
from rig import Rig, site, wait_for  # noqa: E402

LINES = {9600: 0.97, 19200: 0.95, 115200: 0.93}
UNITS = 8


def wire_s(baud, registers):
    gap_s = 0.00175 if baud > 19200 else 3.5 * 11 / baud
    return (8 + 5 + 2 * registers) * 10 / baud + 2 * gap_s


def config(rig, where, registers):
    buses = "buses:\n" + "".join(f'  b{b}: {{port: {where[f"b{b}"]}, line: {b} 8N1, timeout: 1s}}\n' for b in LINES)
    points = "points:\n" + "".join(
        f"  - {{id: b{b}.u{u}.p{a}, bus: b{b}, unit_id: {u}, every: 100ms, zh: 测点 {b}-{u}-{a}, area: bf-gas, "
        f"read: {{fc: 3, address: {a}, type: u16}}}}\n"
        for b in LINES for u in range(1, UNITS + 1) for a in range(registers))
    return site(rig, buses, points, broker=False)


def requests(rig, baud):
    return int(re.search(r"requests[ =](\d+)", rig.plant.say(f"stats b{baud}")).group(1))


def main():
    o = argparse.ArgumentParser()
    o.add_argument("--seconds", type=float, default=10)
    o.add_argument("--registers", type=int, default=100)
    o = o.parse_args()
    with Rig(schemas=False) as rig:
        where = rig.start_plant("".join(f"rtu {rig.dir}/tty{b} {b} 8N1 as b{b}\nunit b{b} 1..{UNITS} tag\n"
                                        for b in LINES))
        rig.write_config(config(rig, where, o.registers))
        rig.start_daemon()
        wait_for("every line is polled", lambda: all(requests(rig, b) > 2 * UNITS for b in LINES), 30)
        before, t0 = {b: requests(rig, b) for b in LINES}, time.monotonic()
        select.select([], [], [], o.seconds)
        for b, goal in LINES.items():
            rate = (requests(rig, b) - before[b]) / (time.monotonic() - t0)
            own = 1 / wire_s(b, o.registers)
            print(f"{b} 8N1, {o.registers} registers: {rate:.2f} of {own:.2f} requests/s, share {rate / own:.3f} "
                  f"(goal {goal})")


if __name__ == "__main__":
    main()
