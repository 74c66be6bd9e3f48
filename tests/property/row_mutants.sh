#!/usr/bin/env bash
# Breaks each row and each guard of the alarm's arrays in turn, in a copy, and
# expects a test to fail.  Survivors must stand in row_equivalents.txt with the
# reason why nobody could tell; what stands there and is caught is an error too.
# usage: row_mutants.sh [N]: each N-th only.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-cc}
flags="-std=c11 -D_GNU_SOURCE -I. -O1 -w"
files="alarm alarm_level alarm_people"
tests="unit/test_alarm unit/test_engine_people unit/test_engine_limits unit/test_engine_faults
  unit/test_engine_restore unit/test_engine_reload property/test_alarm_states"

# One mutant a line: name, tab, line number, tab, the new text of that line
# (several lines are parted by \v); the arrays' first lines get two helpers.
cat >"$work/make.py" <<'PY'
import re, sys
lines = open(sys.argv[1], encoding='utf-8').read().split('\n')
procs = ['PROC_N', 'PROC_PON', 'PROC_A', 'PROC_POFF']
out = []
def mutant(name, at, text):
    if text.split() != lines[at].split():
        out.append((name, at, text))
def level_row(at, f, tag):
    for p in procs:
        if p != f[4]:
            mutant(f'{tag}: next {p}', at, '{ %s },' % ', '.join(f[:4] + [p] + f[5:]))
    mutant(f'{tag}: no guard', at, '{ %s },' % ', '.join(f[:3] + ['always'] + f[4:]))
    other = 'run' if f[5] == 'no_delay' else 'no_delay'
    mutant(f'{tag}: delay {other}', at, '{ %s },' % ', '.join(f[:5] + [other]))
def alarm_row(at, f, tag):
    emits = [e.strip() for e in ','.join(f[4:]).strip('{} ').split(',')] + ['EV_NONE'] * 2
    def row(guard=f[2], change=f[3], e=emits):
        return '{ %s, %s, %s, %s, { %s } },' % (f[0], f[1], guard, change, ', '.join(e))
    mutant(f'{tag}: no guard', at, row(guard='anything'))
    mutant(f'{tag}: no change', at, row(change='nothing'))
    mutant(f'{tag}: silent', at, row(e=['EV_NONE', 'EV_NONE']))
    mutant(f'{tag}: wrong word', at, row(e=['EV_RETIRE', emits[1]]))
    if emits[1] != 'EV_NONE':
        mutant(f'{tag}: half said', at, row(e=[emits[0], 'EV_NONE']))
table = None
for at, line in enumerate(lines):
    m = re.match(r'(?:static )?const struct (level|alarm)_row \w+_rows\[\]', line)
    if m:
        table = m.group(1)
    elif line == '};':
        table = None
    m = re.match(r'    \{ (\d+, .*) \},$', line)
    if table and m:
        f = [x.strip() for x in m.group(1).split(',')]
        tag = f'row {f[0]} {f[1]} {f[2]}'.replace('PROC_', '').replace('COND_', '').replace('ALARM_', '')
        mutant(f'{tag}: removed', at, '')
        (level_row if table == 'level' else alarm_row)(at, f, tag)
        n = re.match(r'    \{ (\d+, .*) \},$', lines[at + 1])
        if n and table == 'alarm' and n.group(1).split(',')[1].strip() == f[1]:
            out.append((f'{tag}: after the next', (at, at + 1), lines[at + 1] + '\v' + line))
# The functions of the rows: a statement left out, a part of a condition left out.
name = None
end = next((i for i, l in enumerate(lines) if re.match(r'static const struct alarm_row \*find_row|bool level_step', l)), len(lines))
at = 0
while at < end:
    m = re.match(r'(?:static )?(?:bool|void|int|uint8_t) (\w+)\(', lines[at])
    if m:
        name = m.group(1)
    if re.match(r'    (st|level)->\S+ [-|&]?= .*;$', lines[at]) or re.match(r'        st->latched = ', lines[at]):
        what = lines[at].strip().split(' ')[0]
        mutant(f'{name}: without {what}', at, '        ;')
    if re.match(r'    (no_delay|run|alarm_end_instance|alarm_unshelve|set_free|take_level|open_instance|end_condition|hold|unshelve|unsuppress|put_in)\(.*\);$', lines[at]):
        mutant(f'{name}: without {lines[at].strip().split("(")[0]}', at, '    ;')
    if lines[at].startswith('    return '):
        last = at
        while not lines[last].endswith(';'):
            last += 1
        text = ' '.join(l.strip() for l in lines[at:last + 1])[len('return '):-1]
        parts = text.split(' && ')
        for i, part in enumerate(parts):
            if len(parts) > 1:
                rest = ' && '.join(parts[:i] + parts[i + 1:])
                out.append((f'{name}: without {part}', (at, last), f'    return {rest};'))
    at += 1
for name, at, text in out:
    first, last = at if isinstance(at, tuple) else (at, at)
    print(sys.argv[1], name, first + 1, last + 1, text, sep='\t')
PY
for f in $files; do
    python3 "$work/make.py" "rules/$f.c"
done >"$work/mutants"

mkdir -p "$work/obj"
link=""
for f in rules/*.c config/err.c config/model.c config/units.c config/expr*.c \
    drivers/sample.c tests/unit/rules_rig.c; do
    $cc $flags -c "$f" -o "$work/obj/$(echo "$f" | tr / _).o" &
    case " $files " in
    *" $(basename "$f" .c) "*) ;;
    *) link="$link $work/obj/$(echo "$f" | tr / _).o" ;;
    esac
done
wait
for f in test_alarm_states alarm_states; do
    $cc $flags -O2 -c "tests/property/$f.c" -o "$work/$f.o" &
done
for t in $tests; do
    [ "$t" = property/test_alarm_states ] || $cc $flags -c "tests/$t.c" -o "$work/$(basename "$t").o"
done
wait

# $1: folder of one mutant with its file; says caught or survives.
judge() {
    local mutant others=
    mutant=$(basename "$1"/*.c .c)
    for f in $files; do
        [ "$f" = "$mutant" ] || others="$others $work/obj/rules_$f.c.o"
    done
    $cc $flags -c "$1/$mutant.c" -o "$1/mutant.o" || { echo caught >"$1/result"; return; }
    for t in $tests; do
        t=$(basename "$t")
        [ "$t" = test_alarm_states ] && others="$others $work/alarm_states.o"
        $cc "$work/$t.o" "$1/mutant.o" $others $link -lcmocka -lm -o "$1/$t"
        timeout 120 "$1/$t" >/dev/null 2>&1 || { echo caught >"$1/result"; rm -f "$1/$t"; return; }
        rm -f "$1/$t"
    done
    echo survives >"$1/result"
}
export -f judge
export cc flags tests work link files

mkdir "$work/0"
cp rules/alarm.c "$work/0/alarm.c"
judge "$work/0"
[ "$(cat "$work/0/result")" = survives ] || { echo "the tests fail without any mutant"; exit 1; }
total=0
part=${1:-1}
helpers='static bool anything(const struct alarm_state *st, const struct alarm_case *c) { return true; }\
static void nothing(struct alarm_state *st, const struct alarm_case *c) { }'
awk -v n="$part" 'NR % n == 0' "$work/mutants" >"$work/taken"
while IFS=$'\t' read -r file name first last text; do
    total=$((total + 1))
    mkdir "$work/$total"
    {
        head -n $((first - 1)) "$file"
        printf '%s\n' "${text//$'\v'/$'\n'}"
        tail -n +$((last + 1)) "$file"
    } | sed -E "s/^(static )?const struct alarm_row (alarm|people)_rows/$helpers\n&/" >"$work/$total/$(basename "$file")"
    printf '%s\n' "$name" >"$work/$total/name"
done <"$work/taken"
seq 1 "$total" | xargs -P "$(nproc)" -I{} bash -c 'judge "$work/{}"'

caught=0 equal=0 bad=0
: >"$work/rows"
for i in $(seq 1 "$total"); do
    name=$(cat "$work/$i/name")
    why=$(grep -F "$name"$'\t' tests/property/row_equivalents.txt | cut -f 2 || true)
    result=$(cat "$work/$i/result")
    echo "${name%%: *}	$result" >>"$work/rows"
    case "$result ${why:+known}" in
    "caught ") caught=$((caught + 1)) ;;
    "survives known") equal=$((equal + 1)); echo "equivalent: $name ($why)" ;;
    caught*) caught=$((caught + 1)) bad=1; echo "caught, though listed as equivalent: $name" ;;
    *) bad=1; echo "SURVIVES: $name" ;;
    esac
done
# Rows of the array first, then the functions that they name.
sort -V "$work/rows" | awk -F '\t' '
    { n[$1]++; c[$1] += $2 == "caught"; if (!($1 in at)) { at[$1] = ++rows; names[rows] = $1 } }
    END { for (i = 1; i <= rows; i++) printf "%3d of %3d caught  %s\n", c[names[i]], n[names[i]], names[i] }' |
    awk '/ row /{ print; next } { other[++m] = $0 } END { for (i = 1; i <= m; i++) print other[i] }'
echo "mutants of rules/alarm*.c: $caught of $total caught, $equal equivalent (tests/property/row_equivalents.txt)"
exit $bad
