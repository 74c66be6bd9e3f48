"""The JSON Schema against the loader, and the manual against the table.

Each example and each good tree is valid under the schema, read as libyaml reads
it (all scalars text) and as an editor does (numbers and booleans); broken trees
whose mistake is one of form are not.  The manual's generated part is that of
`riskgwctl schema man`, and scdoc takes the page.
usage: check_schema.py RISKGWCTL SOURCE_FOLDER
"""
import json
import pathlib
import shutil
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

OF_FORM = {"E020", "E023", "E031", "E035", "E090"}  # what a schema can see without the plant
# Other readers take such words for null and times, and stumble over tabs in blank lines.
NOT_OTHERS = ("words-that-yaml-would-guess", "strange-names", "comments-and-blank-lines")
BEGIN, END = "; generated: riskgwctl schema man\n", "; end of what is generated\n"


def documents(path):
    text = path.read_bytes().decode("utf-8-sig")
    return [yaml.load(text, Loader=loader) for loader in (yaml.BaseLoader, yaml.SafeLoader)]


def is_valid(validator, path):
    return [validator.is_valid(d) for d in documents(path) if d is not None]


def main():
    tool, source = sys.argv[1], pathlib.Path(sys.argv[2])
    schema = json.loads(subprocess.run([tool, "schema"], capture_output=True, check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    bad = []
    good = [p for folder in ("config/examples", "config/devices", "config/rules", "tests/config/good")
            for p in sorted((source / folder).rglob("*.yaml"))]
    for path in good:
        if any(word in str(path) for word in NOT_OTHERS):
            continue
        if not all(is_valid(validator, path)):
            bad.append(f"{path}: {next(e.message for d in documents(path) for e in validator.iter_errors(d))}")
    broken = 0
    for tree in sorted((source / "tests/config/broken").iterdir()):
        place, code = (tree / "expected").read_text().split()
        if code not in OF_FORM or tree.name.endswith("in-limit") or "delay" in tree.name:
            continue
        broken += 1
        if any(is_valid(validator, tree / place.split(":")[0])):
            bad.append(f"{tree.name}: valid under the schema")
    page = (source / "docs/man/riskgwd.yaml.5.scd").read_text()
    made = subprocess.run([tool, "schema", "man"], capture_output=True, check=True).stdout.decode()
    if page.split(BEGIN)[1].split(END)[0] != made:
        bad.append("docs/man/riskgwd.yaml.5.scd: not what `riskgwctl schema man` prints")
    if shutil.which("scdoc"):
        run = subprocess.run(["scdoc"], input=page.encode(), capture_output=True)
        if run.returncode != 0 or b".TH" not in run.stdout:
            bad.append(f"scdoc: {run.stderr.decode()}")
    print(*bad, sep="\n")
    print(f"{len(good)} good, {broken} broken files under the schema, {len(bad)} failed")
    sys.exit(1 if bad else 0)


main()
