/* A plant that does anything to its replies, under a seed: whatever comes, no
 * value is wrong, and each due poll of each point gives one sample.
 *   test_bus_mix [-s SEED] [-n SEEDS] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/bus_rig.h"

#define EVERY_MS 5000 /* long enough for every retry of every block: no poll overruns */
#define SECONDS  600
#define IDS      3
#define BLOCKS   3
#define OLD      32

struct old {
    size_t n;
    uint8_t bytes[FRAME_MAX];
};

static struct bus_rig r;
static uint64_t random_state;
static uint64_t first_seed = 1, seeds = 1000;
static unsigned percent;     /* of the replies that are spoilt */
static uint16_t strict_from; /* units from this number on refuse other registers */
static struct old old[OLD];  /* honest replies of before */
static uint64_t transactions, wrong_in_all;

static uint64_t pick(uint64_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (random_state >> 33) % n;
}

static int64_t soon_us(int64_t most_ms)
{
    return (int64_t)pick((uint64_t)most_ms * RIG_MS);
}

/* ---- what a plant can do to one reply ---- */

typedef void fault(const struct request *q, uint8_t *f, size_t n);

static void drop(const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    (void)f;
    (void)n;
}

static void late(const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    bus_rig_deliver(&r, soon_us(3100), f, n);
}

static void twice(const struct request *q, uint8_t *f, size_t n)
{
    int64_t at_us = r.turn_us;

    (void)q;
    bus_rig_deliver(&r, at_us, f, n);
    bus_rig_deliver(&r, at_us + soon_us(140), f, n);
}

/* Of what a header says but for its transaction id; TCP's own sum guards the rest. */
static size_t some_byte(size_t n)
{
    return r.conf.kind == BUS_RTU ? (size_t)pick(n) : 2 + (size_t)pick(7);
}

/* Some length, then silence, then another unit speaks up. */
static void spoilt_then_other(const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;
    uint8_t g[FRAME_MAX];

    other.unit = (uint8_t)(1 + q->unit % IDS);
    f[n - 1] ^= 0x40;
    bus_rig_deliver(&r, r.turn_us / 2, f, r.conf.kind == BUS_RTU ? n : 0);
    bus_rig_deliver(&r, r.turn_us + 20 * RIG_MS, g, bus_rig_honest(&r, &other, g));
}

static void flip_bits(const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    for (uint64_t k = 1 + pick(3); k > 0; k--)
        f[some_byte(n)] ^= (uint8_t)(1u << pick(8));
    bus_rig_deliver(&r, r.turn_us, f, n);
}

/* One field of a frame that is right otherwise. */
static void bend_field(const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    f[some_byte(3)] = (uint8_t)pick(pick(2) == 0 ? 8 : 256);
    bus_rig_seal(&r, f, n);
    bus_rig_deliver(&r, r.turn_us, f, n);
}

static void other_id(const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;

    (void)n;
    other.tid = (uint16_t)(q->tid + 1000 + pick(60000));
    other.address = (uint16_t)(q->address + 1);
    if (r.conf.kind == BUS_TCP)
        bus_rig_deliver(&r, r.turn_us, f, bus_rig_honest(&r, &other, f));
}

static void other_unit(const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;

    (void)n;
    other.unit = (uint8_t)(1 + (q->unit + pick(4)) % 5);
    if (other.unit == q->unit)
        other.unit = 9;
    bus_rig_deliver(&r, r.turn_us, f, bus_rig_honest(&r, &other, f));
}

/* More registers than any request asks for. */
static void other_count(const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;

    (void)n;
    other.count = (uint16_t)(13 + pick(5));
    other.address = (uint16_t)(q->address + 1);
    bus_rig_deliver(&r, r.turn_us, f, bus_rig_honest(&r, &other, f));
}

static void other_function(const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;

    (void)n;
    other.fc = 4;
    other.address = (uint16_t)(q->address + 1);
    bus_rig_deliver(&r, r.turn_us, f, bus_rig_honest(&r, &other, f));
}

/* A reply of a while ago; RTU: another unit's, since nothing in its own tells
 * it from a fresh one. */
static void replay(const struct request *q, uint8_t *f, size_t n)
{
    const struct old *o = &old[pick(OLD)];

    (void)f;
    (void)n;
    if (o->n != 0 && (r.conf.kind == BUS_TCP || o->bytes[0] != q->unit))
        bus_rig_deliver(&r, r.turn_us, o->bytes, o->n);
}

static void echo(const struct request *q, uint8_t *f, size_t n)
{
    uint8_t out[FRAME_MAX];
    size_t len = r.conf.kind == BUS_RTU ? frame_rtu_encode(q, out) : frame_tcp_encode(q, out);

    bus_rig_deliver(&r, 0, out, len);
    if (pick(2) == 0)
        bus_rig_deliver(&r, r.turn_us + soon_us(60), f, n);
}

static void noise(const struct request *q, uint8_t *f, size_t n)
{
    uint8_t out[2 * FRAME_MAX];
    size_t len = 1 + pick(12), before = pick(2) == 0 ? len : 0;

    (void)q;
    for (size_t i = 0; i < len + n; i++)
        out[i] = (uint8_t)pick(256);
    memcpy(out + before, f, n);
    if (pick(2) == 0) {
        bus_rig_deliver(&r, r.turn_us, out, len + n);
        return;
    }
    bus_rig_deliver(&r, soon_us(60), out + (before != 0 ? 0 : n), len);
    bus_rig_deliver(&r, soon_us(60), f, n);
}

static void exception(const struct request *q, uint8_t *f, size_t n)
{
    (void)n;
    n = bus_rig_exception(&r, q, (uint8_t)pick(13), f);
    bus_rig_deliver(&r, soon_us(600), f, n + pick(2) * pick(3));
}

static void in_pieces(const struct request *q, uint8_t *f, size_t n)
{
    int64_t gap_us = soon_us(pick(2) == 0 ? 5 : 300);

    (void)q;
    for (size_t i = 0; i < n; i++)
        bus_rig_deliver(&r, r.turn_us + (int64_t)i * gap_us, f + i, 1);
}

static void cut(const struct request *q, uint8_t *f, size_t n)
{
    (void)q;
    bus_rig_deliver(&r, r.turn_us, f, pick(n));
}

static void hang_up(const struct request *q, uint8_t *f, size_t n)
{
    cut(q, f, n);
    bus_rig_hang_up(&r, r.turn_us + soon_us(20));
    if (r.conf.kind == BUS_RTU) /* the port was away, the unit was not */
        bus_rig_deliver(&r, r.turn_us + 20 * RIG_MS + soon_us(2000), f, n);
}

static void glue_to_other(const struct request *q, uint8_t *f, size_t n)
{
    struct request other = *q;
    uint8_t out[2 * FRAME_MAX], g[FRAME_MAX];

    other.address = (uint16_t)(q->address + 1 + pick(30));
    other.tid = (uint16_t)(q->tid - 1 - pick(70)); /* one that was asked before */
    size_t m = bus_rig_honest(&r, &other, g);
    memcpy(out, f, n);
    memcpy(out + n, g, m);
    bus_rig_deliver(&r, r.turn_us, out, n + m);
}

static fault *const faults[] = {
    drop,        late,    twice,         flip_bits, bend_field, other_unit,
    other_count, replay,  echo,          noise,     exception,  other_function,
    cut,         hang_up, glue_to_other, in_pieces, other_id,   spoilt_then_other
};
#define FAULTS (sizeof faults / sizeof faults[0])

static bool is_own(const struct request *q)
{
    return q->address % 10 == 0 && q->count == 2;
}

static void answer(struct bus_rig *rig, const struct request *q, const uint8_t *honest, size_t n)
{
    struct old *o = &old[pick(OLD)];
    uint8_t f[FRAME_MAX + 16];

    memcpy(f, honest, n);
    if (q->unit >= strict_from && !is_own(q))
        n = bus_rig_exception(rig, q, 2, f);
    transactions++;
    if (pick(100) >= percent)
        bus_rig_answers(rig, q, f, n);
    else
        faults[pick(FAULTS)](q, f, n);
    memcpy(o->bytes, honest, n);
    o->n = n;
}

static void start(uint64_t seed)
{
    random_state = seed;
    bus_rig_init(&r, seed % 2 == 0 ? BUS_TCP : BUS_RTU);
    memset(old, 0, sizeof old);
    percent = 1 + (unsigned)pick(50);
    strict_from = (uint16_t)(1 + pick(IDS + 1));
    r.is_heir = pick(2) == 0;
    r.conf.retries = (uint8_t)pick(3);
    r.conf.timeout_ms = 150 + (int64_t)pick(2) * 100;
    for (uint8_t id = 1; id <= IDS; id++) {
        uint32_t unit = bus_rig_unit(&r, id);
        for (uint16_t block = 0; block < BLOCKS; block++)
            for (uint16_t k = 0; k < 2; k++)
                bus_rig_point(&r, unit, (uint16_t)(block * 10 + k), EVERY_MS);
    }
    r.turn_us = 1000 + soon_us(60);
    r.answer = answer;
    bus_rig_start(&r, seed);
}

static void check(uint64_t seed)
{
    for (size_t p = 0; p < r.plant.n_points; p++) {
        const struct bus_point *s = &r.seen[p];
        uint64_t due = SECONDS * 1000 / EVERY_MS;
        if (s->samples > due + 1 ||
            s->samples + 1 < due) /* a probe may be early, a poll under way */
            fail_msg("seed %lu, point %zu: %lu samples of %lu due polls", (unsigned long)seed, p,
                     (unsigned long)s->samples, (unsigned long)due);
    }
    wrong_in_all += r.wrong;
    if (r.wrong > 0)
        fail_msg("seed %lu: %lu wrong values", (unsigned long)seed, (unsigned long)r.wrong);
}

static void whatever_a_plant_sends_no_value_is_wrong(void **unused)
{
    (void)unused;
    for (uint64_t seed = first_seed; seed < first_seed + seeds; seed++) {
        start(seed);
        bus_rig_run(&r, (int64_t)SECONDS * RIG_S);
        check(seed);
        bus_rig_stop(&r);
    }
    printf("%lu seeds, %lu transactions, 0 wrong values\n", (unsigned long)seeds,
           (unsigned long)transactions);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_a_plant_sends_no_value_is_wrong),
    };
    int option;

    while ((option = getopt(argc, argv, "s:n:")) != -1) {
        if (option == 's')
            first_seed = strtoull(optarg, NULL, 10), seeds = 1;
        else if (option == 'n')
            seeds = strtoull(optarg, NULL, 10);
        else
            return 64;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
