#!/usr/bin/env python3
"""riskgwctl test: what is no scenario is refused at its place, what fails is shown."""
import json
import pathlib
import subprocess
import sys
import tempfile

TOOL, HERE = sys.argv[1], pathlib.Path(__file__).parent
HEAD = f"plant: {HERE}/plant.yaml\n"
SET = "steps:\n  - {at: 0s, set: {co.a: 30 ppm}}\n"
# text behind HEAD; place and number of the finding
WRONG = [
    ("steps:\n  - {at: 0s, set: {co.a: 30}}\n", "3:26", "E032"),
    ("steps:\n  - {at: 0s, set: {co.a: 30 mg/m3}}\n", "3:26", "E033"),
    ("steps:\n  - {at: 0s, set: {co.x: 30 ppm}}\n", "3:20", "E027"),
    ("steps:\n  - {at: 0s, bad: {co.a: comm_fail}}\n", "3:26", "E035"),
    ("steps:\n  - {at: 0s, bad: {co.a: stale}}\n", "3:26", "E035"),
    ("steps:\n  - {at: 0s, miss: co.a}\n", "3:20", "E023"),
    ("steps:\n  - {at: 0, ack: co.a/H}\n", "3:10", "E036"),
    ("steps:\n  - {ack: co.a/H}\n", "3:5", "E024"),
    ("steps:\n  - {at: 0s, akc: co.a/H}\n", "3:14", "E020"),
    ("steps:\n  - {at: 5s, ack: co.a/H}\n  - {at: 4s, ack: co.a/H}\n", "4:10", "E037"),
    ("steps:\n  - {at: 5s, restart: 60s}\n  - {at: 64s, ack: co.a/H}\n", "4:10", "E037"),
    ("steps:\n  - {at: 5s, reload: none.yaml}\n", "3:22", "E008"),
    ("steps:\n  - {at: 5s, shelve: {rule: co.a/H, fro: 5s}}\n", "3:37", "E020"),
    ("steps:\n  - {at: 5s, shelve: {rule: co.a/H, for: 5}}\n", "3:42", "E036"),
    ("steps:\n  - {at: 5s, maint: {rule: co.a}}\n", "3:22", "E020"),
    ("steps:\n  - {at: 5s, handle: {cause: x}}\n", "3:22", "E024"),
    ("steps:\n  - {at: 5s, ack: co.a/H, reset: co.a/H}\n", "3:27", "E037"),
    ("expect: [{ev: raise}]\n", "2:10", "E024"),
    ("exspect: []\n", "2:1", "E020"),
]
# text behind HEAD and SET; part of what is told
FAILS = [
    ("expect: [{at: 4s, ev: raise, rule: co.a/H}]\n", "- 4.000s raise co.a/H expected, not seen"),
    ("expect: [{at: 4s, ev: raise, rule: co.a/H}]\n", "+ 3.000s raise co.a/H val: 30 not expected"),
    ("expect: [{at: 3s, ev: raise, rule: co.a/H, lvl: 1}]\n", "lvl: 1 expected, not seen"),
    ("until: 9s\nforbid: [{ev: raise}]\n", "+ 3.000s raise co.a/H val: 30 forbidden"),
    ("  - {at: 1s, ack: co.a/H}\n", "co.a/H was refused: nothing_open"),
    ("  - {at: 1s, shelve: {rule: co.a/H, reason: x}}\n", "co.a/H was refused: no_end"),
    ("  - {at: 5s, ack: co.a/H, refused: true}\n", "co.a/H was not refused"),
]


def run(folder, text, *more):
    file = pathlib.Path(folder) / "t.yaml"
    file.write_text(HEAD + text)
    return subprocess.run([TOOL, "--lang", "en", "test", str(file), *more], capture_output=True,
                          text=True, timeout=20)


def main():
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        for text, place, number in WRONG:
            r = run(folder, text)
            if r.returncode != 2 or f"t.yaml:{place}: error[{number}]" not in r.stderr:
                bad.append((text, r.returncode, r.stderr))
        for text, told in FAILS:
            r = run(folder, SET + text)
            if r.returncode != 1 or told not in " ".join(r.stdout.split()):
                bad.append((text, r.returncode, r.stdout + r.stderr))
        r = run(folder, SET + "expect: [{at: 2s, within: 1s, ev: raise, rule: co.a/H}]\n", "--print")
        lines = [json.loads(line) for line in r.stdout.splitlines()]
        if r.returncode != 0 or lines[0]["t_ms"] != 3000 or lines[0]["announced"] is not True \
                or lines[0]["limit"] != 24 or lines[0]["ev"] != "raise":
            bad.append(("--print", r.returncode, r.stdout))
        if run(folder, "plant: [").returncode != 2 or subprocess.run(
                [TOOL, "test", f"{folder}/none.yaml"], capture_output=True).returncode != 2:
            bad.append(("no file", 0, ""))
    for text, code, told in bad:
        print(f"{text}exit {code}\n{told}")
    print(f"{len(WRONG) + len(FAILS) + 3} scenarios, {len(bad)} not as they should be")
    return len(bad) > 0


sys.exit(main())
