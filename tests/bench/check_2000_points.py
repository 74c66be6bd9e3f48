"""How long a check of 2,000 points takes: prints the figure, never fails by it.
usage: check_2000_points.py RISKGWCTL SOURCE_FOLDER
"""
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 11
HEAD = """version: 1
site: {{ent: e, gw: g}}
templates: [{templates}]
areas: {{bf: {{zh: 高炉煤气区}}}}
defaults: {{every: 1s, area: bf}}
buses:
"""
POINT = ("  - {{id: co.p{i:04}, bus: b{bus}, unit_id: {unit}, device: demo-co-1000, use: [GB6222-CO], "
         "zh: \"{i}#高炉炉前平台 CO\", en: BF cast house CO, county: \"140521000001-{i:07}\", "
         "read: {{fc: 3, address: {address}, type: u16, scale: 0.1}}}}\n")


def write_plant(path, templates):
    with open(path, "w") as f:
        f.write(HEAD.format(templates=templates))
        for bus in range(20):
            f.write(f"  b{bus}: {{tcp: \"10.0.0.{bus + 1}:502\"}}\n")
        f.write("points:\n")
        for i in range(2000):
            f.write(POINT.format(i=i, bus=i % 20, unit=i // 20 % 100 + 1, address=i // 20))


def main():
    tool, source = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "riskgwd.yaml")
        write_plant(path, source / "config")
        seconds, cpu = [], []
        for _ in range(RUNS):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.monotonic()
            run = subprocess.run([tool, "check", path], capture_output=True, check=False)
            seconds.append(time.monotonic() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            if run.returncode != 0:
                sys.exit(run.stdout.decode())
        print(f"check of 2,000 points: {statistics.median(seconds) * 1000:.0f} ms "
              f"({statistics.median(cpu) * 1000:.0f} ms of CPU, {after.ru_maxrss // 1024} MB at most; "
              f"median of {RUNS}; goal 100 ms)")


main()
