#include "tests/sim/world/line.h"

#include <string.h>

#include "drivers/frame.h"
#include "tests/sim/world/world.h"

#define LATE_MIN_US  200000
#define LATE_MAX_US  3000000 /* as long as the guard's default promises */
#define TWICE_MAX_US 250000  /* a duplicate follows within the bus's timeout */
#define TURN_MIN_US  2000    /* a unit's own time for an answer */
#define TURN_MAX_US  15000

struct reply {
    uint8_t bytes[FRAME_MAX + 8];
    size_t len;
};

void line_init(struct world *w, uint32_t bus)
{
    w->lines[bus] =
        (struct line){ .bus = bus, .is_rtu = w->plant->buses[bus].kind == BUS_RTU, .life = 1 };
}

static void fault(struct world *w, struct line *l)
{
    judge_line_fault(w, l->bus);
}

static int64_t wire_us(const struct world *w, const struct line *l, size_t bytes)
{
    return l->is_rtu ? (int64_t)bytes * 10 * 1000000 / w->plant->buses[l->bus].baud : 200;
}

/* --- opening and closing --- */

static void opened(struct world *w, const struct task *t)
{
    struct line *l = &w->lines[t->who];

    if (t->life != l->attempt)
        return;
    l->attempt++;
    if (l->is_cut) {
        fault(w, l);
        box_line_down(w, l->bus);
        return;
    }
    l->is_open = true;
    l->life++;
    box_line_up(w, l->bus);
}

void line_connect(struct world *w, uint32_t bus)
{
    struct line *l = &w->lines[bus];
    bool hangs = l->is_cut && !l->is_rtu && dice_chance(&w->dice, 3000);

    l->attempt++;
    if (!hangs)
        world_at(w, w->now_us + dice_between(&w->dice, 500, 20000), opened, l->attempt, bus);
}

void line_close(struct world *w, uint32_t bus)
{
    w->lines[bus].is_open = false;
    w->lines[bus].attempt++;
    w->lines[bus].life++;
}

void line_drop(struct world *w, uint32_t bus)
{
    struct line *l = &w->lines[bus];

    fault(w, l);
    if (!l->is_open)
        return;
    line_close(w, bus);
    box_line_down(w, bus);
}

void line_cut(struct world *w, uint32_t bus, bool is_cut)
{
    w->lines[bus].is_cut = is_cut;
    w->counts.lines_cut += is_cut;
    fault(w, &w->lines[bus]);
    if (is_cut && dice_chance(&w->dice, 7000))
        line_drop(w, bus); /* else it goes silent, and the host may find out */
}

/* --- the units' answers --- */

static void put_word(uint8_t *at, uint32_t v)
{
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

static const struct point_conf *point_of(const struct world *w, const struct line *l, uint8_t unit,
                                         uint8_t fc, uint32_t address, uint32_t *index)
{
    for (uint32_t i = 0; i < w->plant->n_points; i++) {
        const struct point_conf *p = &w->plant->points[i];
        uint32_t width = p->read.type >= TYPE_U32 ? 2 : 1;
        *index = i;
        if (p->bus == l->bus && w->plant->units[p->unit].unit_id == unit && p->read.fc == fc &&
            address >= p->read.address && address < p->read.address + width)
            return p;
    }
    return NULL;
}

/* What stands beside the points of the plan has values as well. */
static uint16_t register_at(const struct world *w, const struct line *l, const struct request *r,
                            uint32_t address)
{
    uint32_t index;
    const struct point_conf *p = point_of(w, l, r->unit, r->fc, address, &index);

    if (p == NULL)
        return (uint16_t)dice_mix(address, r->unit);
    uint32_t raw = truth_raw(&w->truth, index, w->now_us);
    bool is_high =
        p->read.type >= TYPE_U32 && (address == p->read.address) != (p->read.order == ORDER_CDAB);
    return (uint16_t)(is_high ? raw >> 16 : raw);
}

static size_t put_values(const struct world *w, const struct line *l, const struct request *r,
                         uint8_t *pdu)
{
    pdu[0] = r->fc;
    pdu[1] = request_bytes(r);
    memset(pdu + 2, 0, pdu[1]);
    for (uint32_t i = 0; i < r->count; i++) {
        uint16_t v = register_at(w, l, r, r->address + i);
        if (r->fc <= 2)
            pdu[2 + i / 8] |= (uint8_t)((v & 1) << i % 8);
        else
            put_word(pdu + 2 + 2 * i, v);
    }
    return 2u + pdu[1];
}

static void wrap(const struct line *l, const struct request *r, const uint8_t *pdu, size_t n,
                 struct reply *out)
{
    size_t head = l->is_rtu ? 1 : 7;

    memcpy(out->bytes + head, pdu, n);
    out->bytes[head - 1] = r->unit;
    out->len = head + n;
    if (l->is_rtu) {
        uint16_t crc = crc16(out->bytes, out->len);
        out->bytes[out->len++] = (uint8_t)crc;
        out->bytes[out->len++] = (uint8_t)(crc >> 8);
        return;
    }
    put_word(out->bytes, r->tid);
    put_word(out->bytes + 2, 0);
    put_word(out->bytes + 4, (uint32_t)n + 1);
}

/* Registers are read when the request leaves: what they will hold when it
 * arrives is not decided yet. */
static void answer(const struct world *w, const struct line *l, const struct request *r,
                   struct reply *out)
{
    uint8_t pdu[FRAME_MAX];

    wrap(l, r, pdu, put_values(w, l, r, pdu), out);
}

static void refuse(struct world *w, const struct line *l, const struct request *r,
                   struct reply *out)
{
    static const uint8_t codes[] = { 1, 2, 3, 4, 5, 6, 10, 11, 99 };
    uint8_t pdu[2] = { (uint8_t)(r->fc | EXCEPTION_BIT),
                       codes[dice_below(&w->dice, sizeof codes)] };

    wrap(l, r, pdu, sizeof pdu, out);
}

static bool read_request(const struct line *l, const uint8_t *b, size_t len, struct request *r)
{
    size_t head = l->is_rtu ? 1 : 7;

    if (len != head + 5 + (l->is_rtu ? 2 : 0))
        return false;
    *r = (struct request){ .unit = b[head - 1],
                           .fc = b[head],
                           .address = (uint16_t)(b[head + 1] << 8 | b[head + 2]),
                           .count = (uint16_t)(b[head + 3] << 8 | b[head + 4]) };
    if (!l->is_rtu)
        r->tid = (uint16_t)(b[0] << 8 | b[1]);
    return true;
}

/* --- bytes on their way --- */

static void trace_bytes(struct world *w, const struct line *l, const char *way,
                        const uint8_t *bytes, size_t len)
{
    char text[2 * (FRAME_MAX + 8) + 1];

    if (w->conf.trace == NULL)
        return;
    for (size_t i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    text[2 * len] = '\0';
    world_trace(w, "%s %s %s%s", w->plant->buses[l->bus].name, way, text,
                l->is_open ? "" : " nobody listens");
}

/* A TCP connection's bytes die with it; a serial wire does not know who holds
 * the port open just now. */
static void bytes_come(struct world *w, const struct task *t)
{
    struct line *l = &w->lines[t->who];

    trace_bytes(w, l, "<", t->bytes, t->len);
    if (!l->is_open || l->is_cut || (!l->is_rtu && t->life != l->life))
        return;
    box_line_bytes(w, t->who, t->bytes, t->len);
}

static void breaks(struct world *w, const struct task *t)
{
    if (w->lines[t->who].life == t->life)
        line_drop(w, t->who);
}

static void carry(struct world *w, const struct line *l, int64_t at_us, const uint8_t *bytes,
                  size_t len)
{
    struct task t = { .at_us = at_us,
                      .run = bytes_come,
                      .life = l->life,
                      .who = l->bus,
                      .bytes = (uint8_t *)(uintptr_t)bytes,
                      .len = len };

    queue_add(&w->queue, &t);
}

/* --- what can happen to them --- */

/* Never more than the CRC is sure to see: up to three bits, or a burst of 16. */
static void corrupt(struct world *w, struct reply *r)
{
    uint64_t bits = r->len * 8;

    if (dice_chance(&w->dice, 5000)) {
        uint64_t from = dice_below(&w->dice, bits - 15);
        uint64_t pattern = 1 + dice_below(&w->dice, 0xFFFF);
        for (uint64_t i = 0; i < 16; i++)
            r->bytes[(from + i) / 8] ^= (uint8_t)((pattern >> i & 1) << (from + i) % 8);
        return;
    }
    for (uint64_t n = 1 + 2 * dice_below(&w->dice, 2); n > 0; n--) {
        uint64_t bit = dice_below(&w->dice, bits);
        r->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* TCP has its own sum; what is wrong here is what a bad gateway writes. */
static void wrong_head(struct world *w, struct reply *r)
{
    static const uint8_t places[] = { 0, 1, 3, 5, 6, 7, 8 }; /* tid proto len unit fc count */
    uint8_t at = places[dice_below(&w->dice, sizeof places)];

    r->bytes[at] = (uint8_t)(r->bytes[at] + 1 + dice_below(&w->dice, 200));
}

static void foreign(struct world *w, const struct line *l, const struct request *r, int64_t at_us)
{
    struct request other = *r;
    struct reply reply;

    other.unit = (uint8_t)(1 + dice_below(&w->dice, 5));
    other.tid = (uint16_t)(r->tid + 1 + dice_below(&w->dice, 3));
    if (other.unit == r->unit)
        other.unit = 7;
    answer(w, l, &other, &reply);
    carry(w, l, at_us, reply.bytes, reply.len);
}

static void noise(struct world *w, const struct line *l, int64_t at_us)
{
    uint8_t bytes[6];
    size_t n = 1 + dice_below(&w->dice, sizeof bytes);

    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)dice_bits(&w->dice);
    carry(w, l, at_us, bytes, n);
}

static void in_two(struct world *w, const struct line *l, const struct reply *r, int64_t at_us)
{
    size_t cut = 1 + dice_below(&w->dice, r->len - 1);

    carry(w, l, at_us, r->bytes, cut);
    carry(w, l, at_us + dice_between(&w->dice, 100, l->is_rtu ? 1500 : 40000), r->bytes + cut,
          r->len - cut);
}

enum fate {
    FATE_WELL,
    FATE_LOST,
    FATE_LATE,
    FATE_CORRUPT,
    FATE_TWICE,
    FATE_FOREIGN,
    FATE_REFUSED,
    FATE_SPLIT,
    FATE_HEAD,
    FATE_DROP
};

static enum fate draw(struct world *w, const struct line *l)
{
    const struct line_rates *r = &l->rates;
    const uint32_t rates[] = { 0,          r->lost,    r->late,  r->corrupt, r->twice,
                               r->foreign, r->refused, r->split, r->head,    r->drop };
    uint64_t number = dice_below(&w->dice, 10000);

    for (int fate = FATE_LOST; fate <= FATE_DROP; fate++) {
        if (number < rates[fate])
            return (enum fate)fate;
        number -= rates[fate];
    }
    return FATE_WELL;
}

static void send_reply(struct world *w, struct line *l, const struct request *r, enum fate fate)
{
    struct reply reply;

    answer(w, l, r, &reply);
    int64_t at_us =
        w->now_us + wire_us(w, l, 8 + reply.len) + dice_between(&w->dice, TURN_MIN_US, TURN_MAX_US);
    switch (fate) {
    case FATE_WELL:
        break;
    case FATE_LOST:
        w->counts.replies_lost++;
        return;
    case FATE_LATE:
        w->counts.replies_late++;
        at_us = w->now_us + dice_between(&w->dice, LATE_MIN_US, LATE_MAX_US);
        break;
    case FATE_CORRUPT:
        w->counts.replies_corrupted++;
        if (!l->is_rtu)
            return;
        if (dice_chance(&w->dice, 3000))
            noise(w, l, at_us - dice_between(&w->dice, 0, 8000));
        else
            corrupt(w, &reply);
        break;
    case FATE_TWICE:
        w->counts.replies_twice++;
        carry(w, l, at_us + dice_between(&w->dice, 0, TWICE_MAX_US), reply.bytes, reply.len);
        break;
    case FATE_FOREIGN:
        w->counts.replies_foreign++;
        foreign(w, l, r, at_us - dice_between(&w->dice, 0, 10000));
        break;
    case FATE_REFUSED:
        w->counts.replies_refused++;
        refuse(w, l, r, &reply);
        break;
    case FATE_SPLIT:
        in_two(w, l, &reply, at_us);
        return;
    case FATE_HEAD:
        w->counts.replies_wrong_head++;
        if (!l->is_rtu)
            wrong_head(w, &reply);
        break;
    case FATE_DROP:
        carry(w, l, at_us, reply.bytes, dice_below(&w->dice, reply.len));
        world_at(w, at_us + 100, breaks, l->life, l->bus);
        return;
    }
    carry(w, l, at_us, reply.bytes, reply.len);
}

void line_send(struct world *w, uint32_t bus, const uint8_t *bytes, size_t len)
{
    struct line *l = &w->lines[bus];
    struct request r;

    w->counts.requests++;
    l->sent_us = w->now_us;
    trace_bytes(w, l, ">", bytes, len);
    if (!read_request(l, bytes, len, &r)) {
        world_violation(w, "bus %u sent what is no request of %zu bytes", bus, len);
        return;
    }
    if (l->has_echo)
        carry(w, l, w->now_us + wire_us(w, l, len), bytes, len);
    enum fate fate = draw(w, l);
    if (fate != FATE_WELL && fate != FATE_SPLIT)
        fault(w, l);
    if (l->is_cut || r.unit >= LINE_UNITS || l->dead_until_us[r.unit] > w->now_us) {
        fault(w, l);
        return;
    }
    send_reply(w, l, &r, fate);
}
