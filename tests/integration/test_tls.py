#!/usr/bin/env python3
"""TLS of the uplink against a real mosquitto: who is not proven gets nothing,
and the reason stands in `status`; who is proven gets everything."""
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "rig"))
from recorder import Recorder  # noqa: E402
from rig import BIN, Rig, free_port, site, wait_for  # noqa: E402

PASSWORD = "planted-s3cret-9f31"
USER = "gw-planted-user"


def make_certs(rig):
    subprocess.run([os.path.join(HERE, "make_certs.sh"), os.path.join(rig.dir, "tls")],
                   check=True, timeout=30)
    path = os.path.join(rig.dir, "password")
    with open(path, "w") as f:
        f.write(PASSWORD + "\n")
    os.chmod(path, 0o600)
    accounts = os.path.join(rig.dir, "accounts")
    subprocess.run(["mosquitto_passwd", "-b", "-c", accounts, USER, PASSWORD], check=True,
                   timeout=10)
    os.chmod(accounts, 0o600)


def listener(port, cert, mtls=False):
    more = "require_certificate true\n" if mtls else ""
    return f"listener {port} 127.0.0.1\ncafile tls/ca.pem\ncertfile tls/{cert}.pem\n" \
           f"keyfile tls/{cert}.key\n{more}"


def start_broker(rig, listeners):
    rig.start_broker("allow_anonymous false\npassword_file accounts\n" + "".join(listeners))


def uplink(name, port, tls, protocol=5, host="127.0.0.1"):
    return f"  {name}: {{mqtt: \"ssl://{host}:{port}\", protocol: {protocol}, client_id: {name}, " \
           f"user: {USER}, password_file: password, receipts: none, tls: {{{tls}}}}}\n"


def start_daemon(rig, uplinks, **more):
    rig.write_config(site(rig, "buses: {}", "", broker=False) + "uplinks:\n" + "".join(uplinks))
    return rig.start_daemon(**more)


def uplinks(rig):
    return {u["name"]: u for u in rig.json("status")["uplinks"]}


def check(*argv):
    return subprocess.run([os.path.join(BIN, argv[0]), *argv[1:]], capture_output=True, timeout=10)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def standing(rig, rule):
    return [a for a in rig.alarms() if a["rule"] == rule and a["state"] in ("unacked", "acked")]


def wait_alarm(rig, rule):
    return wait_for(f"{rule} in alarm", lambda: standing(rig, rule))


def put(rig, name, to):
    """One pair of files takes the place of another, each whole."""
    for kind in ("key", "pem"):
        path = os.path.join(rig.dir, "tls", f"{to}.{kind}")
        shutil.copy2(path.replace(f"{to}.{kind}", f"{name}.{kind}"), path + ".new")
        os.rename(path + ".new", path)


def faketime(at):
    """What `faketime` would set; monotonic time goes on as it is."""
    library = subprocess.run(["faketime", "@0", "printenv", "LD_PRELOAD"], capture_output=True,
                             check=True, timeout=10).stdout.decode().strip()
    return {"LD_PRELOAD": library, "FAKETIME": f"@{at}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


# server's certificate, the uplink's tls, the reason
BAD = {
    "expired": ("expired", "ca: tls/ca.pem", "expired on 2024-02-01"),
    "future": ("future", "ca: tls/ca.pem", "begins on 2049-01-01"),
    "elsewhere": ("elsewhere", "ca: tls/ca.pem", "wrong host: the broker's certificate is for "
                                                 "other.example, not 127.0.0.1"),
    "foreign": ("foreign", "ca: tls/ca.pem", "unknown CA"),
    "alone": ("alone", "ca: tls/ca.pem", "self-signed"),
    "revoked": ("revoked", "ca: tls/ca.pem, crl: tls/crl.pem", "revoked"),
}


# key, its file, the finding at its name
CHECKS = [
    ("ca", "none.pem", "E047"),
    ("ca", "good.key", "E047"),
    ("ca", "cut.pem", "E047"),
    ("ca", "ca.pem", None),
    ("cert", "expired.pem", "E048"),
    ("cert", "future.pem", "E049"),
    ("cert", "ending.pem", "E059"),
    ("key", "good.key", "E047"),
    ("key", "open.key", "E047"),
    ("key", "encrypted.key", "E047"),
    ("key", "private.pem", "E047"),
    ("crl", "ca.pem", "E047"),
    ("crl", "stale-crl.pem", "E048"),
]
SPOILT = """cat ca.pem stranger.pem | head -n -2 >cut.pem
install -m 640 gateway.key open.key
install -m 600 gateway.pem private.pem"""


class Tls(unittest.TestCase):
    def test_a_check_looks_into_each_file_and_names_it_at_its_place(self):
        with Rig() as rig:
            make_certs(rig)
            subprocess.run(["bash", "-ec", f"cd {rig.dir}/tls; {SPOILT}"], check=True, timeout=10)
            for key, name, code in CHECKS:
                files = {"ca": "ca.pem", "cert": "gateway.pem", "key": "gateway.key", key: name}
                if key == "cert":
                    files["key"] = name.replace("pem", "key")
                line = "uplinks: {c: {mqtt: ssl://h:1, client_id: x, tls: {" + ", ".join(
                    f"{k}: tls/{v}" for k, v in files.items()) + "}}}"
                rig.write_config(site(rig, "buses: {}", "", broker=False) + line + "\n")
                said = check("riskgwctl", "--json", "check", rig.config)
                self.assertEqual(said.returncode, 2 if code and code < "E050" else 0, said.stdout)
                self.assertEqual(check("riskgwd", "--check", "-c", rig.config).returncode,
                                 said.returncode)
                found = [f for f in json.loads(said.stdout)["findings"] if f["code"] != "E055"]
                self.assertEqual([f["code"] for f in found], [code] if code else [], said.stdout)
                for f in found:
                    self.assertEqual(f["col"], re.search(rf"\b{key}: (?=tls/)", line).end() + 1)

    def test_who_is_not_proven_gets_not_a_byte_of_mqtt_and_the_reason_is_said(self):
        with Rig() as rig:
            make_certs(rig)
            ports = {name: free_port() for name in BAD}
            start_broker(rig, [listener(ports[n], BAD[n][0]) for n in BAD])
            old = rig.start("old", ["openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_1",
                                    "-cipher", "ALL:@SECLEVEL=0", "-cert", "tls/good.pem", "-key",
                                    "tls/good.key"], stdin=True)
            ports["old"] = int(old.wait_line(r"^ACCEPT 127.0.0.1:(\d+)").group(1))
            ports["plain"] = rig.broker_port
            wires = {name: Recorder(port) for name, port in ports.items()}
            reasons = {name: row[2] for name, row in BAD.items()}
            reasons.update(old="only TLS older than 1.2", plain="no TLS handshake")
            tls = {name: row[1] for name, row in BAD.items()}
            start_daemon(rig, [uplink(n, w.port, tls.get(n, "ca: tls/ca.pem"))
                               for n, w in wires.items()])
            for name, reason in reasons.items():
                wait_for(f"{name}: {reason} in {uplinks(rig)[name]}",
                         lambda n=name, r=reason: r in uplinks(rig)[n].get("error", ""))
                self.assertIn(reason, rig.daemon.text())
            for name, wire in wires.items():
                self.assertGreaterEqual(wire.connects, 1)
                self.assertEqual(wire.sent[:2], b"\x16\x03", name)
                for word in (b"MQTT", USER.encode(), PASSWORD.encode(), b"riskgw"):
                    self.assertNotIn(word, wire.sent, name)
                self.assertFalse(uplinks(rig)[name]["connected"])
            alarms = {a["rule"] for a in rig.alarms()}
            self.assertTrue({f"sys/uplink/{n}" for n in wires} <= alarms)
            for wire in wires.values():
                wire.close()

    def test_who_is_proven_is_connected_with_both_versions(self):
        with Rig() as rig:
            make_certs(rig)
            one, both = free_port(), free_port()
            start_broker(rig, [listener(one, "good"), listener(both, "good", mtls=True)])
            own = "ca: tls/ca.pem, cert: tls/gateway.pem, key: tls/gateway.key, crl: tls/crl.pem"
            wire = Recorder(one)
            start_daemon(rig, [uplink("v5", wire.port, "ca: tls/ca.pem"),
                               uplink("v3", one, "ca: tls/ca.pem", protocol="3.1.1"),
                               uplink("m5", both, own, host="localhost"),
                               uplink("m3", both, own, protocol="3.1.1")])
            wait_for("all four", lambda: all(u["connected"] for u in uplinks(rig).values()))
            self.assertNotIn(b"MQTT", wire.sent)
            wire.close()

    def test_a_certificate_near_its_end_is_an_alarm_until_it_is_renewed(self):
        with Rig() as rig:
            make_certs(rig)
            port = free_port()
            start_broker(rig, [listener(port, "good", mtls=True)])
            wire = Recorder(port)
            put(rig, "ending", "mine")
            start_daemon(rig, [uplink("county", wire.port, "ca: tls/ca.pem, cert: tls/mine.pem, "
                                                           "key: tls/mine.key")])
            wait_alarm(rig, "sys/cert/county")
            cert = wait_for("the certificate in status", lambda: uplinks(rig)["county"].get("cert"))
            self.assertTrue(cert["due"])
            self.assertIn("tls/mine.pem ends on 20", cert["what"])
            wait_for("connected all the same", lambda: uplinks(rig)["county"]["connected"])
            _, text = rig.ctl("--lang", "en", "status")
            self.assertIn("tls/mine.pem ends on 20", text)
            put(rig, "renewed", "mine")
            wire.cut()
            wait_for("the end of the alarm", lambda: not standing(rig, "sys/cert/county"))
            self.assertFalse(uplinks(rig)["county"]["cert"]["due"])
            wire.close()

    def test_before_the_clock_is_set_tls_waits(self):
        with Rig() as rig:
            make_certs(rig)
            port = free_port()
            start_broker(rig, [listener(port, "good")])
            wire = Recorder(port)
            start_daemon(rig, [uplink("county", wire.port, "ca: tls/ca.pem")], env=faketime(
                "1970-01-03 00:00:00"))
            wait_for("the reason", lambda: "TLS waits for a valid time: the clock says 1970-01-03"
                     in uplinks(rig)["county"].get("error", ""))
            self.assertEqual(wire.connects, 0)
            wire.close()

    def test_no_secret_shows_anywhere(self):
        with Rig() as rig:
            make_certs(rig)
            port = free_port()
            start_broker(rig, [listener(port, "good", mtls=True)])
            own = "ca: tls/ca.pem, cert: tls/gateway.pem, key: tls/gateway.key"
            start_daemon(rig, [uplink("county", port, own), uplink("wrong", port, own.replace(
                "gateway.key", "good.key")), uplink("closed", port, "ca: tls/ca.pem")])
            wait_for("connected", lambda: uplinks(rig)["county"]["connected"])
            wait_for("refused", lambda: all("error" in uplinks(rig)[n] for n in ("wrong", "closed")))
            secrets = [PASSWORD.encode()]
            for name in ("gateway", "good"):
                with open(os.path.join(rig.dir, "tls", name + ".key"), "rb") as f:
                    secrets += [line for line in f.read().split(b"\n") if len(line) > 40]
            self.assertGreaterEqual(len(secrets), 4)
            seen = {f"/proc/{name}": read(f"/proc/{rig.daemon.p.pid}/{name}")
                    for name in ("cmdline", "environ")}
            for words in (["status"], ["alarms"], ["--json", "status"], ["bus"], ["show-config"],
                          ["check", rig.config]):
                p = check("riskgwctl", "-c", rig.config, *words)
                seen[str(words)] = p.stdout + p.stderr
            rig.daemon.kill(signal.SIGABRT)
            for folder, folders, files in os.walk(rig.dir):
                folders[:] = [f for f in folders if f != "tls"]
                for name in set(files) - {"password", "accounts", "ctl"}:
                    seen[name] = read(os.path.join(folder, name))
            self.assertIn(b"wrong", seen["riskgwd.log"])
            for where, text in seen.items():
                for secret in secrets:
                    self.assertNotIn(secret, text, where)


if __name__ == "__main__":
    # What would leave a core behind, does.
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    unittest.main(verbosity=2)
