"""A whole chain on loopback for tests: plantsim, riskgwd, mosquitto, platform.

Everything is started on free ports in a folder of its own and stopped by
process id.  Waiting is always for a condition with a bound, never for a time.
"""
import getpass
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("RISKGW_BIN", os.path.join(ROOT, "build", "bin"))

# One CO detector, in alarm above 24 ppm.
CO_POINT = """points:
  - id: co.a
    zh: 1号 CO
    unit_id: 1
    read: {fc: 3, address: 0, type: u16, scale: 0.1}
    unit: ppm
    range: 0 ppm .. 1000 ppm
    basis: 试验
    do: {zh: 撤离, en: leave}
    limits: {H: {at: 24 ppm, clear: 20 ppm, after: 0s, priority: 2}}
"""


def tag_point(name, bus, unit, address):
    """Reads a register that tells its unit and address, and is far from its limit."""
    return f"""  - id: {name}
    zh: {name}
    bus: {bus}
    unit_id: {unit}
    read: {{fc: 3, address: {address}, type: u16}}
    basis: 试验
    do: {{zh: 查, en: look}}
    limits: {{H: {{at: 65000, clear: 60000, after: 0s, priority: 2}}}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, condition, seconds=20.0):
    """Poll `condition` until it is true; its value comes back."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        select.select([], [], [], 0.02)


class Process:
    """A child whose output goes to a file that can be searched."""

    def __init__(self, rig, name, argv, stdin=False, env=None):
        self.name, self.argv = name, argv
        self.out_path = os.path.join(rig.dir, name + ".log")
        self.out = open(self.out_path, "ab")
        self.start_at = self.out.tell()
        self.p = subprocess.Popen(argv, stdout=self.out, stderr=subprocess.STDOUT,
                                  stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                                  env={**os.environ, **(env or {})}, cwd=rig.dir)

    def text(self):
        with open(self.out_path, "rb") as f:
            f.seek(self.start_at)
            return f.read().decode("utf-8", "replace")

    def wait_line(self, pattern, seconds=20.0):
        return wait_for(f"{self.name}: {pattern}\n{self.text()[-2000:]}",
                        lambda: re.search(pattern, self.text(), re.M), seconds)

    def say(self, line):
        """One command on stdin; the answer line after it is returned."""
        before = len(self.text())
        self.p.stdin.write((line + "\n").encode())
        self.p.stdin.flush()
        return wait_for(f"{self.name} answers {line!r}",
                        lambda: re.search(r"^(ok|error).*$", self.text()[before:], re.M)).group(0)

    def alive(self):
        return self.p.poll() is None

    def kill(self, sig=signal.SIGKILL):
        if self.alive():
            self.p.send_signal(sig)
        try:
            return self.p.wait(10)
        except subprocess.TimeoutExpired:
            self.p.kill()
            return self.p.wait(10)
        finally:
            self.out.close()
            if self.p.stdin is not None:
                self.p.stdin.close()


class Rig:
    def __init__(self, keep=False, schemas=True):
        self.dir = tempfile.mkdtemp(prefix="riskgw-rig-")
        self.keep = keep
        self.schemas = schemas
        self.processes = []
        self.broker_port = free_port()
        self.before_platform = []  # strace, and the like
        self.broker = self.plant = self.daemon = self.platform = None
        self.state = os.path.join(self.dir, "state")
        self.config = os.path.join(self.dir, "riskgwd.yaml")
        self.ledger = os.path.join(self.dir, "ledger.ndjson")
        self.capture = os.path.join(self.dir, "capture.ndjson")
        self.documents = os.path.join(self.dir, "documents.ndjson")
        self.socket = os.path.join(self.dir, "ctl")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        for p in reversed(self.processes):
            p.kill(signal.SIGTERM if p is not self.broker else signal.SIGKILL)
        if kind is not None:
            for p in self.processes[-8:]:
                with open(p.out_path, "rb") as f:
                    tail = f.read().decode("utf-8", "replace")[-1500:]
                print(f"---- {p.name}\n{tail}", file=sys.stderr)
        try:
            if kind is None and self.schemas:
                self.validate()
        finally:
            if not self.keep:
                shutil.rmtree(self.dir, ignore_errors=True)

    def validate(self):
        """Every message that was received and every document that was read, by
        the schemas of docs/messages.  The demonstration runs without them."""
        script = os.path.join(ROOT, "tests", "schema", "validate.mjs")
        files = [f for f in (self.capture, self.documents) if os.path.exists(f)]
        if not files or not shutil.which("node"):
            return
        p = subprocess.run(["node", script, *files], capture_output=True, timeout=60)
        if p.returncode not in (0, 77):
            raise AssertionError(p.stderr.decode())

    def start(self, name, argv, **more):
        p = Process(self, name, argv, **more)
        self.processes.append(p)
        return p

    def start_broker(self, extra="allow_anonymous true\n"):
        conf = os.path.join(self.dir, "mosquitto.conf")
        with open(conf, "w") as f:
            f.write(f"listener {self.broker_port} 127.0.0.1\nmax_queued_messages 100000\n"
                    f"user {getpass.getuser()}\n{extra}")
        exe = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.broker = self.start("mosquitto", [exe, "-c", conf])
        wait_for("the broker listens", self.broker_answers)
        return self.broker

    def broker_answers(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.broker_port)) == 0

    def start_plant(self, scenario):
        path = os.path.join(self.dir, "plant.sim")
        with open(path, "w") as f:
            f.write(scenario)
        self.plant = self.start("plantsim", [os.path.join(BIN, "plantsim"), path, "--print",
                                             "--stdin"], stdin=True)
        self.plant.wait_line(r"^ready")
        return {m[0]: m[1] for m in re.findall(r"^(?:tcp|rtu|rtutcp) (\S+) (\S+)$", self.plant.text(),
                                               re.M)}

    def write_config(self, text, name=None):
        with open(os.path.join(self.dir, name) if name else self.config, "w") as f:
            f.write(text)

    def start_daemon(self, wait=True, before=(), **more):
        """`before`: the words of a program that runs it, strace and the like."""
        self.daemon = self.start("riskgwd", [*before, os.path.join(BIN, "riskgwd"), "-c", self.config,
                                             "--state", self.state, "-f"], **more)
        if wait:
            self.daemon.wait_line(r" ready ")
        return self.daemon

    def start_platform(self, *extra):
        self.platform = self.start(
            "platform", [*self.before_platform, os.path.join(BIN, "platform"), "--broker",
                         f"tcp://127.0.0.1:{self.broker_port}", "--ledger", self.ledger,
                         "--capture", self.capture, "--print", *extra], stdin=True)
        self.platform.wait_line(r"subscribed|ready")
        return self.platform

    def ctl(self, *words, check=None):
        p = subprocess.run([os.path.join(BIN, "riskgwctl"), "--socket", self.socket, *words],
                           capture_output=True, timeout=20)
        out = p.stdout.decode()
        if check is not None:
            assert p.returncode == check, (words, p.returncode, out, p.stderr.decode())
        return p.returncode, out

    def json(self, *words):
        _, out = self.ctl("--json", *words)
        if not out.strip():
            return None
        with open(self.documents, "a") as f:
            f.write(f'{{"topic":"ctl/{words[0]}","body":{out.strip()}}}\n')
        return json.loads(out)

    def alarms(self, *words):
        return self.json("alarms", *words)["alarms"]

    def captured(self):
        if not os.path.exists(self.capture):
            return []
        with open(self.capture, "rb") as f:
            lines = f.read().decode("utf-8", "replace").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]

    def events(self, **match):
        found = [m["body"] for m in self.captured() if m["topic"].endswith("/alarm")]
        return [e for e in found if all(e.get(k) == v for k, v in match.items())]


def site(rig, buses, points, telemetry="60s", receipts="required", protocol=5, broker=True):
    """A configuration with one uplink to the rig's broker."""
    uplink = f"""uplinks:
  county:
    mqtt: tcp://127.0.0.1:{rig.broker_port}
    protocol: {protocol}
    client_id: riskgwd-140521000001-01
    receipts: {receipts}
""" if broker else ""
    return f"""version: 1
site: {{ent: "140521000001", gw: "01", zh: 示范钢厂, en: Demo steel plant, zone: "+08:00"}}
control: {{socket: {rig.socket}}}
templates: [{ROOT}/config]
telemetry: {{every: {telemetry}}}
areas: {{bf-gas: {{zh: 高炉煤气区, en: Blast-furnace gas}}}}
{buses}
{points}
{uplink}"""
