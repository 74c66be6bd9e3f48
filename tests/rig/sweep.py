"""One life of the daemon after another over one record, each with something
that fails in it: start, poll, an alarm, its end, SIGTERM."""
import os
import random
import select
import signal

from rig import CO_POINT, site, wait_for


def spread(n, runs, seed=1):
    """`runs` numbers of 1..n: one of each equal part."""
    rnd = random.Random(seed)
    runs = min(n, runs)
    return [rnd.randint(n * i // runs + 1, n * (i + 1) // runs) for i in range(runs)]


class SweepRig:
    def __init__(self, rig):
        self.rig = rig
        port = rig.start_plant("tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 80\n")["plc"]
        rig.start_broker()
        rig.write_config(site(rig, f'buses: {{plc: {{tcp: "{port}", timeout: 300ms}}}}\n'
                                   "defaults: {bus: plc, every: 100ms}", CO_POINT, telemetry="1s"))
        rig.start_platform()
        self.lives = self.ended = self.alarms = self.died = 0
        self.wrong = []
        self.known_aside = set()

    def say(self, raw):
        assert self.rig.plant.say(f"step plc/1/hold/0 to {raw}").startswith("ok")

    def raised(self):
        """The alarm as the record of the platform has it, by number of raises."""
        return len({e["alarm_id"] for e in self.rig.events(ev="raise", rule="co.a/H")})

    def is_normal(self):
        """Of the life before nothing stands but what returned unacked."""
        found = self.rig.json("alarms")
        if found is None:  # nobody there to be asked: long enough for some polls
            select.select([], [], [], 0.5)
            return True
        return not [a for a in found["alarms"] if a["rule"] == "co.a/H"
                    and a["state"] in ("unacked", "acked")]

    def over(self):
        return not self.rig.daemon.alive()

    def life(self, what, must_alarm=True, may_die=False, may_set_aside=False, **how):
        """`how`: as Rig.start_daemon() takes it."""
        rig = self.rig
        self.lives += 1
        before = self.raised()
        self.say(80)
        d = rig.start_daemon(wait=False, **how)
        try:
            wait_for("ready or over", lambda: " ready " in d.text() or self.over(), 15)
            if must_alarm:
                wait_for("normal, or over", lambda: self.is_normal() or self.over(), 15)
            self.say(300)
            wait_for("the alarm, or over", lambda: self.raised() > before or self.over(),
                     20 if must_alarm else 1)
        except AssertionError as e:
            if must_alarm:
                self.complain(what, str(e).splitlines()[0])
        self.alarms += self.raised() > before
        self.judge_end(what, d, may_die, may_set_aside)

    def judge_end(self, what, d, may_die, may_set_aside):
        is_over = self.over()
        code = d.kill(signal.SIGTERM)
        self.ended += is_over
        if code < 0 and may_die:
            self.died += 1
        elif code < 0 or code >= 128:
            self.complain(what, f"killed by a signal: {code}")
        elif is_over and (code == 0 or " error " not in d.text()):
            self.complain(what, f"ended with {code} and no message")
        elif not is_over and code not in (0, 1):
            self.complain(what, f"SIGTERM ended with {code}")
        self.rig.processes.remove(d)
        aside = self.aside() - self.known_aside
        self.known_aside |= aside
        if aside and not may_set_aside:
            self.complain(what, f"the record was set aside: {sorted(aside)}")

    def aside(self):
        names = os.listdir(self.rig.state) if os.path.isdir(self.rig.state) else []
        return {n for n in names if "damaged" in n}

    def complain(self, what, why):
        self.wrong.append(what)
        print(f"WRONG: {what}: {why}\n{self.rig.daemon.text()[-600:]}", flush=True)

    def account(self):
        print(f"{self.lives} lives, {self.alarms} with their alarm, {self.ended} ended by "
              f"themselves with a message, {self.died} by paho, {len(self.wrong)} wrong")
        return 1 if self.wrong else 0
