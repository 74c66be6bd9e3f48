#!/usr/bin/env bash
# The main job on a simulated steel plant: 6 CO detectors and a gas holder on a
# serial line, riskgwd, a real mosquitto, and the county's end.
#   ./demo.sh             until Ctrl-C
#   ./demo.sh --for 60s   ends by itself, exit 0 when every stage was seen
set -eu
cd "$(dirname "$0")"
. tests/packages.sh
tests/install.sh "${build_packages[@]}" "${run_packages[@]}" python3
mkdir -p build
echo "编译到 build/，第一次一两分钟 / building into build/, a minute or two at the first time"
cmake -S . -B build -G Ninja >build/demo.log 2>&1 || { cat build/demo.log; exit 1; }
cmake --build build >build/demo.log 2>&1 || { tail -40 build/demo.log; exit 1; }
exec python3 tests/rig/demo.py "$@"
