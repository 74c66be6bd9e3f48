#!/usr/bin/env bash
# Size of files and functions, banned calls, guards of headers, layout.
set -u
cd "$(dirname "$0")/../.."
bad=0
complain() { echo "$1"; bad=1; }
sources=$(git ls-files -co --exclude-standard '*.c' '*.h')
for f in $sources; do
    lines=$(wc -l <"$f")
    case $f in
    *.h) [ "$lines" -le 120 ] || complain "$f: $lines lines, a header has at most 120" ;;
    *) [ "$lines" -le 600 ] || complain "$f: $lines lines, a file has at most 600" ;;
    esac
done
# A function's body runs from a '{' in column 1 to a '}' in column 1.
for f in $(echo "$sources" | grep '\.c$'); do
    awk -v f="$f" '/^\{/ { start = NR } /^\}/ && start { if (NR - start - 1 > 80) { print f ":" start ": a function of " NR - start - 1 " lines, at most 80"; bad = 1 } start = 0 } END { exit bad }' "$f" || bad=1
done
banned='\b(sprintf|vsprintf|strcpy|strcat|strtok|gets|atoi|atol|strncpy|system|sleep|usleep|localtime|rand|alloca)[[:space:]]*\('
grep -nE "$banned" $(echo "$sources" | grep -v '^tests/style/') | grep -vE '^[^:]*:[0-9]*: *\*|/\*' && complain 'a banned call stands above'
grep -nE '(^|[[:space:]])//' $sources | grep -vE 'https?://|tcp://|ssl://|"[^"]*//' && complain 'a comment is /* */'
grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $sources && complain 'an open end without an issue'
for f in $(echo "$sources" | grep -E '^(config|drivers|rules|daemon)/.*\.h$'); do
    guard="RG_$(echo "${f%.h}" | tr 'a-z/.' 'A-Z__')_H"
    grep -q "#ifndef $guard" "$f" || complain "$f: the guard is $guard"
done
if command -v clang-format >/dev/null; then
    clang-format --dry-run -Werror $sources 2>&1 | grep -m 20 'error:' && complain 'clang-format -i mends the layout'
fi
exit $bad
