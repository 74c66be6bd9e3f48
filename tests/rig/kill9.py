#!/usr/bin/env python3
"""Nothing lost: kill -9 of the gateway and of the broker under a stream of events.

    kill9.py --kills 200 --broker-kills 20 [--seed N]

After every kill the gateway's alarms must equal the platform's own picture;
at the end 0 messages are missing, 0 ids reused, 0 with two contents.
"""
import argparse
import json
import random
import select
import signal
import sys

from rig import Rig, site, wait_for

POINTS = 6


def config(rig, port):
    rows = "\n".join(
        f"""  - id: co.{n}
    zh: {n}号 CO
    unit_id: {n}
    area: bf-gas
    read: {{fc: 3, address: 0, type: u16, scale: 0.1}}
    unit: ppm
    range: 0 ppm .. 1000 ppm
    basis: 试验
    do: {{zh: 撤离, en: leave}}
    limits:
      H: {{at: 24 ppm, clear: 20 ppm, after: 0s, clear_after: {0 if n % 2 else 300}ms, priority: 2}}
      HH: {{at: 160 ppm, clear: 140 ppm, after: 0s, priority: 1}}"""
        for n in range(1, POINTS + 1))
    buses = f"""buses: {{plc: {{tcp: "127.0.0.1:{port}", timeout: 500ms}}}}
defaults: {{bus: plc, every: 100ms}}"""
    return site(rig, buses, "points:\n" + rows, telemetry="1s")


def scenario():
    lines = ["tcp 127.0.0.1:0 as plc"]
    lines += [f"unit plc {n} hold 0 u16 80" for n in range(1, POINTS + 1)]
    return "\n".join(lines) + "\n"


class Stream:
    """Raises, level changes and clears at random points."""

    def __init__(self, rig, rnd):
        self.rig, self.rnd = rig, rnd

    def step(self):
        n = self.rnd.randint(1, POINTS)
        raw = self.rnd.choice([80, 80, 300, 2000])
        assert self.rig.plant.say(f"step plc/{n}/hold/0 to {raw}").startswith("ok")


def report(rig):
    rig.platform.kill(signal.SIGTERM)
    lines = [x for x in rig.platform.text().splitlines() if x.startswith("{")]
    return json.loads(lines[-1]) if lines else {}


def settle(rig, seconds=30):
    """All that was raised is receipted, and the retained `active` equals the
    picture that the platform made of the events alone."""
    wait_for("the queue is empty",
             lambda: (rig.json("status") or {"queue": {"alarm": -1}})["queue"]["alarm"] == 0, seconds)
    wait_for("active is the platform's own picture",
             lambda: rig.platform.say("judge") == "ok same", seconds)


def random_moment(rnd):
    """Half a poll at the most: where in poll, commit and publication a kill falls."""
    select.select([], [], [], rnd.random() * 0.05)


def main():
    o = argparse.ArgumentParser()
    o.add_argument("--kills", type=int, default=30)
    o.add_argument("--broker-kills", type=int, default=3)
    o.add_argument("--seed", type=int, default=1)
    o = o.parse_args()
    rnd = random.Random(o.seed)
    print(f"seed {o.seed}")
    with Rig() as rig:
        port = rig.start_plant(scenario())["plc"].rsplit(":", 1)[1]
        rig.start_broker()
        rig.write_config(config(rig, port))
        rig.start_platform()
        rig.start_daemon()
        stream = Stream(rig, rnd)
        todo = ["gateway"] * o.kills + ["broker"] * o.broker_kills
        rnd.shuffle(todo)
        compared = 0
        for number, what in enumerate(todo):
            for _ in range(rnd.randint(1, 12)):
                stream.step()
                random_moment(rnd)
            if what == "gateway":
                rig.daemon.kill()
                rig.start_daemon()
            else:
                rig.broker.kill()
                stream.step()
                rig.start_broker()
            settle(rig)
            compared += 1
            if number % 20 == 19:
                print(f"{number + 1} kills", flush=True)
        stream.step()
        settle(rig)
        rig.daemon.kill(signal.SIGTERM)
        found = report(rig)
        print(json.dumps(found, ensure_ascii=False))
        code = rig.platform.p.returncode
    print(f"{o.kills} kills of the gateway, {o.broker_kills} of the broker, {compared} pictures "
          f"compared: {'right' if code == 0 else 'WRONG'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
