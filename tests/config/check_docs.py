"""What the documents of the configuration show is true.

docs/errors.md is what `riskgwctl explain all` prints, and each yaml block of
docs/configuration.md passes a strict check: one with a version: as it stands,
another one behind a head with one bus, beside the files that its tls names.
usage: check_docs.py RISKGWCTL SOURCE_FOLDER
"""
import pathlib
import re
import subprocess
import sys
import tempfile

POINT = "points: [{id: p, bus: b1, unit_id: 1, every: 1s, county: c, read: {fc: 3, address: 0, type: u16}}]\n"
HEAD = "version: 1\nsite: {ent: e, gw: g}\nbuses: {b1: {tcp: \"127.0.0.1:502\"}}\n"


def put_secrets(source, folder):
    subprocess.run([source / "tests/integration/make_certs.sh", folder / "tls"], check=True)
    (folder / "secrets").mkdir()
    (folder / "secrets/county").write_text("word\n")
    (folder / "secrets/county").chmod(0o600)


def main():
    tool, source = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    bad = []
    index = subprocess.run([tool, "explain", "all"], capture_output=True, check=True).stdout
    if (source / "docs/errors.md").read_bytes() != index:
        bad.append("docs/errors.md is not what `riskgwctl explain all` prints")
    blocks = re.findall(r"```yaml\n(.*?)```", (source / "docs/configuration.md").read_text(), re.S)
    for block in blocks:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "riskgwd.yaml"
            head = "" if block.startswith("version:") else HEAD
            if "tls:" in block or block.startswith("shelve:"):
                head += POINT
            if "tls:" in block:
                put_secrets(source, pathlib.Path(folder))
            path.write_text(head + block + f"templates: [{source}/config]\n")
            run = subprocess.run([tool, "check", "--strict", path], capture_output=True)
            if run.returncode != 0:
                bad.append(run.stdout.decode())
    print(*bad, sep="\n")
    print(f"{len(blocks)} blocks checked, {len(bad)} failed")
    sys.exit(1 if bad or not blocks else 0)


main()
