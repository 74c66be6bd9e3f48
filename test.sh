#!/usr/bin/env bash
# Everything that CI runs: install what is missing, build, test.
#   ./test.sh            all of it
#   ./test.sh -L unit    further words go to ctest (normal build only)
set -eu
cd "$(dirname "$0")"
. tests/packages.sh
have_node=$(command -v npm || true) # a node from elsewhere serves as well
[ -z "$have_node" ] || test_packages=("${test_packages[@]/#nodejs}") && test_packages=("${test_packages[@]/#npm}")
tests/install.sh "${build_packages[@]}" "${run_packages[@]}" $(echo "${test_packages[@]}")

step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }
configure() { # folder, options
    local folder=$1
    shift
    cmake -S . -B "$folder" -G Ninja "$@" >"$folder.log" 2>&1 || { cat "$folder.log"; exit 1; }
    cmake --build "$folder" >"$folder.log" 2>&1 || { tail -50 "$folder.log"; exit 1; }
}
mkdir -p build
step "build, gcc"
configure build
if [ $# -gt 0 ]; then
    exec ctest --test-dir build --output-on-failure "$@"
fi
if [ -f tests/schema/package-lock.json ]; then
    step "message schemas: ajv"
    (cd tests/schema && npm ci --no-audit --no-fund --silent)
fi
step "tests"
ctest --test-dir build --output-on-failure -j 2 --no-tests=error
step "build, clang"
configure build/clang -DCMAKE_C_COMPILER=clang
step "unit and property tests under ASan and UBSan"
configure build/asan -DRISKGW_SANITIZE=ON -DCMAKE_BUILD_TYPE=Debug
ctest --test-dir build/asan --output-on-failure -j 2 -L 'unit|property' --no-tests=error
step "all passed"
