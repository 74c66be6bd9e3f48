#!/usr/bin/env bash
# Switches each check of the frame proof, and of what guards it, off in turn, in
# a copy, and expects a test to fail.  The table says which finds it first, and
# whether the mix of hostile replies reads wrong values then.
#   proof_mutants.sh [SEEDS of the mix, default 300]
set -eu
cd "$(dirname "$0")/../.."
seeds=${1:-300}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-cc}
flags="-std=c11 -D_GNU_SOURCE -I. -O2 -w $(pkg-config --cflags libmodbus)"
tests="property/test_bus_mix unit/test_bus_hostile unit/test_bus unit/test_frame unit/test_decode
  unit/test_bus_health unit/test_bus_stream unit/test_bus_master property/test_bus_late unit/test_bus_split unit/test_bus_flight property/test_bus_dead unit/test_plan"

# name, file, old text (once in the file), new text
cat >"$work/make.py" <<'PY'
import os, sys
work = sys.argv[1]
T, R, B, S = 'drivers/frame_tcp.c', 'drivers/frame_rtu.c', 'drivers/bus_talk.c', 'drivers/bus_shape.c'
U, D, C, M = 'drivers/unit.c', 'drivers/bus_schedule.c', 'drivers/decode.c', 'drivers/bus_master.c'
H, F, J = 'drivers/bus_hear.c', 'drivers/bus_flight.c', 'drivers/judge.c'
mutants = [
    ('RTU: CRC', R, 'if (len == 0 || len > n || !crc_holds(buf, len)) {', 'if (len == 0 || len > n) {'),
    ('RTU: unit', R, 'if (r == NULL || b[0] != r->unit) {', 'if (r == NULL) {'),
    ('RTU: function', R, '} else if (b[1] != r->fc) {', '} else if (0) {'),
    ('RTU: byte count', R, '} else if (b[2] != request_bytes(r)) {', '} else if (0) {'),
    ('RTU: bytes behind the answer', R, 'if (n > f->used && is_answer(f))', 'if (0)'),
    ('RTU over TCP: bytes behind the answer', R, 'if (is_answer(f) && !stands_clean(buf, n, f))', 'if (0)'),
    ('TCP: transaction id', T, 'if (r == NULL || f->tid != r->tid) {', 'if (r == NULL) {'),
    ('TCP: protocol id', T, '    if (word_at(buf + 2) != 0) {\n', '    if (0) {\n'),
    ('TCP: shortest length', T, 'if (length < LENGTH_MIN || length > LENGTH_MAX) {', 'if (length > LENGTH_MAX) {'),
    ('TCP: longest length', T, 'if (length < LENGTH_MIN || length > LENGTH_MAX) {', 'if (length < LENGTH_MIN) {'),
    ('TCP: unit', T, 'if (f->unit != r->unit) {', 'if (0) {'),
    ('TCP: function', T, '} else if (f->fc != r->fc) {', '} else if (0) {'),
    ('TCP: length against byte count', T, '} else if (b[8] != length - 3) {', '} else if (0) {'),
    ('TCP: byte count', T, '} else if (b[8] != request_bytes(r)) {', '} else if (0) {'),
    ('TCP: length of an exception', T, 'length == 3 ? FRAME_EXCEPTION : FRAME_DESYNC', 'FRAME_EXCEPTION'),
    ('TCP: bytes behind the answer', T, 'if (!stands_clean(buf + f->used, n - f->used))', 'if (0)'),
    ('one deadline', F, 'now_us >= t->deadline_us;', 'now_us >= t->deadline_us + 2000000;'),
    ('TCP: close on half a frame', B, 'has_part && !bus_is_rtu(b);', 'false;'),
    ('TCP: close when its borders are lost', H, 'b->wants_close = f->verdict == FRAME_DESYNC;', ';'),
    ('TCP: late told from twice', H, '        mark->answered = true;\n', '        ;\n'),
    ('RTU: silence before a verdict', H, '    if (!is_quiet && bus_is_serial(b))\n        return;\n', ''),
    ('RTU over TCP: a whole frame is judged at once', H, '(is_quiet || is_whole(b))', 'is_quiet'),
    ('RTU over TCP: what is no frame yet may become one', H, '(is_quiet || is_whole(b))', 'true'),
    ('RTU: half a frame is forgotten', B, '    if (has_part)\n        hear_forget(b, WHY_LEN);\n    else if', '    if'),
    ('RTU: late guard', U, '    return unit_certain_us(u, fc, bytes, block) > now_us;', '    return false;'),
    ('RTU: a spoilt reply frees no other doubt', U, 's->spoilt = is_free ? block : NO_BLOCK;', 's->spoilt = block;'),
    ('RTU: a copy of a spoilt reply is no other block of that shape', U, 's->spoilt == block && block != NO_BLOCK', 's->spoilt != NO_BLOCK && block != NO_BLOCK'),
    ('RTU: a device with one register is asked again', H, '        shape_spoilt(b, now_us);', '        shape_doubt(b, now_us);'),
    ('RTU: what can be told soon is waited for', S, 'return at_us < block->due_us + block->every_us ? at_us : now_us;', 'return now_us;'),
    ('RTU: guard lasts its time', S, 'return (b->conf->late_guard_ms + b->conf->timeout_ms) * 1000;', 'return b->conf->timeout_ms * 500;'),
    ('RTU: an unasked frame makes doubt', H, '    unit_make_ambiguous(u, fc, f->bytes, now_us + b->conf->late_guard_ms * 1000);\n', ''),
    ('RTU: a lost reply makes doubt', B, '    shape_owed(b, now_us);\n    lose(', '    lose('),
    ('RTU: a spoilt reply that may be another is doubted', H, 'cause != WHY_COUNT && is_own(b)', 'true'),
    ('RTU: a lost line makes doubt', B, '        shape_owed(b, now_us);\n        end(b, now_us);\n        block->tries++', '        end(b, now_us);\n        block->tries++'),
    ('RTU: an exception of somebody else', B, 'bool owes = bus_is_rtu(b) && now_us < u->owes_until_us;', 'bool owes = false;'),
    ('RTU: an exception that came twice', B, 'bool again = bus_is_rtu(b) && is_again(b, u, code, now_us);', 'bool again = false;'),
    ('RTU: other frames in what is thrown away', H, '        doubt_glued(b, now_us);\n', ''),
    ('RTU: a spoilt answer ends at once', B, '    if (usual_us >= 0 && until_us < b->now.deadline_us)\n        b->now.deadline_us = until_us;', '    b->now.deadline_us = 0;'),
    ('RTU: a spoilt answer makes doubt', H, '        shape_doubt(b, now_us); /* it may come once more */\n', '        ;\n'),
    ('RTU: other shapes for other blocks', S, 'used_us >= best_us)', 'best_us != INT64_MAX)'),
    ('RTU: time between blocks of one shape', S, 'used_us + apart_us(b, block)', 'now_us'),
    ('RTU: borders of a device', S, '        block->no_up = k;', '        ;'),
    ('RTU: what a killed run asked for', S, 'unsigned k = now_us < b->heir_until_us ? STRETCH_MAX + 1 : 0;', 'unsigned k = 0;'),
    ('RTU: another master\'s reply makes doubt', M, '    unit_make_ambiguous(u, f->fc, f->bytes, now_us + guard_us);\n', ''),
    ('RTU: what he is refused is refused to him', M, '        u->owes_until_us = now_us + guard_us;', '        ;'),
    ('RTU: two replies of one shape are none', H, '        talk_fail(b, (struct why){ WHY_MASTER, 0 }, now_us);', '        ;'),
    ('RTU: his unit may answer him', D, 'larger(heard_us, b->other.until_us)', 'heard_us'),
    ('RTU: an echo is no other master', H, 'bool is_echo = master_is_echo(b);', 'bool is_echo = false;'),
    ('RTU: a late reply is no other master', M, '        if (now_us < b->units[i].owes_until_us)', '        if (0)'),
    ('a value is taken from its own address', 'drivers/bus_tell.c', '.address - b->telling.address)', '.address - b->telling.block->plan->address)'),
    ('a retry', B, 'block->tries < b->conf->retries &&', 'false &&'),
    ('a poll told once', D, '    block->due_us += block->every_us;\n', '    block->due_us += block->every_us - 1;\n'),
    ('polls that overran are not made up for', D, 'if (block->due_us + block->every_us <= now_us)', 'if (0)'),
    ('a silent unit is backed off', U, 'if (u->has_spoken && u->lost_polls < SILENT_POLLS)', 'if (1)'),
    ('dead units share a fifth', D, 'b->probe_free_us = now_us + rest_us(', 'b->probe_free_us = now_us + 0 * rest_us('),
    ('a silent block is backed off', D, '++block->silent < BLOCK_POLLS)', '++block->silent < 1000000)'),
    ('TCP: a reply is another one\'s', F, 'parked[i].request.tid == tid', 'parked[i].request.tid != tid'),
    ('TCP: two of one shape are not on their way together', F, 'return t->block != NULL && t->block->unit', 'return false && t->block->unit'),
    ('TCP: a reply in pieces may be two', H, '        doubt_pieces(b, &f);\n', ''),
    ('short probes', B, 'if (!b->now.is_scout && (!u->is_silent || u->probes++ % PROBES_LONG == 0))', 'if (!b->now.is_scout)'),
    ('many that die are asked first whether they live', B, 'b->now.is_scout = is_scout(b, u, now_us);', 'b->now.is_scout = false;'),
    ('alarms go first', D, 'bool first = block->plan->has_limits && b->units[block->unit].has_spoken;', 'bool first = false;'),
    ('exceptions 10 and 11 speak for a gateway', B, 'if (code == EXC_PATH_UNAVAILABLE || code == EXC_TARGET_SILENT) {', 'if (0) {'),
    ('a refused reading is split', 'drivers/bus_split.c', '    cut(b, block);\n', ''),
    ('parts are joined again', 'drivers/bus_split.c', '            join(b, base, now_us);', '            ;'),
    ('a unit that refuses all is left whole', 'drivers/bus_split.c', 'if (!w->has_good && ++w->refusals', 'if (0 && ++w->refusals'),
    ('not a number', J, '    else if (!isfinite(s->val))\n', '    else if (0)\n'),
    ('below its range', J, 'val >= p->range_low && val <= p->range_high', 'val <= p->range_high'),
    ('above its range', J, 'val >= p->range_low && val <= p->range_high', 'val >= p->range_low'),
]
for i, (name, path, old, new) in enumerate(mutants, 1):
    text = open(path, encoding='utf-8').read()
    if text.count(old) != 1:
        sys.exit(f'{name}: {text.count(old)} places in {path}')
    os.mkdir(f'{work}/{i}')
    open(f'{work}/{i}/mutant.c', 'w', encoding='utf-8').write(text.replace(old, new))
    open(f'{work}/{i}/name', 'w').write(name)
    open(f'{work}/{i}/file', 'w').write(os.path.basename(path))
os.mkdir(f'{work}/0')
for f, text in (('name', 'none'), ('file', 'unit.c'), ('mutant.c', open(U, encoding='utf-8').read())):
    open(f'{work}/0/{f}', 'w', encoding='utf-8').write(text)
print(len(mutants))
PY
total=$(python3 "$work/make.py" "$work")

mkdir "$work/obj"
for f in drivers/*.c config/err.c config/model.c tests/unit/bus_rig.c tests/unit/hostile.c; do
    case $f in drivers/line_* | drivers/budget*) continue ;; esac
    $cc $flags -c "$f" -o "$work/obj/$(basename "$f").o"
done
for t in $tests; do
    $cc $flags -c "tests/$t.c" -o "$work/$(basename "$t").o"
done

# $1: folder of one mutant; writes which test fails, and what the mix reads.
judge() {
    local own objects t name out
    own=$(cat "$1/file")
    $cc $flags -c "$1/mutant.c" -o "$1/mutant.o" || { echo compiler >"$1/caught"; return; }
    objects=$(ls "$work"/obj/*.o | grep -v "/$own.o$")
    : >"$1/caught"
    for t in $tests; do
        name=$(basename "$t")
        $cc "$work/$name.o" "$1/mutant.o" $objects -lcmocka -lm -o "$1/$name"
        out=0
        case $name in
        test_bus_mix) timeout 60 "$1/$name" -n "$seeds" >"$1/mix" 2>&1 || out=$? ;;
        *) timeout 60 "$1/$name" >/dev/null 2>&1 || out=$? ;;
        esac
        rm -f "$1/$name"
        [ $out = 0 ] || { echo "${name#test_}" >"$1/caught"; return; }
    done
}
export -f judge
export cc flags tests work seeds
seq 0 "$total" | xargs -P "$(nproc)" -I{} bash -c 'judge "$work/{}"'
[ ! -s "$work/0/caught" ] || { echo "the tests fail without any mutant: $(cat "$work/0/caught")"; exit 1; }

caught=0
printf '%-46s %-14s %s\n' 'switched off' 'the mix reads' 'caught by'
for i in $(seq 1 "$total"); do
    mix=$(grep -oE '[0-9]+ wrong values' "$work/$i/mix" | head -1 | grep -v '^0 ' || echo -)
    by=$(cat "$work/$i/caught")
    printf '%-46s %-14s %s\n' "$(cat "$work/$i/name")" "${mix/ values/}" "${by:-NOBODY}"
    [ -z "$by" ] || caught=$((caught + 1))
done
echo "mutants of the frame proof: $caught of $total caught"
[ "$caught" = "$total" ]
