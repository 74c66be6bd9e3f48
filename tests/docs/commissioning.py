#!/usr/bin/env python3
"""docs/commissioning.md, done as it says: its files are written, its commands run,
its outputs compared, in a folder and on ports of this run.

A block of `console` is one terminal: the working one, or the window that its first
line names; a program in a window stays open until its Ctrl-C.  Printed lines must
come in their order, others may stand between them, … is anything, blanks are one.
What a symptom is quoted as must be in the programs.  usage: commissioning.py
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rig"))
from rig import BIN, ROOT, free_port, wait_for  # noqa: E402

PAGE = pathlib.Path(ROOT) / "docs" / "commissioning.md"
ENV = {**os.environ, "RISKGW_LANG": "en", "LC_ALL": "C.UTF-8",
       "PATH": os.environ["PATH"] + ":/usr/sbin"}
SECONDS = 30
CHANGES = (" ack ", "> trial/")  # not to be done twice


def pattern_of(line):
    words = " ".join(line.split())
    return re.compile(re.escape(words).replace("…", ".*"))


def behind(lines, expected):
    """The index behind the last expected line; None: one has not come."""
    at = 0
    for line in expected:
        pattern = pattern_of(line)
        while at < len(lines) and not pattern.search(" ".join(lines[at].split())):
            at += 1
        if at == len(lines):
            return None
        at += 1
    return at


class Page:
    def __init__(self, folder):
        self.folder = folder
        self.windows = {}  # number: [process, path of its output, lines already told]
        self.done = 0
        self.ports = {"15020": str(free_port()), "1883": str(free_port())}

    def here(self, text):
        """This run's ports."""
        return re.sub(r"\b(15020|1883)\b", lambda m: self.ports[m[0]], text)

    def write(self, block):
        name = re.match(r"# (trial/\S+)\n", block)[1]
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(self.here(block), encoding="utf-8")

    def open_window(self, number, command):
        out = self.folder / f"window{number}.log"
        with open(out, "w") as f:
            p = subprocess.Popen(["bash", "-c", "exec " + command], stdout=f, stderr=f,
                                 stdin=subprocess.DEVNULL, cwd=self.folder, env=ENV)
        self.windows[number] = [p, out, 0]

    def window(self, lines):
        number = re.search(r"window (\d)", lines[0])[1]
        expected = lines[1:]
        if expected and expected[0].startswith("$ "):
            self.open_window(number, expected.pop(0)[2:])
        p, out, told = self.windows[number]
        if "Ctrl-C" in lines[0]:
            p.send_signal(signal.SIGINT)
            p.wait(SECONDS)

        def came():
            return behind(out.read_text("utf-8", "replace").splitlines()[told:], expected)
        at = wait_for(f"window {number}: {expected}\n{out.read_text('utf-8', 'replace')}",
                      lambda: came() is not None and (came(),), SECONDS)
        self.windows[number][2] = told + at[0]

    def run(self, command, expected):
        last = ""

        def came():
            nonlocal last
            p = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, cwd=self.folder, env=ENV, timeout=SECONDS)
            last = p.stdout.decode("utf-8", "replace")
            return p.returncode != 127 and behind(last.splitlines(), expected) is not None
        try:
            if any(word in command for word in CHANGES):
                assert came()
            else:
                wait_for(command, came, SECONDS)
        except AssertionError:
            raise AssertionError(f"$ {command}\nexpected:\n" + "\n".join(expected) + "\ngot:\n" + last)

    def console(self, block):
        lines = self.here(block).splitlines()
        if lines[0].startswith("# "):
            self.window(lines)
            return
        while lines:
            command, expected = lines.pop(0)[2:], []
            while lines and not lines[0].startswith("$ "):
                expected.append(lines.pop(0))
            self.run(command, [line for line in expected if line != "…"])

    def close(self):
        for p, _, _ in self.windows.values():
            if p.poll() is None:
                p.kill()
            p.wait(SECONDS)


def unknown_words(text):
    """Of the first column under the last heading: what no program can print."""
    known = b"".join((pathlib.Path(BIN) / name).read_bytes() for name in ("riskgwd", "riskgwctl"))
    known += "\n".join(os.strerror(n) for n in range(1, 134)).encode()
    rows = text[text.rindex("\n## "):].splitlines()
    quoted = [q for row in rows if row.startswith("| ") for q in re.findall(r"`([^`]*)`", row.split("|")[1])]
    parts = [p.strip(" ():,") for q in quoted for p in re.split(r"…|, | \(|\bx\d| pid=", q)]
    words = [p for p in parts if re.fullmatch(r"[A-Za-z][A-Za-z _-]+", p)]
    assert len(words) > 10
    return [w for w in words if w.removeprefix("DOWN ").encode() not in known]


def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also behind a shell's &
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)\n```$", text, re.M | re.S)
    with tempfile.TemporaryDirectory() as folder:
        page = Page(pathlib.Path(folder))
        os.makedirs(page.folder / "build")
        os.symlink(BIN, page.folder / "build" / "bin")
        try:
            for kind, block in blocks:
                if kind == "console":
                    page.console(block)
                elif kind == "":
                    subprocess.run(["bash", "-n", "-c", block], check=True)
                else:
                    page.write(block + "\n")
        finally:
            page.close()
    unknown = unknown_words(text)
    print(f"{len(blocks)} blocks are as the page says", *unknown, sep="\nnot in the programs: ")
    return 1 if unknown else 0


sys.exit(main())
