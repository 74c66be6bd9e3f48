#!/usr/bin/python3
"""Each hostile command of plantsim does what it says, seen by a raw master."""
import os
import socket
import sys
import time
import unittest

from plant import Plant, Tty, crc, exactly, mbap, read_pdu, rtu, until

ASK = read_pdu(3, 0, 2)
GOOD = bytes.fromhex("030411001101")  # tag of unit 17: registers 0x1100, 0x1101
B115200 = 0o10002


def flipped(a, b):
    return sum(bin(x ^ y).count("1") for x, y in zip(a, b))


class OnTcp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plant = Plant("tcp 127.0.0.1:0 as plc\nunit plc 17..18 tag\n")

    @classmethod
    def tearDownClass(cls):
        cls.plant.__exit__()

    def setUp(self):
        self.s = self.plant.tcp("plc")
        self.tid = 0x0100

    def tearDown(self):
        self.s.close()
        self.plant.ok("clear plc")

    def ask(self, unit=17):
        self.tid += 1
        self.s.sendall(mbap(self.tid, unit, ASK))

    def good(self):
        return mbap(self.tid, 17, GOOD)

    def answer(self, command, size=13):
        """`size` bytes under this fault, and the reply as it should be; then
        a sound one: what came was all, and only one reply was hit."""
        self.plant.ok(command + " next 1")
        self.ask()
        got, sound = exactly(self.s, size), self.good()
        self.ask()
        self.assertEqual(exactly(self.s, 13), self.good(), command)
        return got, sound

    def test_each_lie_in_a_frame(self):
        table = [
            ("exception plc/17 11", mbap(0, 17, b"\x83\x0b")),
            ("exception plc/17 99", mbap(0, 17, b"\x83\x63")),
            ("busy plc/17", mbap(0, 17, b"\x83\x06")),
            ("fc plc/17", mbap(0, 17, b"\x04" + GOOD[1:])),
            ("fc plc/17 16", mbap(0, 17, b"\x10" + GOOD[1:])),
            ("count plc/17", mbap(0, 17, b"\x03\x06" + GOOD[2:])),
            ("count plc/17 -2", mbap(0, 17, b"\x03\x02" + GOOD[2:])),
            ("foreign plc/17", mbap(0, 18, GOOD)),
            ("foreign plc/17 as 3", mbap(0, 3, GOOD)),
            ("proto plc/17", mbap(0, 17, GOOD, proto=7)),
            ("len plc/17", mbap(0, 17, GOOD, length=200)),
            ("len plc/17 3", mbap(0, 17, GOOD, length=3)),
        ]
        for command, reply in table:
            got, sound = self.answer(command, len(reply))
            self.assertEqual(got.hex(), (sound[:2] + reply[2:]).hex(), command)

    def test_a_wrong_transaction_id(self):
        got, sound = self.answer("tid plc/17")
        self.assertNotEqual(got[:2], sound[:2])
        self.assertEqual(got[2:], sound[2:])
        got, sound = self.answer("tid plc/17 -1")
        self.assertEqual(int.from_bytes(got[:2], "big"), int.from_bytes(sound[:2], "big") - 1)

    def test_bytes_too_many_stand_inside_the_frame(self):
        got, sound = self.answer("extra plc/17 4", 17)
        self.assertEqual(got[:13], sound[:4] + b"\0\x0b" + sound[6:13])

    def test_flipped_bits_never_touch_a_value(self):
        for bits in (1, 2, 3):
            got, sound = self.answer(f"corrupt plc/17 bits {bits}")
            self.assertEqual(flipped(got, sound), bits)
            self.assertEqual(got[9:], sound[9:], "nobody could know of it")

    def test_a_strangers_frame_is_glued_in_front(self):
        got, sound = self.answer("glue plc/17", 26)
        front = got[:-13]
        self.assertEqual(got[-13:], sound)
        self.assertEqual(front[:9], mbap(self.tid - 2, 18, GOOD)[:9])
        self.assertNotEqual(front[9:], GOOD[2:])

    def test_noise_in_front(self):
        got, sound = self.answer("noisebytes plc/17 5", 18)
        self.assertEqual(got[5:], sound)

    def test_a_reply_comes_twice(self):
        got, sound = self.answer("dup plc/17", 26)
        self.assertEqual(got, sound + sound)
        begin = time.monotonic()
        self.plant.ok("dup plc/17 by 80ms next 1")
        self.ask()
        self.assertEqual(exactly(self.s, 26), self.good() + self.good())
        self.assertGreaterEqual(time.monotonic() - begin, 0.08)

    def test_a_late_reply_is_whole_and_late_and_others_are_not(self):
        self.plant.ok("late plc/17 by 120ms next 1")
        begin = time.monotonic()
        self.ask()
        late = self.good()
        self.s.sendall(mbap(0x999, 18, ASK))
        self.assertEqual(exactly(self.s, 13)[6], 18)
        self.assertLess(time.monotonic() - begin, 0.12)
        self.assertEqual(exactly(self.s, 13), late)
        self.assertGreaterEqual(time.monotonic() - begin, 0.12)

    def test_a_drip_is_one_byte_at_a_time(self):
        self.plant.ok("drip plc/17 10ms next 1")
        begin = time.monotonic()
        self.ask()
        pieces = []
        while sum(map(len, pieces)) < 13:
            pieces.append(self.s.recv(100))
        self.assertEqual(b"".join(pieces), self.good())
        self.assertGreater(len(pieces), 6)
        self.assertGreaterEqual(time.monotonic() - begin, 0.12)

    def test_replies_on_one_link_never_mix(self):
        self.plant.ok("drip plc/17 5ms next 1")
        self.ask(17)
        first = self.good()
        self.ask(18)
        self.assertEqual(exactly(self.s, 13), first)
        self.assertEqual(exactly(self.s, 13)[:7], mbap(self.tid, 18, GOOD)[:7])

    def test_a_reply_in_two_pieces_at_every_byte(self):
        for at in range(1, 13):
            self.plant.ok(f"split plc/17 at {at} by 15ms next 1")
            self.ask()
            first = self.s.recv(100)
            self.assertEqual(len(first), at)
            self.assertEqual(first + exactly(self.s, 13 - at), self.good())

    def test_a_link_is_cut(self):
        for how, bytes_seen, end in (("mid", 6, None), ("rst", 6, ConnectionResetError),
                                     ("fin", 0, None)):
            self.plant.ok(f"cut plc/17 {how} next 1")
            self.ask()
            got, error = b"", None
            try:
                while more := self.s.recv(100):
                    got += more
            except OSError as e:
                error = type(e)
            self.assertIs(error, end, how)
            self.assertEqual(got, self.good()[:bytes_seen], how)
            self.s.close()
            self.s = self.plant.tcp("plc")

    def test_a_dead_unit_is_silent_and_its_neighbour_is_not(self):
        self.plant.ok("dead plc/17")
        self.ask()
        self.ask(18)
        self.assertEqual(exactly(self.s, 13)[6], 18)
        self.plant.ok("alive plc/17")
        self.ask()
        self.assertEqual(exactly(self.s, 13), self.good())

    def test_a_fault_ends_by_count_by_time_and_by_word(self):
        hits = lambda n: sum(self.one_is_busy() for _ in range(n))
        self.plant.ok("busy plc/17 next 3")
        self.assertEqual(hits(5), 3)
        self.plant.ok("busy plc/17 for 60ms")
        self.assertEqual(hits(1), 1)
        until(lambda: not self.one_is_busy())
        self.plant.ok("busy plc/17")
        self.assertEqual(hits(2), 2)
        self.plant.ok("busy plc/17 off")
        self.assertEqual(hits(2), 0)
        self.plant.ok("busy plc/17..18 p 30%")
        self.assertTrue(60 <= hits(300) <= 120)

    def one_is_busy(self):
        self.ask()
        got = exactly(self.s, 9)
        if got[7] == 0x83:
            return True
        exactly(self.s, 4)
        return False

    def test_a_reboot_is_zeros_and_then_the_values(self):
        self.plant.ok("reboot plc/17 for 100ms")
        self.ask()
        self.assertEqual(exactly(self.s, 13)[9:], bytes(4))
        until(self.one_is_good)

    def one_is_good(self):
        self.ask()
        return exactly(self.s, 13) == self.good()

    def test_swapped_units_answer_in_each_others_place(self):
        self.plant.ok("swap plc/17 plc/18")
        self.ask(17)
        self.assertEqual(exactly(self.s, 13)[6:].hex(), "110304" "12001201")
        self.plant.ok("swap plc/17 plc/18")
        self.ask(17)
        self.assertEqual(exactly(self.s, 13), self.good())


class OnBuses(unittest.TestCase):
    SCENARIO = "tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 7\n"
    ONE = mbap(1, 1, read_pdu(3, 0, 1))

    def test_silence_takes_links_and_answers_nothing(self):
        with Plant(self.SCENARIO) as plant:
            plant.ok("silence plc on")
            with plant.tcp("plc") as s:
                s.sendall(self.ONE)
                until(lambda: plant.stats("plc")["requests"] == 1)
                self.assertEqual(plant.stats("plc")["replies"], 0)
                plant.ok("silence plc off")
                s.sendall(mbap(2, 1, read_pdu(3, 0, 1)))
                self.assertEqual(exactly(s, 11)[1], 2)

    def test_a_flood_is_of_sound_replies_that_nobody_asked_for(self):
        with Plant(self.SCENARIO) as plant, plant.tcp("plc") as s:
            s.sendall(mbap(2000, 1, read_pdu(3, 0, 1)))
            exactly(s, 11)
            plant.ok("flood plc every 100us")
            got = exactly(s, 13 * 200)
            plant.ok("flood plc off")
            for at in range(0, len(got), 13):
                self.assertEqual(got[at + 2:at + 6].hex(), "00000007")
                self.assertTrue(999 < int.from_bytes(got[at:at + 2], "big") < 2000)

    def test_one_client_has_the_plc_for_itself(self):
        with Plant(self.SCENARIO) as plant:
            plant.ok("one-client plc on")
            with plant.tcp("plc") as first:
                first.sendall(self.ONE)
                exactly(first, 11)
                with plant.tcp("plc") as second:
                    self.assertEqual(second.recv(10), b"")
                first.sendall(self.ONE)
                exactly(first, 11)

    def test_a_tcp_bus_goes_down_and_comes_back_at_its_port(self):
        with Plant(self.SCENARIO) as plant, plant.tcp("plc") as s:
            s.sendall(self.ONE)
            exactly(s, 11)
            plant.ok("down plc")
            with self.assertRaises(ConnectionResetError):
                s.recv(1)
            with socket.socket() as other:
                self.assertNotEqual(other.connect_ex(("127.0.0.1", plant.port("plc"))), 0)
            plant.ok("up plc")
            with plant.tcp("plc") as again:
                again.sendall(self.ONE)
                exactly(again, 11)

    def test_an_adapter_is_unplugged_and_comes_back_as_another_tty(self):
        with Plant("rtu @/line 115200 8N1 as line\nunit line 17 tag\n") as plant:
            path = plant.buses["line"]
            line, was = Tty(path, B115200), os.readlink(path)
            plant.ok("down line")
            self.assertFalse(os.path.lexists(path))
            self.assertEqual(os.read(line.fd, 1), b"")
            plant.ok("up line")
            self.assertNotEqual(os.readlink(path), was)
            line.close()
            line = Tty(path, B115200)
            line.send(rtu(17, ASK))
            self.assertEqual(exactly(line, 9), rtu(17, GOOD))
            line.close()

    def test_one_seed_gives_one_run(self):
        def run(seed):
            with Plant("tcp 127.0.0.1:0 as plc\nunit plc 17 tag\n", "--seed", seed) as plant, \
                    plant.tcp("plc") as s:
                plant.ok("corrupt plc p 50%")
                plant.ok("noisebytes plc 7 p 20%")
                got = b""
                for tid in range(40):
                    s.sendall(mbap(tid, 17, ASK))
                until(lambda: plant.stats("plc")["requests"] == 40)
                plant.ok("clear plc")
                plant.ok("cut plc fin")
                s.sendall(mbap(40, 17, ASK))
                while more := s.recv(4096):
                    got += more
                return got
        self.assertEqual(run("7"), run("7"))
        self.assertNotEqual(run("7"), run("8"))

    def test_five_hundred_links_and_a_thousand_points_are_answered(self):
        with Plant("".join(f"tcp 127.0.0.1:0 as p{n}\nunit p{n} 1 hold 0..99 u16 {n}\n"
                           for n in range(10))) as plant:
            links = [plant.tcp(f"p{n % 10}") for n in range(500)]
            for _ in range(3):
                for s in links:
                    s.sendall(mbap(1, 1, read_pdu(3, 0, 100)))
                for n, s in enumerate(links):
                    self.assertEqual(exactly(s, 209)[-1], n % 10)
            for s in links:
                s.close()


class OnALine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plant = Plant("rtu @/line 115200 8N1 as line\nunit line 17..18 tag\n")

    @classmethod
    def tearDownClass(cls):
        cls.plant.__exit__()

    def setUp(self):
        self.line = Tty(self.plant.buses["line"], B115200)

    def tearDown(self):
        self.line.close()
        self.plant.ok("clear line")

    def answer(self, command, size=9):
        self.plant.ok(command + " next 1")
        self.line.send(rtu(17, ASK))
        got = exactly(self.line, size)
        self.line.send(rtu(17, ASK))
        self.assertEqual(exactly(self.line, 9), rtu(17, GOOD), "only one reply was to be hit")
        return got

    def test_each_lie_has_a_right_sum(self):
        table = [
            ("exception line/17 4", rtu(17, b"\x83\x04")),
            ("foreign line/17", rtu(18, GOOD)),
            ("fc line/17", rtu(17, b"\x04" + GOOD[1:])),
            ("count line/17 -2", rtu(17, b"\x03\x02" + GOOD[2:])),
            ("dup line/17", rtu(17, GOOD) * 2),
            ("cut line/17 mid", rtu(17, GOOD)[:4]),
            ("split line/17 at 3", rtu(17, GOOD)),
        ]
        for command, reply in table:
            self.assertEqual(self.answer(command, len(reply)).hex(), reply.hex(), command)

    def test_a_reply_that_comes_twice_keeps_the_gap(self):
        self.plant.ok("dup line/17 next 1")
        begin = time.monotonic()
        self.line.send(rtu(17, ASK))
        exactly(self.line, 18)
        self.assertGreaterEqual(time.monotonic() - begin, (8 + 9 + 9) * 10 / 115200 + 2 * 1.75e-3)

    def test_flipped_bits_break_the_sum(self):
        for _ in range(20):
            got = self.answer("corrupt line/17")
            self.assertTrue(1 <= flipped(got, rtu(17, GOOD)) <= 3)
            self.assertNotEqual(crc(got[:-2]), got[-2:])

    def test_a_strangers_frame_and_noise_stand_in_front(self):
        got = self.answer("glue line/17", 18)
        self.assertEqual((got[0], crc(got[:7])), (18, got[7:9]))
        self.assertEqual(got[9:], rtu(17, GOOD))
        got = self.answer("noisebytes line/17", 12)
        self.assertEqual(got[3:], rtu(17, GOOD))

    def test_a_late_reply_may_come_behind_the_next_request(self):
        before = self.plant.stats("line")["replies"]
        self.plant.ok("late line/17 by 300ms next 1")
        self.line.send(rtu(17, ASK))
        until(lambda: self.plant.stats("line")["replies"] > before)
        self.line.send(rtu(18, ASK))
        self.assertEqual(exactly(self.line, 9)[0], 18)
        self.assertEqual(exactly(self.line, 9), rtu(17, GOOD))

    def test_the_sender_hears_itself(self):
        self.plant.ok("echo line on")
        self.line.send(rtu(17, ASK))
        self.assertEqual(exactly(self.line, 17), rtu(17, ASK) + rtu(17, GOOD))
        self.plant.ok("echo line off")
        self.line.send(rtu(17, ASK))
        self.assertEqual(exactly(self.line, 9), rtu(17, GOOD))

    def test_a_second_master_is_heard_with_its_replies(self):
        with Plant("rtu @/line 115200 8N1 as line\nunit line 18 tag\n") as plant:
            line = Tty(plant.buses["line"], B115200)
            plant.ok("master line 18 every 20ms")
            self.assertEqual(exactly(line, 30), 2 * (rtu(18, read_pdu(3, 0, 1)) +
                                                     rtu(18, bytes.fromhex("03021200"))))
            plant.ok("master line off")
            line.close()

    def test_what_comes_to_a_closed_line_is_lost(self):
        before = self.plant.stats("line")["replies"]
        self.plant.ok("late line/17 by 50ms next 1")
        self.line.send(rtu(17, ASK))
        until(lambda: self.plant.stats("line")["replies"] > before)
        self.line.close()
        passed = time.monotonic() + 0.06
        until(lambda: self.plant.stats("line") and time.monotonic() > passed)
        self.line = Tty(self.plant.buses["line"], B115200)
        self.line.send(rtu(18, ASK))
        self.assertEqual(exactly(self.line, 9)[0], 18)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
