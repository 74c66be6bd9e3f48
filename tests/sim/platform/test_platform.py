#!/usr/bin/env python3
"""The county's end on a real broker: receipts, its own ledger over a kill -9,
the bytes that it keeps, its exit code.  The gateway is played from story.txt."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "rig"))
from rig import BIN, Rig, wait_for  # noqa: E402

GATEWAY = "riskgw/v1/140521000001/01"


def story():
    """Topic and body of each numbered message of the first epoch."""
    found = []
    with open(os.path.join(HERE, "story.txt"), encoding="utf-8") as f:
        for line in f:
            m = re.match(r"(alarm|telemetry|ledger)/1/(\d+) (\d+) (.*)", line)
            if m:
                mono = int(m[3])
                body = (f'{{"v":1,"ent":"140521000001","gw":"01","epoch":1,"seq":{m[2]},'
                        f'"ts":"2026-11-23T14:00:{mono // 1000:02d}.{mono % 1000:03d}+08:00",'
                        f'"clk":"sync","mono":{mono},{m[4]},"replay":false}}')
                found.append((m[1], body.replace("GW-", "140521000001-01-")))
    return found


class Platform(unittest.TestCase):
    def publish(self, rig, topic, body):
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(rig.broker_port), "-q", "1",
                        "-t", f"{GATEWAY}/{topic}", "-s"], input=body.encode(), check=True,
                       timeout=10)

    def listen(self, rig, what):
        heard = rig.start("heard-" + what, ["stdbuf", "-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p",
                                            str(rig.broker_port), "-q", "1", "-d", "-t",
                                            f"{GATEWAY}/down/{what}"])
        heard.wait_line("Subscribed")
        return heard

    def receipts(self, heard):
        return [json.loads(x) for x in heard.text().splitlines() if x.startswith("{")]

    def wait_receipt(self, heard, **match):
        wait_for(f"a receipt {match}",
                 lambda: [r for r in self.receipts(heard)
                          if all(r.get(k) == v for k, v in match.items())])

    def close(self, rig):
        code = rig.platform.kill(signal.SIGTERM)
        lines = rig.platform.text().splitlines()
        return code, json.loads([x for x in lines if x.startswith("{")][-1]), lines[-1]

    def test_what_it_answered_outlives_its_kill_9(self):
        with Rig(schemas=False) as rig:
            rig.start_broker()
            rig.start_platform()
            heard = self.listen(rig, "receipt")
            for topic, body in story():
                self.publish(rig, topic, body)
            self.wait_receipt(heard, topic="alarm", epoch=1, upto=7)
            self.wait_receipt(heard, topic="ledger", epoch=1, upto=1)
            rig.platform.kill()
            with open(rig.ledger, "ab") as f:
                f.write(b'{"topic":"riskgw/v1/torn')
            rig.start_platform()
            self.assertIn("recalled 10 messages", rig.platform.text())
            before = len(self.receipts(heard))
            self.publish(rig, *story()[1])
            wait_for("a copy is answered", lambda: len(self.receipts(heard)) > before)
            code, found, last = self.close(rig)
            self.assertEqual(last, "ledger: 8 of 8 events, 0 missing, 0 ids with two contents")
            self.assertEqual(code, 0)
            self.assertEqual(found["found"], {"duplicate": 1, "lost": 2})

    def test_a_hole_is_missing_and_the_exit_code_says_so(self):
        with Rig(schemas=False) as rig:
            rig.start_broker()
            rig.start_platform()
            heard = self.listen(rig, "receipt")
            for topic, body in story()[:4] + story()[5:]:
                self.publish(rig, topic, body)
            self.wait_receipt(heard, topic="alarm", epoch=1, upto=3)
            wait_for("those behind the hole by their names",
                     lambda: [r for r in self.receipts(heard) if 7 in r.get("seqs", [])])
            code, found, last = self.close(rig)
            self.assertEqual(code, 1)
            self.assertEqual(found["missing"], 1)
            self.assertEqual(last, "ledger: 7 of 8 events, 1 missing, 0 ids with two contents")
            self.assertIn("wrong: missing: alarm epoch 1 seq 4", rig.platform.text())

    def test_the_capture_keeps_every_byte(self):
        odd = '{"v":1, "epoch" :2,"text":"\\u4e00 一"}'
        with Rig(schemas=False) as rig:
            rig.start_broker()
            rig.start_platform()
            self.publish(rig, "alarm", story()[0][1])
            self.publish(rig, "telemetry", odd)
            self.publish(rig, "status", "no json\n")
            wait_for("three lines", lambda: len(rig.captured()) == 3)
            with open(rig.capture, "rb") as f:
                lines = f.read().decode().splitlines()
            self.assertIn('"body":' + story()[0][1] + "}", lines[0])
            self.assertTrue(lines[1].endswith('"body":' + odd + "}"))
            self.assertEqual(bytes.fromhex(json.loads(lines[2])["hex"]), b"no json\n")
            self.assertEqual(self.close(rig)[0], 1)

    @unittest.skipUnless(shutil.which("strace"), "strace is not here")
    def test_nothing_is_answered_that_is_not_on_disk(self):
        with Rig(schemas=False) as rig:
            rig.start_broker()
            rig.before_platform = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync",
                                   "-e", "inject=fdatasync:error=EIO"]
            rig.start_platform()
            heard = self.listen(rig, "receipt")
            self.publish(rig, *story()[0])
            wait_for("it came", rig.captured)
            self.assertEqual(rig.platform.say("report"), "ok")
            self.assertEqual(self.receipts(heard), [])
            self.assertEqual(self.close(rig)[0], 1)

    def test_commands(self):
        with Rig(schemas=False) as rig:
            rig.start_broker()
            rig.start_platform()
            say = rig.platform.say
            heard, asked = self.listen(rig, "receipt"), self.listen(rig, "request")
            self.assertEqual(say("request meta"), "error no gateway was heard")
            self.assertEqual(say("receipts off"), "ok")
            self.publish(rig, *story()[0])
            wait_for("it came", rig.captured)
            for words in ("request meta", "request active", "request resend 1 2 3",
                          "request resend telemetry 1 4 4", "receipts on", "report"):
                self.assertEqual(say(words), "ok")
            self.assertEqual(say("judge"), "ok unproven")
            self.assertEqual(say("jump"), "error unknown command")
            self.publish(rig, *story()[1])
            self.wait_receipt(heard, topic="alarm", epoch=1, upto=2)
            self.assertEqual(len(self.receipts(heard)), 1)
            wait_for("four requests", lambda: len(self.receipts(asked)) == 4)
            self.assertEqual(self.receipts(asked), [
                {"v": 1, "req": "meta"}, {"v": 1, "req": "active"},
                {"v": 1, "req": "resend", "topic": "alarm", "epoch": 1, "from": 2, "to": 3},
                {"v": 1, "req": "resend", "topic": "telemetry", "epoch": 1, "from": 4, "to": 4}])

    def test_a_capture_can_be_judged_later(self):
        with Rig(schemas=False) as rig:
            rig.start_broker()
            rig.start_platform()
            for topic, body in story():
                self.publish(rig, topic, body)
            wait_for("all of them", lambda: len(rig.captured()) == len(story()))
            _, _, last = self.close(rig)
            judge = [os.path.join(BIN, "platform"), "--check"]
            p = subprocess.run([*judge, rig.capture], capture_output=True, timeout=10)
            self.assertEqual((p.returncode, p.stdout.decode().splitlines()[-1]), (0, last))
            with open(rig.capture) as f:
                lines = f.readlines()
            with open(rig.capture, "w") as f:
                f.writelines(lines[:3] + lines[4:])
            p = subprocess.run([*judge, rig.capture], capture_output=True, timeout=10)
            self.assertEqual(p.returncode, 1)
            self.assertIn("wrong: missing: alarm epoch 1 seq 3", p.stdout.decode())

    @unittest.skipUnless(shutil.which("mosquitto_passwd"), "mosquitto_passwd is not here")
    def test_it_names_itself_with_a_password(self):
        with Rig(schemas=False) as rig:
            passwords, secret = (os.path.join(rig.dir, x) for x in ("passwords", "secret"))
            subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "county", "pw"], check=True,
                           timeout=10)
            with open(secret, "w") as f:
                f.write("pw\n")
            rig.start_broker(extra=f"allow_anonymous false\npassword_file {passwords}\n")
            rig.start_platform("--user", "county", "--password-file", secret)

    def test_it_comes_back_after_the_broker_was_killed(self):
        with Rig(schemas=False) as rig:
            rig.start_broker()
            rig.start_platform()
            rig.broker.kill()
            rig.start_broker()
            rig.platform.wait_line("subscribed again")
            self.publish(rig, *story()[0])
            wait_for("it came", rig.captured)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
