#!/usr/bin/env python3
"""What the main job costs and how late an alarm is: 1,000 points on 10 TCP units
at 100 ms, each with limits, a real mosquitto, the county's end with receipts.

    main_job.py [--changes 400] [--seconds 60] [--seed N]

Prints figures and judges nothing.  The latency is from the change of the
register to the message at a subscriber; what the poll alone gives is the same
from the change to the next request that could have seen it.
"""
import argparse
import json
import os
import random
import select
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rig"))
from rig import Rig, site, wait_for  # noqa: E402

UNITS, POINTS, EVERY_MS = 10, 100, 100


def scenario():
    lines = [f"tcp 127.0.0.1:0 as b{u}" for u in range(UNITS)]
    lines += [f"unit b{u} 1 hold 0..{POINTS - 1} u16 80" for u in range(UNITS)]
    return "\n".join(lines) + "\n"


def config(rig, where):
    buses = "buses:\n" + "".join(f'  b{u}: {{tcp: "{where[f"b{u}"]}", timeout: 500ms}}\n'
                                 for u in range(UNITS))
    points = "points:\n" + "".join(
        f"  - {{id: u{u}.p{a}, bus: b{u}, unit_id: 1, every: {EVERY_MS}ms, zh: 测点 {u}-{a}, area: bf-gas, "
        f"read: {{fc: 3, address: {a}, type: u16, scale: 0.1}}, unit: ppm, range: 0 ppm .. 1000 ppm, "
        "basis: 试验, do: {zh: 撤离, en: leave}, limits: {"
        "H: {at: 24 ppm, clear: 20 ppm, after: 0s, priority: 2}, "
        "HH: {at: 160 ppm, clear: 140 ppm, after: 0s, priority: 1}}}\n"
        for u in range(UNITS) for a in range(POINTS))
    return site(rig, buses, points)


class Subscriber:
    """mosquitto_sub: a stranger that writes when each message came."""

    def __init__(self, rig):
        self.process = rig.start("subscriber", [
            shutil.which("mosquitto_sub"), "-p", str(rig.broker_port), "-q", "1",
            "-t", "riskgw/v1/+/+/alarm", "-F", "%U %p"])

    def raises(self):
        """rule -> wall clock in s of its raise."""
        found = {}
        for line in self.process.text().splitlines():
            at, body = line.split(" ", 1)
            m = json.loads(body)
            if m["ev"] == "raise":
                found[m["rule"]] = float(at)
        return found


def percentile(values, p):
    return sorted(values)[min(len(values) - 1, int(len(values) * p / 100))]


def latency(rig, subscriber, n, rnd):
    wall_minus_mono = time.time() - time.monotonic()
    changed = {}
    for k in rnd.sample(range(UNITS * POINTS), n):
        u, a = divmod(k, POINTS)
        select.select([], [], [], rnd.random() * 2 * EVERY_MS / 1000)
        answer = rig.plant.say(f"step b{u}/1/hold/{a} to 300")
        changed[f"u{u}.p{a}/H"] = int(answer.split()[1]) / 1e6 + wall_minus_mono
    wait_for("every raise has come", lambda: len(subscriber.raises()) >= n, 30)
    raised = subscriber.raises()
    return [1000 * (raised[rule] - at) for rule, at in changed.items()]


def cpu_s(pid):
    """Seconds on a processor, of all threads, as the scheduler counts them; the
    ticks of /proc/PID/stat are too coarse for a process that runs in slices."""
    tasks = f"/proc/{pid}/task"
    ns = 0
    for task in os.listdir(tasks):
        with open(f"{tasks}/{task}/schedstat") as f:
            ns += int(f.read().split()[0])
    return ns / 1e9


def status_kb(pid, key):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith(key + ":"))


def cost(pid, seconds):
    before, t0 = cpu_s(pid), time.monotonic()
    select.select([], [], [], seconds)
    share = 100 * (cpu_s(pid) - before) / (time.monotonic() - t0)
    print(f"CPU {share:.2f} % of a core over {seconds} s, RssAnon {status_kb(pid, 'RssAnon') / 1024:.2f} MB, "
          f"{status_kb(pid, 'Threads')} threads")


def start_time(rig):
    """From the start of the process to the first good value that the tool can read."""
    t0 = time.monotonic()
    rig.start_daemon(wait=False)
    wait_for("a good value", lambda: rig.ctl("--json", "points", "u0.p0")[1].find('"q":"good"') > 0, 10)
    first = 1000 * (time.monotonic() - t0)
    wait_for("every value is good", lambda: rig.json("status")["points"]["good"] == UNITS * POINTS, 10)
    return first


def main():
    o = argparse.ArgumentParser()
    o.add_argument("--changes", type=int, default=400)
    o.add_argument("--seconds", type=int, default=60)
    o.add_argument("--seed", type=int, default=1)
    o = o.parse_args()
    rnd = random.Random(o.seed)
    print(f"{UNITS * POINTS} points on {UNITS} TCP units at {EVERY_MS} ms; seed {o.seed}")
    with Rig(schemas=False) as rig:
        where = rig.start_plant(scenario())
        rig.start_broker()
        rig.write_config(config(rig, where))
        rig.start_platform()
        subscriber = Subscriber(rig)
        print(f"start to the first good value {start_time(rig):.0f} ms")
        wait_for("online", lambda: rig.json("status")["uplinks"][0]["connected"])
        cost(rig.daemon.p.pid, o.seconds)
        ms = latency(rig, subscriber, o.changes, rnd)
        print(f"register change to subscriber over {len(ms)} changes: p50 {percentile(ms, 50):.1f} ms, "
              f"p99 {percentile(ms, 99):.1f} ms, most {max(ms):.1f} ms")
        poll = [EVERY_MS * (k + 0.5) / len(ms) for k in range(len(ms))]
        print(f"the poll alone: p50 {percentile(poll, 50):.1f} ms, p99 {percentile(poll, 99):.1f} ms; ratio "
              f"{percentile(ms, 50) / percentile(poll, 50):.2f} and {percentile(ms, 99) / percentile(poll, 99):.2f}")


if __name__ == "__main__":
    main()
