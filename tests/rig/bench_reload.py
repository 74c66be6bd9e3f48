#!/usr/bin/env python3
"""What a reload of 2,000 points costs, and whether a poll is missed: printed,
never judged by a time.  10 TCP units, 200 points each, every 200 ms."""
import re
import sys
import time

from rig import Rig, site, wait_for

UNITS, POINTS, ROUNDS = 10, 200, 10


def config(rig, ports, round_):
    buses = "buses:\n" + "".join(f'  b{u}: {{tcp: "127.0.0.1:{p}", timeout: 300ms}}\n'
                                 for u, p in enumerate(ports))
    points = ["points:\n"]
    for u in range(UNITS):
        for i in range(POINTS):
            points.append(f"  - {{id: p{u}.{i}, bus: b{u}, unit_id: 1, every: 200ms, unit: ppm, "
                          f"read: {{fc: 3, address: {i}, type: u16, scale: 0.1}}, "
                          f"range: 0 ppm .. 1000 ppm, limits: {{H: {{at: {24 + round_} ppm, "
                          f"clear: 20 ppm, after: 600s, priority: 2}}}}}}\n")
    return site(rig, buses, "".join(points), broker=False)


def units(rig):
    return [b["units"][0] for b in rig.json("bus")["buses"]]


def main():
    with Rig() as rig:
        sim = "".join(f"tcp 127.0.0.1:0 as l{u}\n" +
                      "".join(f"unit l{u} 1 hold {i} u16 {400 if i == 0 else 80}\n"
                              for i in range(POINTS)) for u in range(UNITS))
        at = rig.start_plant(sim)
        ports = [at[f"l{u}"].rsplit(":", 1)[1] for u in range(UNITS)]
        rig.write_config(config(rig, ports, 0))
        rig.start_daemon()
        wait_for("all good", lambda: rig.json("status")["points"]["good"] == UNITS * POINTS)
        wait_for("periods are known", lambda: all(u["good"] > 70 for u in units(rig)), 60)
        before, began = units(rig), time.monotonic()
        took = []
        for i in range(ROUNDS):
            rig.write_config(config(rig, ports, 1 + i % 3))
            start = time.monotonic()
            rig.ctl("reload", check=0)
            took.append(1e3 * (time.monotonic() - start))
        wait_for("polled on", lambda: all(u["good"] > b["good"] + 70
                                          for u, b in zip(units(rig), before)), 60)
        after, seconds = units(rig), time.monotonic() - began
        held = [int(n) / 1e3 for n in re.findall(r"held_loop_us=(\d+)", rig.daemon.text())]
        polls = sum(a["requests"] - b["requests"] for a, b in zip(after, before)) / UNITS / 2  # 200 registers are two requests
        print(f"reload of {UNITS * POINTS} points, riskgwctl to answer: median "
              f"{sorted(took)[len(took) // 2]:.0f} ms, worst {max(took):.0f} ms")
        print(f"of it on the loop, between two samples: median {sorted(held)[len(held) // 2]:.1f} "
              f"ms, worst {max(held):.1f} ms")
        print(f"polls a unit over {seconds:.1f} s: {polls:.1f}, wanted {seconds / 0.2:.1f}; timeouts "
              f"{sum(a['timeouts'] for a in after)}, period p95 worst "
              f"{max(a['period_ms']['p95'] for a in after)} ms")
        lost = rig.json("status")["points"]
        print(f"points not good: {lost['unknown'] + lost['bad']}")
        return 0


if __name__ == "__main__":
    sys.exit(main())
