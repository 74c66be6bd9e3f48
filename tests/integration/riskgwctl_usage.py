#!/usr/bin/env python3
"""riskgwctl as a script meets it: exit codes, languages, colour, documents.
The daemon is a canned one: the first line of each answer and a document."""
import json
import os
import pathlib
import pty
import re
import socket
import subprocess
import sys
import tempfile
import threading

TOOL = pathlib.Path(os.environ["RISKGW_BIN"]) / "riskgwctl"
GOLDEN = pathlib.Path(__file__).parents[1] / "unit/golden/ctl"
asked = []


def serve(listener):
    answers = {"status": (1, "", GOLDEN / "status.json"), "alarms": (0, "", GOLDEN / "alarms.json"),
               "points": (0, "", GOLDEN / "points.json"), "bus": (0, "", GOLDEN / "bus.json"),
               "ack": (0, "ack co.a/H: done", None), "reset": (1, "reset co.a/H: refused", None)}
    while True:
        peer, _ = listener.accept()
        with peer, peer.makefile("rwb") as f:
            request = json.loads(f.readline())
            asked.append(request)
            code, message, doc = answers.get(request["verb"], (0, "done", None))
            f.write(json.dumps({"exit": code, "message": message}).encode() + b"\n")
            f.write(doc.read_bytes() if doc else b"")


def run(*args, **env):
    env = {"PATH": os.environ["PATH"], **env}
    return subprocess.run([TOOL, *args], env=env, capture_output=True, timeout=20)


def on_a_terminal(*args, **env):
    """What a person at a terminal gets to see."""
    master, slave = pty.openpty()
    subprocess.run([TOOL, *args], env={"PATH": os.environ["PATH"], **env}, stdout=slave, timeout=20)
    os.close(slave)
    text = b""
    try:
        while chunk := os.read(master, 65536):
            text += chunk
    except OSError:
        pass
    os.close(master)
    return text


def main():
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "ctl")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(8)
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    here = ("--socket", path)
    bad = []

    def check(name, ok):
        print("ok  " if ok else "FAIL", name)
        if not ok:
            bad.append(name)

    check("no verb is 64 and says the usage", run().returncode == 64 and b"VERB" in run().stderr)
    for verb in ("drill", "health", "replay", "handover"):
        r = run(verb, LANG="en_US.UTF-8")
        check(f"{verb}: not in this version, 64",
              r.returncode == 64 and b"not in this version" in r.stderr)
    r = run("statsu", LANG="C.UTF-8")
    check("a slip of the hand is 64 with a suggestion", r.returncode == 64 and b"'status'" in r.stderr)
    check("an unknown option is 64", run("--frob", "status").returncode == 64)
    check("an unknown language is 64", run("--lang", "fr", "status").returncode == 64)
    check("too many words are 64", run(*here, "status", "x").returncode == 64)
    check("ack without a rule is 64", run(*here, "ack").returncode == 64)
    tree = pathlib.Path(__file__).parents[1] / "config/broken/41-colon-full-width/riskgwd.yaml"
    example = pathlib.Path(__file__).parents[2] / "config/examples/steel/riskgwd.yaml"
    lax = pathlib.Path(__file__).parents[1] / "config/good/15-no-uplink-and-no-label/riskgwd.yaml"
    r = run("check", tree, LANG="en")
    check("check of a broken file is 2 and shows the place",
          r.returncode == 2 and b"riskgwd.yaml:18:7: error[E002]" in r.stdout and r.stderr == b"")
    r = run("-c", folder + "/none.yaml", "--json", "check", tree, LANG="en")
    found = json.loads(r.stdout)
    check("check FILE wins over -c; --json is one document",
          r.returncode == 2 and found["errors"] == 1 and found["findings"][0]["code"] == "E002" and
          (found["findings"][0]["line"], found["findings"][0]["col"]) == (18, 7))
    check("check without a file takes -c", run("-c", example, "check").returncode == 0)
    check("check of a warning is 0", run("check", lax).returncode == 0)
    check("check --strict of a warning is 1", run("check", "--strict", lax).returncode == 1)
    check("check --strict of a clean file is 0", run("check", "--strict", example).returncode == 0)
    plant = pathlib.Path(folder) / "riskgwd.yaml"
    plant.write_text(lax.read_text() + "uplinks: {c: {mqtt: tcp://h:1, client_id: x, password_file: secret}}\n")
    secret = pathlib.Path(folder) / "secret"
    secret.write_text("hush\n")
    for mode, code in ((0o600, 0), (0o640, 2), (0o604, 2)):
        secret.chmod(mode)
        r = run("check", plant, LANG="en")
        check(f"check of a password file of mode {mode:o} is {code} and never prints it",
              r.returncode == code and (b"E046" in r.stdout) == (code == 2) and b"hush" not in r.stdout)
    secret.unlink()
    r = run("check", plant, LANG="en")
    check("check of a missing password file is 2", r.returncode == 2 and b":5:61: error[E046]" in r.stdout)
    plant.unlink()
    check("check of no file is 2", run("check", folder + "/none.yaml").returncode == 2)
    r = run("-c", example, "show-config", "co.drip", LANG="en")
    check("show-config POINT names template, file and line",
          r.returncode == 0 and re.search(rb"H\.at +\S*rules/GB6222-CO.yaml:7 +rule set GB6222-CO +24 ppm\n", r.stdout)
          and re.search(rb"unit_id +gas.yaml:14 +4\n", r.stdout) and b"co.stove" not in r.stdout)
    r = run("-c", example, "--json", "show-config")
    check("--json show-config is one document",
          {"uplinks", "points", "site", "buses"} <= {v["section"] for v in json.loads(r.stdout)["values"]})
    check("show-config of a point that is none is 1", run("-c", example, "show-config", "co.x").returncode == 1)
    check("show-config of a broken file is 2", run("-c", tree, "show-config").returncode == 2)
    r = run("explain", "E031", LANG="zh_CN.UTF-8")
    check("explain E031 needs no daemon and no configuration",
          r.returncode == 0 and "错误示例".encode() in r.stdout and b"LEL%" in r.stdout)
    check("explain of a number that is none is 64", run("explain", "E999").returncode == 64)
    r = run("explain", "co.a/H", LANG="en")
    check("explain of an alarm: not in this version", r.returncode == 64 and b"not in this version" in r.stderr)
    check("a missing configuration is 2", run("-c", folder + "/none.yaml", "status").returncode == 2)
    check("no daemon is 3", run("--socket", folder + "/none", "status").returncode == 3)
    r = run("--help", LANG="zh_CN.UTF-8")
    check("--help lists the verbs in the language",
          r.returncode == 0 and all(v.encode() in r.stdout for v in
                                    ("status", "points", "alarms", "bus", "watch", "ack", "reset", "确认报警")))
    check("--version", re.fullmatch(rb"riskgwctl \d+\.\d+\.\d+\n", run("--version").stdout) is not None)

    r = run(*here, "status", LANG="en_US.UTF-8")
    check("status not fully monitored is 1", r.returncode == 1 and b"NOT FULLY MONITORED" in r.stdout)
    check("a golden text without a terminal", r.stdout == (GOLDEN / "status.en.txt").read_bytes())
    zh = (GOLDEN / "status.zh.txt").read_bytes()
    check("--lang goes before RISKGW_LANG", run(*here, "--lang", "zh", "status", RISKGW_LANG="en").stdout == zh)
    check("RISKGW_LANG goes before LANG", run(*here, "status", RISKGW_LANG="zh", LANG="C").stdout == zh)
    check("columns align in locale C too", run(*here, "--lang", "zh", "points", LC_ALL="C").stdout ==
          (GOLDEN / "points.zh.txt").read_bytes())
    for verb in ("status", "points", "alarms", "bus"):
        r = run(*here, "--json", verb)
        check(f"--json {verb} is the document",
              json.loads(r.stdout) == json.loads((GOLDEN / f"{verb}.json").read_text()))
    check("colour on a terminal", b"\033[" in on_a_terminal(*here, "alarms"))
    check("NO_COLOR is honoured", b"\033[" not in on_a_terminal(*here, "alarms", NO_COLOR="1"))
    check("--color=never", b"\033[" not in on_a_terminal(*here, "--color=never", "alarms"))
    check("--color=always without a terminal", b"\033[" in run(*here, "--color=always", "alarms").stdout)

    r = run(*here, "ack", "co.a/H", "--comment", "查漏", "--by", "王工")
    check("ack carries rule, comment and person", r.returncode == 0 and asked[-1] == {
        "verb": "ack", "rule": "co.a/H", "comment": "查漏", "by": "王工", "lang": "zh"})
    run(*here, "shelve", "co.a/H", "--for", "30m", "--once", "--reason", "动火")
    check("shelve carries its end and reason", asked[-1] == {
        "verb": "shelve", "rule": "co.a/H", "for": "30m", "once": True, "reason": "动火", "lang": "zh"})
    run(*here, "oos", "co.a/H", "--permit", "7", "--until", "2026-11-25 18:00")
    check("oos carries permit and end", asked[-1] == {
        "verb": "oos", "rule": "co.a/H", "permit": "7", "until": "2026-11-25 18:00", "lang": "zh"})
    run(*here, "maint", "start", "co.a", "--for", "20m", "--reason", "标定")
    check("maint carries its point", asked[-1] == {
        "verb": "maint", "do": "start", "point": "co.a", "for": "20m", "reason": "标定", "lang": "zh"})
    check("maint is started or stopped", run(*here, "maint", "pause", "co.a").returncode == 64)
    check("a refused reset is 1 and says why",
          run(*here, "reset", "co.a/H").returncode == 1 and b"refused" in run(*here, "reset", "co.a/H").stderr)
    r = run(*here, "ack", b"co.a/\xff")
    check("what is no text is 64", r.returncode == 64)
    os.unlink(path)
    os.rmdir(folder)
    print(f"{len(bad)} failed")
    return 1 if bad else 0


sys.exit(main())
