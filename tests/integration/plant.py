"""plantsim under test: a child with pipes, raw masters for TCP and a pty."""
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import termios
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("RISKGW_BIN", os.path.join(ROOT, "build", "bin"))
TOOL = os.path.join(BIN, "plantsim")


class Plant:
    """plantsim on a scenario; `@` in it is a folder of this plant's own."""

    def __init__(self, scenario, *options):
        self.dir = tempfile.mkdtemp(prefix="plantsim-")
        path = os.path.join(self.dir, "plant.sim")
        with open(path, "w", encoding="utf-8") as f:
            f.write(scenario.replace("@", self.dir))
        self.p = subprocess.Popen([TOOL, path, "--stdin", *options], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.rest = b""
        self.buses = {}
        while (line := self.line()) != "ready":
            kind, name, place = line.split(" ", 2)
            self.buses[name] = place

    def line(self, seconds=10):
        end = time.monotonic() + seconds
        while b"\n" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.p.stdout], [], [], left)[0]:
                raise AssertionError("plantsim says nothing")
            more = os.read(self.p.stdout.fileno(), 65536)
            if not more:
                raise AssertionError(f"plantsim has ended: {self.rest!r}")
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode()

    def say(self, command):
        self.p.stdin.write((command + "\n").encode())
        self.p.stdin.flush()
        return self.line()

    def ok(self, command):
        answer = self.say(command)
        assert answer.split(" ")[0] == "ok", (command, answer)
        return answer[3:]

    def stats(self, bus):
        return {k: int(v) for k, v in (x.split("=") for x in self.ok("stats " + bus).split())}

    def port(self, bus):
        return int(self.buses[bus].rsplit(":", 1)[1])

    def tcp(self, bus):
        s = socket.create_connection(("127.0.0.1", self.port(bus)), 5)
        s.settimeout(5)
        return s

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.p.stdin.close()
        try:
            self.p.wait(10)
        finally:
            self.p.kill()
            self.p.stdout.close()
            shutil.rmtree(self.dir, ignore_errors=True)


def crc(frame):
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return struct.pack("<H", value)


def rtu(unit, pdu):
    frame = bytes([unit]) + pdu
    return frame + crc(frame)


def mbap(tid, unit, pdu, proto=0, length=None):
    return struct.pack(">HHHB", tid, proto, len(pdu) + 1 if length is None else length,
                       unit) + pdu


def read_pdu(fc, address, count):
    return struct.pack(">BHH", fc, address, count)


def receive(s, seconds=0.15, size=4096):
    """What comes until a silence of `seconds`, or the end of the link."""
    got = b""
    while len(got) < size and select.select([s], [], [], seconds)[0]:
        more = s.recv(size - len(got))
        if not more:
            break
        got += more
    return got


def exactly(s, size, seconds=5):
    got = receive(s, seconds, size)
    assert len(got) == size, got
    return got


def until(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "not in time"


class Tty:
    """A raw master on the other end of the pty."""

    def __init__(self, path, speed=termios.B9600):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        attributes = termios.tcgetattr(self.fd)
        attributes[0] = attributes[1] = attributes[3] = 0
        attributes[2] = termios.CS8 | termios.CREAD | termios.CLOCAL
        attributes[4] = attributes[5] = speed
        termios.tcsetattr(self.fd, termios.TCSANOW, attributes)

    def fileno(self):
        return self.fd

    def send(self, frame):
        assert os.write(self.fd, frame) == len(frame)

    def recv(self, size):
        return os.read(self.fd, size)

    def close(self):
        os.close(self.fd)
