#!/usr/bin/python3
"""plantsim against strangers: mbpoll and pymodbus read it, over TCP and a pty."""
import os
import re
import select
import struct
import subprocess
import sys
import time
import unittest

from pymodbus.client import ModbusSerialClient, ModbusTcpClient

from plant import ROOT, TOOL, Plant, Tty, exactly, mbap, read_pdu, rtu, until

ORDERS = ["ABCD", "CDAB", "BADC", "DCBA"]
NUMBERS = [("u16", ">H", 54321), ("i16", ">h", -12345), ("u32", ">I", 3123456789),
           ("i32", ">i", -2123456789), ("f32", ">f", 24.25)]


def rows():
    """(unit line, function, address, the bytes that must be read)"""
    address = 0
    for kind, pack, value in NUMBERS:
        for order in ORDERS if pack[1] in "Iif" else [""]:
            big = struct.pack(pack, value)
            wire = bytes(big["ABCD".index(c)] for c in order) if order else big
            for table, fc in (("hold", 3), ("input", 4)):
                yield f"{table} {address} {kind} {order} {value}", fc, address, wire
            address += len(big) // 2


def scenario(bus):
    return "".join(f"unit {bus} 17 {row[0]}\n" for row in rows())


class Strangers(unittest.TestCase):
    def read_all(self, client):
        for text, fc, address, wire in rows():
            read = client.read_holding_registers if fc == 3 else client.read_input_registers
            reply = read(address, len(wire) // 2, slave=17)
            self.assertFalse(reply.isError(), text)
            self.assertEqual(b"".join(struct.pack(">H", r) for r in reply.registers), wire, text)

    def test_pymodbus_reads_every_type_and_order_over_tcp(self):
        with Plant("tcp 127.0.0.1:0 as plc\n" + scenario("plc")) as plant:
            client = ModbusTcpClient("127.0.0.1", port=plant.port("plc"), timeout=2)
            self.assertTrue(client.connect())
            self.read_all(client)
            client.close()

    def test_pymodbus_reads_every_type_and_order_over_a_pty(self):
        with Plant("rtu @/line 115200 8N1 as line\n" + scenario("line")) as plant:
            client = ModbusSerialClient(plant.buses["line"], baudrate=115200, timeout=2)
            self.assertTrue(client.connect())
            self.read_all(client)
            client.close()

    def mbpoll(self, *words):
        p = subprocess.run(["mbpoll", "-1", "-0", *words], capture_output=True, timeout=20,
                           stdin=subprocess.DEVNULL)
        return [m.decode() for m in re.findall(rb"^\[\d+\]:\s+(.+)", p.stdout, re.M)]

    def test_mbpoll_reads_numbers_and_bits_over_tcp_and_a_pty(self):
        units = ("unit {0} 3 hold 0 i16 -42\nunit {0} 3 input 8 f32 CDAB 24.5\n"
                 "unit {0} 3 input 10 f32 ABCD 7.25\nunit {0} 3 discrete 0 bit on\n"
                 "unit {0} 3 discrete 1 bit 0\nunit {0} 3 coil 5 bit 1\n")
        with Plant("tcp 127.0.0.1:0 as plc\nrtu @/line 19200 8E1 as line\n" +
                   units.format("plc") + units.format("line")) as plant:
            ways = (["-m", "tcp", "-p", str(plant.port("plc")), "127.0.0.1"],
                    ["-m", "rtu", "-b", "19200", "-P", "even", plant.buses["line"]])
            for way in ways:
                head, tail = way[:-1] + ["-a", "3"], way[-1]
                for want, words in ((["65494 (-42)"], "-t 4 -r 0 -c 1"), (["24.5"], "-t 3:float -r 8 -c 1"),
                                    (["7.25"], "-t 3:float -B -r 10 -c 1"),
                                    (["1", "0"], "-t 1 -r 0 -c 2"), (["1"], "-t 0 -r 5 -c 1")):
                    self.assertEqual(self.mbpoll(*head, *words.split(), tail), want, (way, words))

    def test_what_an_integrator_writes_is_read_back(self):
        with Plant("tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0..3 u16 0\n"
                   "unit plc 1 coil 0..9 bit 0\n") as plant:
            client = ModbusTcpClient("127.0.0.1", port=plant.port("plc"), timeout=2)
            self.assertTrue(client.connect())
            for call in ((client.write_register, 0, 1234), (client.write_registers, 1, [5, 6]),
                         (client.write_coil, 0, True), (client.write_coils, 1, [False, True])):
                self.assertFalse(call[0](*call[1:], slave=1).isError(), call[0].__name__)
            self.assertTrue(client.write_register(4, 1, slave=1).isError())
            client.close()
            want = {"hold/0": "1234", "hold/1": "5", "hold/2": "6", "hold/3": "0", "coil/0": "1",
                    "coil/1": "0", "coil/2": "1"}
            self.assertEqual({k: plant.ok("get plc/1/" + k) for k in want}, want)


class Protocol(unittest.TestCase):
    UNITS = ("unit plc 1 hold 0..199 u16 7\nunit plc 1 input 0 u16 7\n"
             "unit plc 1 coil 0..2100 bit 1\nunit plc 9 tag\n")

    def test_each_illegal_request_gets_its_exception(self):
        table = [
            ("no such function", "2b", "ab01"), ("function 0", "00", "8001"),
            ("a register that is not there", "0300c80001", "8302"),
            ("a block that runs out of the table", "0300c60003", "8302"),
            ("over the end of the addresses", "03ffff0002", "8302"),
            ("no input there", "0400010001", "8402"), ("no discrete there", "0200000001", "8202"),
            ("0 registers", "0300000000", "8303"), ("126 registers", "030000007e", "8303"),
            ("0 bits", "0100000000", "8103"), ("2001 bits", "01000007d1", "8103"),
            ("a short request", "030000", "8303"), ("a long request", "030000000100", "8303"),
            ("a coil that is neither on nor off", "0500000001", "8503"),
            ("a write that is not there", "0600c80001", "8602"),
            ("a byte count that lies", "1000000001" "04" "0001", "9003"),
            ("124 registers to write", "100000007cf8" + "00" * 247, "9003"),
            ("a coil block that is not there", "0f0834000201" "03", "8f02"),
        ]
        with Plant("tcp 127.0.0.1:0 as plc\n" + self.UNITS) as plant, plant.tcp("plc") as s:
            for name, request, reply in table:
                s.sendall(mbap(7, 1, bytes.fromhex(request)))
                self.assertEqual(exactly(s, 9).hex(), mbap(7, 1, bytes.fromhex(reply)).hex(), name)

    def test_a_tagged_register_tells_its_unit_and_address(self):
        with Plant("tcp 127.0.0.1:0 as plc\n" + self.UNITS) as plant, plant.tcp("plc") as s:
            for fc in (3, 4):
                s.sendall(mbap(1, 9, read_pdu(fc, 0x1234, 2)))
                self.assertEqual(exactly(s, 13)[9:].hex(), "09340935")
            s.sendall(mbap(1, 9, read_pdu(1, 0, 8)))
            self.assertEqual(exactly(s, 10)[9], sum(bin(9 << 8 | a).count("1") % 2 << a
                                                    for a in range(8)))

    def test_requests_in_pieces_and_in_a_row_are_all_answered(self):
        with Plant("tcp 127.0.0.1:0 as plc\nrtutcp 127.0.0.1:0 as gw\nunit plc 1 hold 0 u16 7\n"
                   "unit gw 1 hold 0 u16 7\n") as plant, plant.tcp("plc") as s, \
                plant.tcp("gw") as gw:
            self.in_pieces_on_tcp(plant, s)
            row = b"".join(mbap(t, 1, read_pdu(3, 0, 1)) for t in range(5))
            want = b"".join(mbap(t, 1, bytes.fromhex("03020007")) for t in range(5))
            s.sendall(row)
            self.assertEqual(exactly(s, len(want)), want)
            request = rtu(1, read_pdu(3, 0, 1))
            gw.sendall(request + request[:5])
            self.assertEqual(exactly(gw, 7), rtu(1, bytes.fromhex("03020007")))
            gw.sendall(request[5:])
            self.assertEqual(exactly(gw, 7), rtu(1, bytes.fromhex("03020007")))

    def in_pieces_on_tcp(self, plant, s):
        request = mbap(9, 1, read_pdu(3, 0, 1))
        for at in range(1, len(request)):
            s.sendall(request[:at])
            plant.ok("get plc/1/hold/0")
            s.sendall(request[at:])
            self.assertEqual(exactly(s, 11), mbap(9, 1, bytes.fromhex("03020007")), at)

    def test_a_unit_that_is_not_there_and_a_broken_frame_get_no_answer(self):
        with Plant("tcp 127.0.0.1:0 as plc\nrtu @/line 115200 8N1 as line\n"
                   "unit plc 1 hold 0 u16 7\nunit line 1 hold 0 u16 7\n") as plant:
            with plant.tcp("plc") as s:
                s.sendall(mbap(1, 2, read_pdu(3, 0, 1)) + mbap(2, 1, read_pdu(3, 0, 1)))
                self.assertEqual(exactly(s, 11), mbap(2, 1, bytes.fromhex("03020007")))
            line = Tty(plant.buses["line"], 0o10002)
            line.send(rtu(2, read_pdu(3, 0, 1)))
            until(lambda: plant.stats("line")["unknown"] == 1)
            line.send(rtu(1, read_pdu(3, 0, 1))[:-1] + b"\0")
            until(lambda: plant.stats("line")["damaged"] == 1)
            line.send(rtu(1, read_pdu(3, 0, 1)))
            self.assertEqual(exactly(line, 7), rtu(1, bytes.fromhex("03020007")))
            line.close()

    def test_a_line_at_another_baud_rate_hears_nothing(self):
        with Plant("rtu @/line 9600 8N1 as line\nunit line 1 hold 0 u16 7\n") as plant:
            line = Tty(plant.buses["line"], 0o10002)
            line.send(rtu(1, read_pdu(3, 0, 1)))
            until(lambda: plant.stats("line")["baud"] == 8)
            self.assertEqual(plant.stats("line")["requests"], 0)
            line.close()

    def test_a_broadcast_is_done_by_all_and_answered_by_none(self):
        with Plant("rtu @/line 115200 8N1 as line\nunit line 1..3 hold 0 u16 7\n") as plant:
            line = Tty(plant.buses["line"], 0o10002)
            line.send(rtu(0, bytes.fromhex("060000002a")))
            until(lambda: plant.stats("line")["requests"] == 1)
            self.assertEqual([plant.ok(f"get line/{n}/hold/0") for n in (1, 2, 3)], ["42"] * 3)
            line.send(rtu(3, read_pdu(3, 0, 1)))
            self.assertEqual(exactly(line, 7), rtu(3, bytes.fromhex("0302002a")))
            line.close()


class Pacing(unittest.TestCase):
    """The wire: 8 bytes of request, 3.5 characters, 9 of reply, 3.5 characters."""

    def polls(self, plant, speed, gap_s, count):
        """Polls a second, and the shortest way there and back in seconds."""
        line = Tty(plant.buses["line"], speed)
        request = rtu(1, read_pdu(3, 0, 2))
        begin = sent = time.monotonic()
        shortest = 1e9
        for _ in range(count):
            line.send(request)
            self.assertEqual(exactly(line, 9), rtu(1, bytes.fromhex("030400070007")))
            got = time.monotonic()
            shortest = min(shortest, got - sent)
            while (sent := time.monotonic()) < got + gap_s:
                pass
        line.close()
        return count / (sent - begin), shortest

    def test_a_line_is_as_fast_as_its_wire_and_never_faster(self):
        for baud, speed, form, bits, gap_s in ((9600, 0o15, "8N1", 10, 3.5 * 11 / 9600),
                                               (19200, 0o16, "8E1", 11, 3.5 * 11 / 19200),
                                               (115200, 0o10002, "8N1", 10, 1.75e-3)):
            limit = 1 / (17 * bits / baud + 2 * gap_s)
            with Plant(f"rtu @/line {baud} {form} as line\nunit line 1 hold 0..1 u16 7\n") as plant:
                rate, shortest = self.polls(plant, speed, gap_s, 40)
                self.assertEqual(plant.stats("line")["too_soon"], 0)
            print(f"{baud} {form}: {rate:.1f} polls/s of 2 registers, the wire's limit {limit:.1f}")
            self.assertGreaterEqual(shortest, 17 * bits / baud + gap_s)
            self.assertLessEqual(rate, limit)
            self.assertGreater(rate, limit / 3, "the plant itself holds the line up")

    def test_a_long_reply_comes_bit_by_bit(self):
        with Plant("rtu @/line 115200 8N1 as line\nunit line 1 tag\n") as plant:
            line = Tty(plant.buses["line"], 0o10002)
            line.send(rtu(1, read_pdu(3, 0, 125)))
            pieces = []
            while sum(map(len, pieces)) < 255:
                self.assertTrue(select.select([line], [], [], 5)[0])
                pieces.append(line.recv(255))
            self.assertGreater(len(pieces), 1)
            line.close()

    def test_a_request_that_comes_too_soon_behind_a_reply_is_counted(self):
        with Plant("rtu @/line 9600 8N1 as line\nunit line 1 hold 0 u16 7\n") as plant:
            line = Tty(plant.buses["line"])
            for _ in range(2):
                line.send(rtu(1, read_pdu(3, 0, 1)))
                exactly(line, 7)
            line.close()
            self.assertEqual(plant.stats("line")["too_soon"], 1)


class Scenario(unittest.TestCase):
    def refused(self, text):
        path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"plantsim-{os.getpid()}.sim")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        try:
            p = subprocess.run([TOOL, path], capture_output=True, timeout=10)
        finally:
            os.unlink(path)
        self.assertEqual(p.returncode, 2)
        return p.stderr.decode()

    def test_each_slip_of_a_file_is_told_with_its_line(self):
        told = self.refused("tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 70000\n"
                            "unit plc 1 hold 0 u61 7\nunit plc 1 hold 2 u16 ABCD 7\n"
                            "unit plc 1 coil 0 u16 1\nwobble plc\nunit nope 1 tag\n"
                            "tcp 127.0.0.1:0 as plc\n"
                            "tcp nowhere:0 as x\nrtu /nowhere/line 9600 8N1 as y\n"
                            "rtu /tmp 9600 8N1 as z\n"
                            "at 5s step plc/1/hold/77 to 3\nat noon step plc/1/hold/0 to 3\n")
        self.assertEqual([int(n) for n in re.findall(r"\.sim:(\d+): error", told)],
                         [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 12])

    def test_scenes_run_in_their_time_and_again(self):
        with Plant("tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 1\n"
                   "at 60ms step plc/1/hold/0 to 3\nat 30ms step plc/1/hold/0 to 2 # first\n"
                   "repeat 90ms\n", "--print") as plant:
            told = [plant.line() for _ in range(4)]
        at = [float(re.match(r"at (\S+) s: step plc/1/hold/0 to \d", t)[1]) for t in told]
        self.assertEqual([t.split()[-1] for t in told], ["2", "3", "2", "3"])
        self.assertTrue(all(0.03 <= x for x in at), at)

    def test_a_value_moves_as_told_and_its_stamp_says_when(self):
        with Plant("tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0..3 u16 80\n"
                   "unit plc 2 input 0 f32 CDAB 1\n") as plant:
            before = time.monotonic()
            stepped = int(plant.ok("step plc/1/hold/0 to 300")) / 1e6
            self.assertTrue(before - 1e-6 <= stepped <= time.monotonic())
            self.assertEqual(plant.ok("stamp plc/1/hold/0"), f"{stepped * 1e6:.0f} 300")
            plant.ok("stuck plc/1/hold/0")
            plant.ok("step plc/1/hold/0 to 301")
            self.assertEqual(plant.ok("get plc/1/hold/0"), "300")
            plant.ok("free plc/1/hold/0")
            self.assertEqual(plant.ok("get plc/1/hold/0"), "301")
            plant.ok("ramp plc/2/input/0 to 2 in 200ms")
            seen = [1.0]
            while seen[-1] < 2:
                seen.append(float(plant.ok("get plc/2/input/0")))
                self.assertLess(time.monotonic(), before + 5)
            self.assertEqual(sorted(seen), seen)
            self.assertGreater(len(set(seen)), 4)
            plant.ok("noise plc/1/hold/0..3 +-5")
            seen = set()
            while len(seen) < 6:
                seen.add(float(plant.ok("get plc/1/hold/1")))
                self.assertLess(time.monotonic(), before + 5)
            self.assertTrue(seen <= set(range(75, 86)), seen)
            plant.ok("noise plc/1/hold/0..3 off")
            self.assertEqual(plant.ok("get plc/1/hold/1"), "80")

    def test_a_wrong_command_is_refused_and_changes_nothing(self):
        with Plant("tcp 127.0.0.1:0 as plc\nrtu @/line 9600 8N1 as line\nunit plc 1 hold 0 u16 80\n"
                   "unit line 1 hold 0 u16 1\n") as plant:
            for wrong in ("step plc/1/hold/0 to 70000", "step plc/1/hold/1 to 3", "step plc/1 to 3",
                          "step plc/1/hold/0 3", "step", "late plc/1", "late plc/1 by soon",
                          "exception plc/1", "dead plc/2", "tid line/1", "cut line/1 rst",
                          "echo plc on", "one-client line on", "late plc/1 by 1s p 110%",
                          "dup plc/1 next 0", "swap plc/1 line/1", "fly plc", "x" * 2000):
                self.assertTrue(plant.say(wrong).startswith("error "), wrong[:40])
            self.assertEqual(plant.ok("get plc/1/hold/0"), "80")

    def test_the_end_of_its_commands_is_its_end_and_leaves_no_pty(self):
        with Plant("rtu @/line 9600 8N1 as line\n") as plant:
            self.assertTrue(os.path.islink(plant.buses["line"]))
            plant.p.stdin.close()
            self.assertEqual(plant.p.wait(5), 0)
            self.assertFalse(os.path.lexists(plant.buses["line"]))

    def test_the_plants_of_the_examples_come_up(self):
        for name, points in (("steel", "gas485/11/input/0"), ("wood-dust", "plc/1/discrete/1")):
            with open(os.path.join(ROOT, "config/examples", name, "plant.sim"),
                      encoding="utf-8") as f:
                text = f.read().replace("/tmp/", "@/").replace(":5020 as", ":0 as")
            with Plant(text) as plant:
                plant.ok("get " + points)

    def test_the_help_names_every_command(self):
        text = subprocess.run([TOOL, "--help"], capture_output=True, timeout=5).stdout.decode()
        with open(os.path.join(ROOT, "docs", "plantsim.md"), encoding="utf-8") as f:
            doc = f.read()
        source = ""
        for name in ("define.c", "steer.c", "upset.c"):
            with open(os.path.join(ROOT, "tests/sim/plantsim", name), encoding="utf-8") as f:
                source += f.read()
        commands = re.findall(r'^    \{ "([a-z0-9-]+)", \d+, \d+, run_', source, re.M)
        commands += re.findall(r'^    FAULT\("([a-z0-9-]+)"', source, re.M)
        self.assertGreater(len(commands), 30)
        for command in commands:
            self.assertRegex(text, rf"\b{command}\b")
            self.assertRegex(doc, rf"`{command}\b")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
