"""riskgwd --check over trees of files that a person might write.

broken/: each is refused with exit 2, at the place and with the number that
stand in its file `expected` (written by hand before the checker ran on it).
blind/: made by someone who had not read the checker.  fingers.tsv has the places
that he wrote down before the first run, `expected` all errors that the tree gets.
good/: each is unusual and accepted, with the warnings of `expected`, if any.
usage: check_trees.py PROGRAM FOLDER
"""
import os
import pathlib
import re
import subprocess
import sys

FINDING = re.compile(r"^(.+?):(\d+):(\d+): (error|warning)\[(E\d+)\]: ", re.M)


def check(program, tree):
    run = subprocess.run([program, "--check", "-c", tree / "riskgwd.yaml"], capture_output=True,
                         env={**os.environ, "RISKGW_LANG": "en"}, timeout=20)
    return run.returncode, run.stdout.decode("utf-8", "replace")


def expected_of(tree):
    path = tree / "expected"
    if not path.exists():
        return []
    rows = [line.split() for line in path.read_text().splitlines()]
    return [(*place.rsplit(":", 2), code) for place, code in rows]


def check_broken(program, trees):
    counts = dict.fromkeys(("exit 2", "right line", "right column", "right number", "nothing else"), 0)
    for tree in trees:
        code, out = check(program, tree)
        [(file, line, col, number)] = expected_of(tree)
        found = [(f, ln, c, n) for f, ln, c, kind, n in FINDING.findall(out) if kind == "error"]
        first = found[0] if found else (None,) * 4
        verdict = {"exit 2": code == 2, "right line": first[:2] == (file, line),
                   "right column": first[:3] == (file, line, col), "right number": first[3] == number,
                   "nothing else": len(found) == 1}
        for key, good in verdict.items():
            counts[key] += good
        if not all(verdict.values()):
            print(f"{tree.name}: expected {file}:{line}:{col} {number}, exit {code}\n{out}")
    for key, n in counts.items():
        print(f"{key:14} {n}/{len(trees)} = {100 * n / len(trees):.1f} %")
    share = {key: n / len(trees) for key, n in counts.items()}
    return share["exit 2"] == 1 and share["right line"] >= 0.98 and share["right column"] >= 0.95


def check_blind(program, folder):
    """Each tree gets its errors and no other; the shares are those of the fingers."""
    fingers = [line.split("\t") for line in (folder / "fingers.tsv").read_text().splitlines()[1:]]
    fine, lines, columns = True, 0, 0
    for tree in sorted(p for p in folder.iterdir() if p.is_dir()):
        code, out = check(program, tree)
        found = [row[:3] + row[4:] for row in FINDING.findall(out) if row[3] == "error"]
        for _, place, _, _ in (row for row in fingers if row[0] == tree.name):
            columns += tuple(place.rsplit(":", 2)) in [row[:3] for row in found]
            lines += place.rsplit(":", 1)[0] in [":".join(row[:2]) for row in found]
        if code != 2 or found != expected_of(tree):
            fine = False
            print(f"{tree.name}: exit {code}\n{out}")
    print(f"blind          line {lines}/{len(fingers)}, column {columns}/{len(fingers)}")
    return fine and lines == len(fingers)


def check_good(program, trees):
    fine = 0
    for tree in trees:
        code, out = check(program, tree)
        found = [row[:3] + row[4:] for row in FINDING.findall(out)]
        good = code == 0 and found == expected_of(tree)
        fine += good
        if not good:
            print(f"{tree.name}: exit {code}\n{out}")
    print(f"accepted       {fine}/{len(trees)}")
    return fine == len(trees)


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    broken = sorted(p for p in (folder / "broken").iterdir() if p.is_dir())
    good = sorted(p for p in (folder / "good").iterdir() if p.is_dir()) if (folder / "good").exists() else []
    fine = check_broken(program, broken)
    fine = check_blind(program, folder / "blind") and fine
    sys.exit(0 if check_good(program, good) and fine else 1)


main()
