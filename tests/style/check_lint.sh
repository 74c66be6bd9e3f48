#!/usr/bin/env bash
# clang-tidy (.clang-tidy) and cppcheck over the program.
#   check_lint.sh BUILD           without clang's path analyzer: under a minute on two cores
#   check_lint.sh BUILD --whole   with it, some minutes
# BUILD is a configured build folder, for its compile_commands.json.
set -u
cd "$(dirname "$0")/../.."
build=${1:-build}
for tool in clang-tidy cppcheck; do
    command -v $tool >/dev/null || { echo "$tool is missing: nothing was looked at"; exit 77; }
done
[ -f "$build/compile_commands.json" ] || { echo "$build is not configured"; exit 1; }
bad=0
checks='-clang-analyzer-*'
# memcpy_s and its like exist nowhere; a va_list begun by va_start() is taken for
# none in every second file; fields stand in the order of a reader.
[ "${2:-}" = --whole ] && checks=$(printf '%s' '-clang-analyzer-valist.Uninitialized,' \
    '-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,' \
    '-clang-analyzer-optin.performance.Padding')
sources=$(git ls-files -co --exclude-standard 'config/*.c' 'drivers/*.c' 'rules/*.c' 'daemon/*.c')
# Asserts are read as what they say, and NDEBUG would hide them.
found=$(echo "$sources" | xargs -P "$(nproc)" -n 6 clang-tidy -p "$build" --quiet --checks="$checks" \
    --extra-arg=-UNDEBUG 2>/dev/null | grep -E '(error|warning):' | sort -u)
[ -z "$found" ] || { echo "$found"; bad=1; }
# variableScope: the house declares at the head of a block.
# unusedStructMember: the numbers of the rows of alarm*.c are for who reads them.
# internalAstError: 2.10 does not parse a compound literal behind `?`.
# json_array_foreach is a loop of jansson's.
cppcheck --quiet -j "$(nproc)" --std=c11 --enable=warning,performance,portability,style \
    --error-exitcode=1 --suppress=missingIncludeSystem --suppress=variableScope \
    --suppress=unusedStructMember:rules/alarm.c \
    --suppress=unusedStructMember:rules/alarm_level.c --suppress=internalAstError \
    '-Djson_array_foreach(array,i,v)=while((v)=json_array_get((array),(i)=rg_next()))' \
    -D_GNU_SOURCE '-DRISKGW_VERSION="0"' -I. \
    --template='{file}:{line}: {id}: {message}' $sources || bad=1
exit $bad
