#!/usr/bin/env python3
"""What was recorded, asked of a running daemon: the black box of an alarm, the
history of a point, the holes in it, and a file for a table calculator."""
import csv
import io
import json
import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rig"))
from rig import Rig, site, wait_for  # noqa: E402

POINT = """  - id: {id}
    area: {area}
    unit_id: 1
    read: {{fc: 3, address: {address}, type: u16, scale: 0.1}}
    unit: ppm
    range: 0 ppm .. 1000 ppm
    basis: 试验
    do: {{zh: 撤离, en: leave}}
    limits: {{H: {{at: 24 ppm, clear: 20 ppm, after: 0s, priority: 2}}}}
"""


class Recorded(unittest.TestCase):
    def begin(self, rig):
        port = rig.start_plant("tcp 127.0.0.1:0 as plc\nunit plc 1 hold 0 u16 80\n"
                               "unit plc 1 hold 1 u16 81\nunit plc 1 hold 2 u16 82\n")
        port = port["plc"].rsplit(":", 1)[1]
        points = "points:\n" + "".join(
            POINT.format(id=i, area=area, address=n)
            for n, (i, area) in enumerate([("co.a", "bf-gas"), ("co.b", "bf-gas"), ("co.c", "yard")]))
        text = site(rig, f"""buses: {{plc: {{tcp: "127.0.0.1:{port}", timeout: 300ms}}}}
defaults: {{bus: plc, every: 200ms}}""", points, broker=False)
        rig.write_config(text.replace("areas: {", "areas: {yard: {zh: 料场}, "))
        rig.start_daemon()
        wait_for("values", lambda: rig.json("status")["points"]["good"] == 3)

    def rows(self, rig, *words):
        code, out = rig.ctl("--json", *words)
        self.assertEqual(code, 0, out)
        return json.loads(out)["rows"]

    def test_an_alarm_has_its_black_box_and_a_point_its_history(self):
        with Rig() as rig:
            self.begin(rig)
            rig.plant.say("step plc/1/hold/0 to 300")
            alarm = wait_for("alarm", lambda: [a for a in rig.alarms() if a["rule"] == "co.a/H"])[0]
            wait_for("the black box", lambda: rig.ctl("incident", alarm["alarm_id"])[0] == 0)
            rows = self.rows(rig, "incident", alarm["alarm_id"])
            self.assertEqual({r["p"] for r in rows}, {"co.a", "co.b"})
            before = [r for r in rows if r["p"] == "co.b"]
            self.assertGreater(len(before), 2)
            self.assertEqual({r["val"] for r in before}, {8.1})
            monos = [r["mono"] for r in rows]
            self.assertEqual(monos, sorted(monos))
            values = [r["val"] for r in self.rows(rig, "history", "co.a")]
            self.assertEqual((values[0], values[-1]), (8.0, 30.0))
            self.assertEqual(rig.ctl("incident", "140521000001-01-1-99999")[0], 2)
            self.assertEqual(rig.ctl("history", "co.x")[0], 2)
            self.assertEqual(rig.ctl("history", "co.a", "--from", "yesterday")[0], 2)

    def test_a_clean_stop_keeps_the_last_minute_and_the_hole_behind_it_is_listed(self):
        with Rig() as rig:
            self.begin(rig)
            rig.daemon.kill(signal.SIGTERM)
            rig.start_daemon()
            wait_for("values", lambda: rig.json("status")["points"]["good"] == 3)
            self.assertEqual([r["val"] for r in self.rows(rig, "history", "co.c")], [8.2])
            rig.daemon.kill(signal.SIGTERM)
            rig.start_daemon()
            wait_for("values", lambda: rig.json("status")["points"]["good"] == 3)
            gaps = self.rows(rig, "gaps")
            self.assertEqual([g["gap"] for g in gaps], ["down"])
            self.assertLess(gaps[0]["from"], gaps[0]["to"])

    def test_a_table_calculator_gets_a_file_that_it_understands(self):
        with Rig() as rig:
            self.begin(rig)
            rig.daemon.kill(signal.SIGTERM)
            rig.start_daemon()
            code, out = rig.ctl("export", "csv", "--from", "1h")
            self.assertEqual(code, 0)
            self.assertTrue(out.startswith("\ufeff"))
            rows = list(csv.DictReader(io.StringIO(out[1:])))
            self.assertEqual({(r["point"], float(r["value"]), r["unit"]) for r in rows if r["point"]},
                             {("co.a", 8.0, "ppm"), ("co.b", 8.1, "ppm"), ("co.c", 8.2, "ppm")})


if __name__ == "__main__":
    unittest.main(verbosity=2)
