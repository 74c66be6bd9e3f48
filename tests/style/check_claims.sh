#!/usr/bin/env bash
# Each test that SECURITY.md names behind a claim is there.  $1: the build folder.
set -eu
cd "$(dirname "$0")/../.."
there=$(ctest --test-dir "$1" -N | sed -n 's/^ *Test *#[0-9]*: //p'; ls tests/fuzz | sed 's/\.c$//')
bad=0
for name in $(grep -oE '`[a-z0-9]+(_[a-z0-9]+)+`|`(tls|identity)`' SECURITY.md | tr -d '`' | sort -u); do
    grep -qx "$name" <<<"$there" || { echo "SECURITY.md names $name, and there is no such test"; bad=1; }
done
exit $bad
