#include "daemon/block.h"

#include <math.h>
#include <string.h>

#include "config/err.h"

/* A row begins with one byte:
 *   0xxxxxxx  same distance, same quality, value changed by zigzag x
 *   10dddvvv  distance changed by zigzag d, value by zigzag v
 *   11qdwzzz  q: a quality follows; d: the change of the distance follows;
 *             w: no value, its reason follows; else the value follows
 * The first byte of a block is its mode: 0 .. DECIMALS_MAX whole steps of that
 * many decimals, MODE_BITS the bits of the double. */
#define DECIMALS_MAX 9
#define MODE_BITS    15
#define SMALL        0x80u
#define MIDDLE       0xC0u
#define HAS_WORD     0x20u
#define HAS_STEP     0x10u
#define HAS_WHY      0x08u
#define WHOLE_MAX    9e15 /* below 2^53: a double holds each whole number */

static const double tens[] = { 1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };

size_t varint_put(uint8_t *to, uint64_t v)
{
    size_t n = 0;

    for (; v >= 0x80; v >>= 7)
        to[n++] = (uint8_t)(v | 0x80);
    to[n++] = (uint8_t)v;
    return n;
}

bool varint_get(const uint8_t **at, const uint8_t *end, uint64_t *v)
{
    *v = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t byte = *(*at)++;
        *v |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static uint64_t bits_of(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static bool is_whole(double v, int decimals)
{
    double scaled = v * tens[decimals];

    return fabs(scaled) < WHOLE_MAX &&
           bits_of((double)llround(scaled) / tens[decimals]) == bits_of(v);
}

static int mode_of(const struct block_row *v, size_t n, int decimals)
{
    if (decimals < 0 || decimals > DECIMALS_MAX)
        return MODE_BITS;
    for (size_t i = 0; i < n; i++)
        if (v[i].has_val && !is_whole(v[i].val, decimals))
            return MODE_BITS;
    return decimals;
}

/* What the last row left: of its time, quality and value. */
struct state {
    int mode;
    int64_t t_ms, step_ms, whole;
    uint64_t bits;
    uint8_t word;
};

/* Bits that changed, without the empty bytes on both sides. */
static size_t put_bits(uint8_t *to, uint64_t x)
{
    unsigned low = 0, n = 0;

    while (x != 0 && (x & 0xFF) == 0) {
        x >>= 8;
        low++;
    }
    for (; x != 0; x >>= 8)
        to[1 + n++] = (uint8_t)x;
    to[0] = (uint8_t)(low << 4 | n);
    return 1 + n;
}

static bool get_bits(const uint8_t **at, const uint8_t *end, uint64_t *x)
{
    *x = 0;
    if (*at == end)
        return false;
    unsigned low = **at >> 4, n = **at & 15u;
    (*at)++;
    if (low + n > 8 || (size_t)(end - *at) < n)
        return false;
    for (unsigned i = 0; i < n; i++)
        *x |= (uint64_t) * (*at)++ << 8 * (low + i);
    return true;
}

/* The value's change: zigzag steps, or 0 for "the same bits". */
static uint64_t change_of(struct state *s, double val)
{
    if (s->mode == MODE_BITS)
        return bits_of(val) ^ s->bits;
    return zigzag((int64_t)llround(val * tens[s->mode]) - s->whole);
}

static void take_value(struct state *s, double val)
{
    s->bits = bits_of(val);
    if (s->mode != MODE_BITS)
        s->whole = (int64_t)llround(val * tens[s->mode]);
}

static size_t put_long(uint8_t *to, const struct state *s, const struct block_row *r, uint64_t turn,
                       uint64_t change)
{
    size_t n = 1;

    to[0] = (uint8_t)(MIDDLE | (r->word != s->word ? HAS_WORD : 0) | (turn != 0 ? HAS_STEP : 0) |
                      (r->has_val ? 0 : HAS_WHY));
    if (r->word != s->word)
        to[n++] = r->word;
    if (turn != 0)
        n += varint_put(to + n, turn);
    if (!r->has_val)
        return n + varint_put(to + n, r->why);
    return n + (s->mode == MODE_BITS ? put_bits(to + n, change) : varint_put(to + n, change));
}

static size_t put_row(uint8_t *to, struct state *s, const struct block_row *r)
{
    int64_t step_ms = r->t_ms - s->t_ms;
    uint64_t turn = zigzag(step_ms - s->step_ms);
    uint64_t change = r->has_val ? change_of(s, r->val) : 0;
    bool is_short = r->has_val && r->word == s->word && (s->mode != MODE_BITS || change == 0);
    size_t n = 1;

    if (is_short && turn == 0 && change < SMALL)
        to[0] = (uint8_t)change;
    else if (is_short && turn < 8 && change < 8)
        to[0] = (uint8_t)(SMALL | turn << 3 | change);
    else
        n = put_long(to, s, r, turn, change);
    s->t_ms = r->t_ms;
    s->step_ms = step_ms;
    s->word = r->word;
    if (r->has_val)
        take_value(s, r->val);
    return n;
}

size_t block_pack(uint8_t *to, const struct block_row *v, size_t n, int64_t base_ms, int decimals)
{
    struct state s = { .mode = mode_of(v, n, decimals), .t_ms = base_ms };
    size_t len = 1;

    to[0] = (uint8_t)s.mode;
    for (size_t i = 0; i < n; i++)
        len += put_row(to + len, &s, &v[i]);
    return len;
}

void block_read(struct block_reader *r, const void *bytes, size_t len, int64_t base_ms)
{
    *r = (struct block_reader){ .at = bytes, .end = (const uint8_t *)bytes + len, .t_ms = base_ms };
    r->mode = len > 0 ? *r->at++ : -1;
}

static void move_time(struct block_reader *r, uint64_t turn)
{
    /* Unsigned, since damaged bytes may say anything. */
    r->step_ms = (int64_t)((uint64_t)r->step_ms + (uint64_t)unzigzag(turn));
    r->t_ms = (int64_t)((uint64_t)r->t_ms + (uint64_t)r->step_ms);
}

static void move_value(struct block_reader *r, uint64_t change)
{
    if (r->mode == MODE_BITS) {
        r->bits ^= change;
        memcpy(&r->row.val, &r->bits, sizeof r->bits);
    } else {
        r->whole = (int64_t)((uint64_t)r->whole + (uint64_t)unzigzag(change));
        r->row.val = (double)r->whole / tens[r->mode];
    }
    r->row.has_val = true;
}

static bool get_long(struct block_reader *r, uint8_t first)
{
    uint64_t turn = 0, v = 0;

    if ((first & HAS_WORD) != 0) {
        if (r->at == r->end)
            return false;
        r->row.word = *r->at++;
    }
    if ((first & HAS_STEP) != 0 && !varint_get(&r->at, r->end, &turn))
        return false;
    move_time(r, turn);
    r->row.has_val = (first & HAS_WHY) == 0;
    if (r->row.has_val && r->mode == MODE_BITS ? !get_bits(&r->at, r->end, &v)
                                               : !varint_get(&r->at, r->end, &v))
        return false;
    if (r->row.has_val)
        move_value(r, v);
    else
        r->row.why = (uint32_t)v;
    return true;
}

int block_next(struct block_reader *r, struct block_row *out)
{
    if (r->mode < 0 || (r->mode > DECIMALS_MAX && r->mode != MODE_BITS))
        return RG_EDAMAGED;
    if (r->at == r->end)
        return 0;
    uint8_t first = *r->at++;
    if (first < SMALL) {
        move_time(r, 0);
        move_value(r, first);
    } else if (first < MIDDLE) {
        move_time(r, first >> 3 & 7u);
        move_value(r, first & 7u);
    } else if (!get_long(r, first)) {
        return RG_EDAMAGED;
    }
    r->row.t_ms = r->t_ms;
    *out = r->row;
    return 1;
}
