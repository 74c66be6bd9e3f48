"""riskgwd against pymodbus servers, TCP and RTU on a pty: each type and order
is read as the value that pymodbus' own encoder was given, and what a status word
says is the quality of its value."""
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import stranger

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.environ.get("RISKGW_BIN", os.path.join(os.path.dirname(os.path.dirname(HERE)), "build", "bin"))


def wait_for(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        select.select([], [], [], 0.05)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


SOURCE = os.path.dirname(os.path.dirname(HERE))
MASK = 0x0FF0  # of the first u16


def order_of(kind, order):
    wide = kind.endswith("64")
    return f", order: {stranger.ORDERS_64[order] if wide else order}" if wide or kind.endswith("32") else ""


EVERY = {"t": "1s", "r": "5s"}


def expected():
    """id -> value; each register as holding and as input register, each bit both ways."""
    want = {}
    for bus in ("t", "r"):
        for i, (_, _, _, value) in enumerate(stranger.places()):
            want[f"{bus}.{3 + i % 2}.{i}"] = value
        for i, bit in enumerate(stranger.BITS):
            want[f"{bus}.{1 + i % 2}.{i}"] = bit
        want[f"{bus}.mask"] = (43707 & MASK) >> 4
        for i, (_, _, _, q) in enumerate(stranger.status_places()):
            want[f"{bus}.s{i}"] = 4711 if q == "good" else q
        for i, (value, _, q) in enumerate(stranger.channels()):
            want[f"{bus}.ch{i + 1}"] = value / 10 if q == "good" else q
            want[f"{bus}.ch{i + 1}.own"] = i % 4  # its own alarm bits
    return want


def seen(point):
    return point["val"] if point["q"] == "good" else point["q"]


def write_config(folder, port):
    lines = ["version: 1", 'site: {ent: "140521000001", gw: "01", zh: 试验, en: test, zone: "+08:00"}',
             f"control: {{socket: {folder}/ctl}}", f"templates: [{os.path.join(SOURCE, 'config')}]", "buses:", f'  t: {{tcp: "127.0.0.1:{port}"}}',
             f"  r: {{port: {folder}/ours, line: 115200 8N1}}", "areas:", "  a: {zh: 甲, en: A}", "points:"]
    for bus in ("t", "r"):
        for i, (address, kind, order, _) in enumerate(stranger.places()):
            lines.append(f"  - {{id: {bus}.{3 + i % 2}.{i}, zh: 点, en: p, area: a, bus: {bus}, unit_id: {1 if i % 3 else 7}, "
                         f"every: {EVERY[bus]}, read: {{fc: {3 + i % 2}, address: {address}, type: {kind}"
                         f"{order_of(kind, order)}}}}}")
        address = next(a for a, _, _, v in stranger.places() if v == 43707)
        lines.append(f"  - {{id: {bus}.mask, zh: 位, en: m, area: a, bus: {bus}, unit_id: 7, every: {EVERY[bus]}, "
                     f"read: {{fc: 3, address: {address}, type: u16, mask: {MASK}}}}}")
        for i, (value, word, _, _) in enumerate(stranger.status_places()):
            lines.append(f"  - {{id: {bus}.s{i}, zh: 点, en: s, area: a, bus: {bus}, unit_id: 7, every: {EVERY[bus]}, "
                         f"read: {{fc: 3, address: {value}, type: u16}}, status: {{read: {{fc: {3 + i % 2}, "
                         f"address: {word}, type: u16}}, bits: {{0: sensor_fault, 1: over_range, 2: calibrating, 3: warming_up}}}}}}")
        for i in range(len(stranger.BITS)):
            lines.append(f"  - {{id: {bus}.{1 + i % 2}.{i}, zh: 位, en: b, area: a, bus: {bus}, unit_id: 1, "
                         f"every: 1s, read: {{fc: {1 + i % 2}, address: {i}, type: bit}}}}")
        for k in range(1, stranger.CHANNELS + 1):
            for name, device in ((f"{bus}.ch{k}", "demo-gac-16"), (f"{bus}.ch{k}.own", "demo-gac-16-alarm")):
                lines.append(f"  - {{id: {name}, zh: 路, en: ch, area: a, bus: {bus}, unit_id: 7, "
                             f"every: {EVERY[bus]}, device: {device}, channel: {k}}}")
    path = os.path.join(folder, "riskgwd.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    return path


def points(folder):
    p = subprocess.run([os.path.join(BIN, "riskgwctl"), "--socket", f"{folder}/ctl", "--json", "points"],
                       capture_output=True, timeout=10)
    return {x["p"]: x for x in json.loads(p.stdout)["points"]} if p.returncode == 0 else {}


class Children:
    def __init__(self):
        self.all = []

    def start(self, argv, log):
        out = open(log, "wb")
        self.all.append(subprocess.Popen(argv, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL))
        out.close()

    def stop(self):
        for p in reversed(self.all):
            p.terminate()
        for p in self.all:
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()


def run(folder, children):
    port, want = free_port(), expected()
    config = write_config(folder, port)
    children.start(["socat", f"pty,raw,echo=0,link={folder}/ours", f"pty,raw,echo=0,link={folder}/theirs"],
                   f"{folder}/socat.log")
    wait_for("the pty pair", lambda: os.path.exists(f"{folder}/ours") and os.path.exists(f"{folder}/theirs"))
    for name, argv in (("tcp", ["tcp", str(port)]), ("rtu", ["rtu", f"{folder}/theirs"])):
        children.start([sys.executable, os.path.join(HERE, "stranger.py"), *argv], f"{folder}/{name}.log")
        wait_for(name, lambda: b"READY" in open(f"{folder}/{name}.log", "rb").read())
    children.start([os.path.join(BIN, "riskgwd"), "-c", config, "--state", f"{folder}/state", "-f"],
                   f"{folder}/riskgwd.log")
    wait_for("every point read", lambda: (got := points(folder)) and
             all(x["q"] not in ("never_read", "stale") for x in got.values()), 60)
    got = points(folder)
    assert set(got) == set(want), set(got) ^ set(want)
    wrong = {p: (seen(got[p]), v) for p, v in want.items() if seen(got[p]) != (v if isinstance(v, str) else float(v))}
    assert not wrong, wrong
    print(f"{len(want)} points of pymodbus servers, TCP and RTU: each as its encoder wrote it")
    print("types:", *sorted({f"{k}/{o}" for _, k, o, _ in stranger.places()}))


def main():
    folder, children = tempfile.mkdtemp(prefix="strangers-"), Children()
    try:
        run(folder, children)
    except BaseException:
        for log in ("tcp.log", "rtu.log", "riskgwd.log"):
            path = os.path.join(folder, log)
            if os.path.exists(path):
                sys.stderr.write(f"---- {log}\n" + open(path, errors="replace").read()[-2000:])
        raise
    finally:
        children.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
