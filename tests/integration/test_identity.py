#!/usr/bin/env python3
"""Two gateways under one name: it is an alarm, and they do not fight."""
import json
import os
import socket
import subprocess
import sys
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "rig"))
from rig import BIN, Rig, site, wait_for  # noqa: E402


class Twin:
    """A second gateway with the same configuration, and a state of its own."""

    def __init__(self, rig, protocol):
        self.rig = rig
        self.socket = os.path.join(rig.dir, "ctl-twin")
        text = site(rig, "buses: {}", "", protocol=protocol, receipts="none")
        rig.write_config(text.replace(rig.socket, self.socket), "twin.yaml")
        self.process = rig.start("twin", [os.path.join(BIN, "riskgwd"), "-c",
                                          os.path.join(rig.dir, "twin.yaml"), "--state",
                                          os.path.join(rig.dir, "state-twin"), "-f"])

    def alarms(self):
        p = subprocess.run([os.path.join(BIN, "riskgwctl"), "--socket", self.socket, "--json",
                            "alarms"], capture_output=True, timeout=20)
        return json.loads(p.stdout)["alarms"] if p.stdout.strip() else []


class TakingBroker:
    """Takes a client in and says at once that another one has its session
    (mosquitto 2.0.11 only closes the connection)."""

    def __enter__(self):
        self.connects = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connects += 1
            with client:
                client.settimeout(10)
                client.recv(4096)  # CONNECT
                client.sendall(b"\x20\x03\x00\x00\x00")
                subscribe = client.recv(4096)
                topics = subscribe.count(b"riskgw/v1/")
                at = 2 if subscribe[1] < 0x80 else 3
                client.sendall(bytes([0x90, 3 + topics]) + subscribe[at:at + 2] +
                               bytes(1 + topics) + b"\xe0\x01\x8e")
                while client.recv(4096):
                    pass

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


def says_so(alarms):
    return [a for a in alarms if a["rule"] == "sys/identity"]


class Identity(unittest.TestCase):
    def begin(self, rig, protocol):
        rig.start_broker()
        rig.write_config(site(rig, "buses: {}", "", protocol=protocol, receipts="none"))
        rig.start_daemon()
        wait_for("connected", lambda: rig.json("status")["uplinks"][0]["connected"])

    def test_mqtt_5_says_that_the_session_was_taken_over(self):
        with Rig() as rig, TakingBroker() as broker:
            rig.broker_port = broker.port
            rig.write_config(site(rig, "buses: {}", "", receipts="none"))
            rig.start_daemon()
            wait_for("the alarm", lambda: says_so(rig.alarms()))
            link = rig.json("status")["uplinks"][0]
            self.assertFalse(link["connected"])
            self.assertIn("another client took over", link["error"])
            self.assertEqual(broker.connects, 1)

    def test_with_3_1_1_a_twin_is_known_by_its_status(self):
        with Rig() as rig:
            self.begin(rig, "3.1.1")
            twin = Twin(rig, "3.1.1")
            wait_for("the alarm on one of both",
                     lambda: says_so(rig.alarms()) or says_so(twin.alarms()), 40)

    def test_another_client_id_does_not_hide_a_twin(self):
        with Rig() as rig:
            self.begin(rig, 5)
            twin = Twin(rig, 5)
            with open(os.path.join(rig.dir, "twin.yaml")) as f:
                text = f.read()
            twin.process.kill()
            rig.write_config(text.replace("riskgwd-140521000001-01", "riskgwd-other"), "twin.yaml")
            twin.process = rig.start("twin2", twin.process.argv)
            wait_for("the alarm", lambda: says_so(rig.alarms()))
            wait_for("its name", lambda: "another gateway goes by this one's name: " in
                     rig.json("status")["uplinks"][0].get("error", ""))

    def test_a_restart_of_our_own_is_no_twin(self):
        with Rig() as rig:
            self.begin(rig, 5)
            for _ in range(3):
                rig.daemon.kill()
                rig.start_daemon()
                wait_for("connected", lambda: rig.json("status")["uplinks"][0]["connected"])
                wait_for("own status came back", lambda: rig.json("status")["uptime_s"] >= 1)
            self.assertEqual(says_so(rig.alarms()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
