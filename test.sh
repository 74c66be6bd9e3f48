#!/usr/bin/env bash
# Everything that CI runs: install what is missing, build, test.
#   ./test.sh            all of it
#   ./test.sh -L unit    further words go to ctest (gcc build only)
set -eu
cd "$(dirname "$0")"
. tests/packages.sh
# A node from elsewhere serves as well as Debian's.
command -v npm >/dev/null || test_packages+=(nodejs npm)
tests/install.sh "${build_packages[@]}" "${run_packages[@]}" "${test_packages[@]}"

step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }
build() { # folder, options
    local folder=$1
    shift
    cmake -S . -B "$folder" -G Ninja "$@" >"$folder.log" 2>&1 || { cat "$folder.log"; exit 1; }
    cmake --build "$folder" >"$folder.log" 2>&1 || { tail -50 "$folder.log"; exit 1; }
}
mkdir -p build
step "build, gcc"
build build
if [ $# -gt 0 ]; then
    exec ctest --test-dir build --output-on-failure "$@"
fi
if [ -f tests/schema/package-lock.json ]; then
    step "message schemas: ajv"
    (cd tests/schema && npm ci --no-audit --no-fund --silent)
fi
step "tests"
ctest --test-dir build --output-on-failure -j 2 --no-tests=error
step "build, clang, with ASan, UBSan and the fuzz targets"
build build/clang -DCMAKE_C_COMPILER=clang -DRISKGW_FUZZ=ON -DCMAKE_BUILD_TYPE=Debug
step "unit, property and fuzz tests under ASan and UBSan"
ctest --test-dir build/clang --output-on-failure -j 2 -L 'unit|property|fuzz' --no-tests=error
step "all passed"
