#!/usr/bin/env python3
"""The demonstration: one alarm from the detector to the county, with everything
that can go wrong on the way.  Prints each stage when it was really seen."""
import argparse
import os
import re
import shutil
import signal
import sys
import time

from rig import ROOT, Rig, wait_for

STEEL = os.path.join(ROOT, "config", "examples", "steel")
RULE = "co.bf1.front"


class Stages:
    def __init__(self):
        self.t0 = time.monotonic()
        self.seen = 0

    def show(self, zh, en):
        self.seen += 1
        print(f"[{time.monotonic() - self.t0:5.1f} s] {self.seen:2d}. {zh}\n"
              f"               {en}", flush=True)


def steel_config(rig, line):
    """The example of the repository, with this run's line, broker and socket."""
    for name in os.listdir(STEEL):
        if name.endswith(".yaml"):
            shutil.copy(os.path.join(STEEL, name), rig.dir)
    edits = {
        "gas.yaml": [(r"port: [^,}]+", f"port: {line}")],
        "uplink.yaml": [(r"mqtt: \S+", f"mqtt: tcp://127.0.0.1:{rig.broker_port}"),
                        (r"(?m)^\s*(user|password_file|tls):.*\n", "")],
        "riskgwd.yaml": [(r"templates: \[[^]]*\]", f"templates: [{ROOT}/config]"),
                         (r"socket: [^}\s]+", f"socket: {rig.socket}"),
                         (r"every: \d+s", "every: 2s")],
    }
    for name, rules in edits.items():
        path = os.path.join(rig.dir, name)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for pattern, value in rules:
            text = re.sub(pattern, value, text)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)


def scenario(rig):
    lines = [f"rtu {rig.dir}/gas485 9600 8N1 as gas485"]
    lines += [f"unit gas485 {n} hold 0 u16 {20 + 7 * n}" for n in range(1, 7)]
    lines += ["unit gas485 1..6 hold 1..7 u16 0"]  # 4 is the status word
    lines += ["unit gas485 11 input 0 f32 CDAB 3.2"]
    return "\n".join(lines) + "\n"


def one(rig, what, seconds=15, **match):
    return wait_for(what, lambda: rig.events(**match), seconds)[-1]


def quality(rig, point):
    return next(p["q"] for p in rig.json("points")["points"] if p["p"] == point)


def introduce(rig):
    print(f"""现场 plantsim（RS-485 9600 8N1，6 台 CO 探测器和 1 个煤气柜）→ riskgwd → mosquitto（127.0.0.1:{rig.broker_port}）→ 县级平台 platform
plantsim (RS-485 9600 8N1, 6 CO detectors and a gas holder) -> riskgwd -> mosquitto (127.0.0.1:{rig.broker_port}) -> platform, the county's end
配置、日志和状态 / configuration, logs and state: {rig.dir}
每一步都是真实发生后才打印；左边是开始后的秒数。 Each step is printed when it was really seen; the seconds count from the start.
""", flush=True)


def play(rig, s):
    say = rig.plant.say
    wait_for("every point is good",
             lambda: rig.json("status")["points"]["good"] == 7, 20)
    s.show("7 个测点全部监测中，上行已连接", "7 of 7 points monitored, uplink connected")
    say("ramp gas485/1/hold/0 to 900 in 3s")
    raised = one(rig, "H", ev="raise", rule=RULE + "/H", seconds=20)
    s.show(f"报警：{raised['text']}", f"raise {raised['alarm_id']}")
    say("ramp gas485/1/hold/0 to 1860 in 2s")
    up = one(rig, "HH", ev="level_up", alarm_id=raised["alarm_id"])
    s.show(f"升级：{up['text']}", f"level_up, priority {up['lvl']}, the same alarm")
    wait_for("receipts", lambda: rig.json("status")["queue"]["alarm"] == 0)
    s.show("已落盘，已送达，平台已回执", "stored, received, receipted by the platform")
    say("dead gas485/1")
    wait_for("the point has no value", lambda: quality(rig, RULE) == "comm_fail")
    fault = one(rig, "fault", ev="fault_raise", rule="unit/gas485/1")
    standing = [a for a in rig.alarms() if a["alarm_id"] == raised["alarm_id"]]
    assert standing, "the alarm must stay"
    s.show(f"探测器在高值时失联，另报：{fault['text']}",
           "the detector fell silent while high: its alarm stays, a fault alarm joins it")
    before = len(rig.events(ev="raise"))
    rig.daemon.kill()
    rig.start_daemon()
    back = one(rig, "restart", ev="restart", epoch=raised["epoch"] + 1)
    assert raised["alarm_id"] in [o["alarm_id"] for o in back["open"]]
    wait_for("online", lambda: rig.json("status")["uplinks"][0]["connected"])
    assert len(rig.events(ev="raise")) == before, "no second raise"
    s.show(f"网关 kill -9 后重启：报警编号不变 {raised['alarm_id']}，没有重复报警",
           "killed with -9, started again: same alarm, same id, no second raise")
    rig.broker.kill()
    say("step gas485/2/hold/0 to 400")
    wait_for("a local alarm", lambda: [a for a in rig.alarms() if a["rule"] == "co.bf1.tuyere/H"])
    rig.start_broker()
    one(rig, "the alarm behind the dead broker", ev="raise", rule="co.bf1.tuyere/H", seconds=30)
    s.show("消息服务器 kill -9 后重启：断线期间的报警补传到位",
           "the broker killed with -9 and started again: nothing is missing")
    say("alive gas485/1")
    say("step gas485/1/hold/0 to 80")
    say("step gas485/2/hold/0 to 80")
    clear = one(rig, "clear", ev="clear", alarm_id=raised["alarm_id"], seconds=60)
    s.show(f"消警：{clear['text']}，峰值 {clear['peak']} {clear['u']}",
           "clear, with peak and duration")


def close(rig, s):
    wait_for("the queue is empty", lambda: rig.json("status")["queue"]["alarm"] == 0, 20)
    code = rig.daemon.kill(signal.SIGTERM)
    assert code == 0, f"riskgwd ended with {code}"
    code = rig.platform.kill(signal.SIGTERM)
    line = [x for x in rig.platform.text().splitlines() if x.startswith("ledger")][-1]
    s.show(f"平台的台账：{line}",
           "the platform's account: every event that the gateway recorded is there, once")
    assert code == 0, "the platform found something wrong"


def seconds_of(text):
    found = re.fullmatch(r"(\d+)(s|m|min)?", text)
    if not found:
        raise argparse.ArgumentTypeError("a duration such as 60s")
    return int(found[1]) * (60 if found[2] in ("m", "min") else 1)


def main():
    o = argparse.ArgumentParser()
    o.add_argument("--for", dest="seconds", type=seconds_of, help="end by itself, e.g. 60s")
    o = o.parse_args()
    s = Stages()
    with Rig() as rig:
        rig.start_plant(scenario(rig))
        rig.start_broker()
        steel_config(rig, f"{rig.dir}/gas485")
        rig.start_platform()
        rig.start_daemon()
        introduce(rig)
        play(rig, s)
        if o.seconds is None:
            print(f"\nriskgwctl --socket {rig.socket} status | points | alarms | bus | watch"
                  "\nCtrl-C ends it.", flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
        close(rig, s)
    print("接自己的仪表 / your own instruments: docs/commissioning.md\n"
          f"demo: {s.seen} stages seen in {time.monotonic() - s.t0:.0f} s, all right")
    return 0


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, set())
    sys.exit(main())
