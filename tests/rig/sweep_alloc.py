#!/usr/bin/env python3
"""Memory is refused once, or from then on for good, at request after request of
the daemon's life: no crash, no damaged record; it ends with a message, or it
goes on and its alarms come.  paho 1.3.12 does not look at what malloc() gives
it: that may end the daemon, and the next start must find all in order.

    sweep_alloc.py --runs 24     as many, spread over the life
    sweep_alloc.py --whole       at every request
"""
import argparse
import os
import sys

from rig import Rig
from sweep import SweepRig, spread


class Alloc(SweepRig):
    def __init__(self, rig, library):
        super().__init__(rig)
        self.library = library

    def preload(self, **more):
        return {"LD_PRELOAD": self.library, **more}

    def requests(self, **whose):
        """How many there are in one life."""
        path = os.path.join(self.rig.dir, "count")
        self.life("counted", env=self.preload(FAIL_ALLOC_COUNT=path, **whose))
        with open(path, encoding="ascii") as f:
            return int(f.read())


def main():
    o = argparse.ArgumentParser()
    o.add_argument("--library", default=os.environ.get("RISKGW_FAIL_ALLOC"))
    o.add_argument("--runs", type=int, default=24)
    o.add_argument("--from", dest="first", type=int, default=1)
    o.add_argument("--whole", action="store_true")
    o = o.parse_args()
    with Rig(schemas=False) as rig:
        sweep = Alloc(rig, o.library)
        n = sweep.requests()
        print(f"{n} requests in a life", flush=True)
        for at in range(o.first, n + 1) if o.whole else spread(n, o.runs):
            sweep.life(f"request {at} fails", env=sweep.preload(FAIL_ALLOC=str(at)))
            sweep.life(f"from request {at} on all fail", must_alarm=False,
                       env=sweep.preload(FAIL_ALLOC=str(at), FAIL_ALLOC_ALWAYS="1"))
        n = sweep.requests(FAIL_ALLOC_PAHO="1")
        print(f"and {n} of paho and OpenSSL", flush=True)
        for at in range(1, n + 1) if o.whole else spread(n, o.runs // 4):
            sweep.life(f"request {at} of paho fails", may_die=True, must_alarm=False,
                       env=sweep.preload(FAIL_ALLOC=str(at), FAIL_ALLOC_PAHO="1"))
        sweep.life("nothing fails")
        return sweep.account()


if __name__ == "__main__":
    sys.exit(main())
