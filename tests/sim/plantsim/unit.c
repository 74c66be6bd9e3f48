#include "tests/sim/plantsim/unit.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sim/plantsim/frame.h"

const char *const table_names[TABLES] = { [TABLE_COIL] = "coil",
                                          [TABLE_DISCRETE] = "discrete",
                                          [TABLE_INPUT] = "input",
                                          [TABLE_HOLD] = "hold" };

struct unit *unit_new(uint8_t id)
{
    struct unit *u = calloc(1, sizeof(*u));

    if (u != NULL)
        u->id = u->mark = id;
    return u;
}

void unit_free(struct unit *u)
{
    if (u == NULL)
        return;
    for (int t = 0; t < TABLES; t++)
        free(u->cells[t]);
    free(u);
}

static bool there(const struct cells *c, unsigned address)
{
    return c != NULL && address < 65536 && (c->has[address / 8] >> address % 8 & 1);
}

bool unit_add(struct unit *u, enum table t, unsigned address)
{
    if (address > 65535 || there(u->cells[t], address))
        return false;
    if (u->cells[t] == NULL)
        u->cells[t] = calloc(1, sizeof(*u->cells[t]));
    if (u->cells[t] == NULL)
        return false;
    u->cells[t]->has[address / 8] |= (uint8_t)(1 << address % 8);
    return true;
}

bool unit_has(const struct unit *u, enum table t, unsigned address)
{
    return address < 65536 && (u->tag || there(u->cells[t], address));
}

static bool is_bits(enum table t)
{
    return t == TABLE_COIL || t == TABLE_DISCRETE;
}

/* unit*256 + address; of bits the parity of that number. */
static uint16_t tag_value(const struct unit *u, enum table t, unsigned address)
{
    unsigned v = (unsigned)u->mark << 8 | (address & 0xFF);

    return (uint16_t)(is_bits(t) ? (unsigned)__builtin_parity(v) : v);
}

uint16_t unit_read(const struct unit *u, enum table t, unsigned address)
{
    if (u->zero)
        return 0;
    return there(u->cells[t], address) ? u->cells[t]->v[address] : tag_value(u, t, address);
}

bool unit_write(struct unit *u, enum table t, unsigned address, uint16_t value)
{
    uint16_t *cell = &u->cells[t]->v[address];

    if (*cell == value)
        return false;
    *cell = value;
    return true;
}

size_t unit_refuse(uint8_t function, unsigned code, uint8_t *reply)
{
    reply[0] = function | 0x80;
    reply[1] = (uint8_t)code;
    return 2;
}

/* `all`: the cells are really there, a tag does not count (to be written). */
static bool range_there(const struct unit *u, enum table t, unsigned from, unsigned n, bool all)
{
    for (unsigned a = from; a < from + n; a++)
        if (!(all ? there(u->cells[t], a) : unit_has(u, t, a)))
            return false;
    return true;
}

static size_t answer_read(const struct unit *u, enum table t, const uint8_t *q, uint8_t *reply)
{
    unsigned from = get16(q + 1), n = get16(q + 3), most = is_bits(t) ? 2000 : 125;

    if (n < 1 || n > most)
        return unit_refuse(q[0], EXC_VALUE, reply);
    if (!range_there(u, t, from, n, false))
        return unit_refuse(q[0], EXC_ADDRESS, reply);
    reply[0] = q[0];
    reply[1] = (uint8_t)(is_bits(t) ? (n + 7) / 8 : 2 * n);
    memset(reply + 2, 0, reply[1]);
    for (unsigned i = 0; i < n; i++) {
        uint16_t v = unit_read(u, t, from + i);

        if (is_bits(t))
            reply[2 + i / 8] |= (uint8_t)((v & 1) << i % 8);
        else
            put16(reply + 2 + 2 * i, v);
    }
    return 2 + (size_t)reply[1];
}

static size_t answer_write_one(struct unit *u, enum table t, const uint8_t *q, uint8_t *reply)
{
    unsigned at = get16(q + 1), v = get16(q + 3);

    if (t == TABLE_COIL && v != 0 && v != 0xFF00)
        return unit_refuse(q[0], EXC_VALUE, reply);
    if (!range_there(u, t, at, 1, true))
        return unit_refuse(q[0], EXC_ADDRESS, reply);
    unit_write(u, t, at, (uint16_t)(t == TABLE_COIL ? v >> 15 : v));
    memcpy(reply, q, 5);
    return 5;
}

static size_t answer_write_many(struct unit *u, enum table t, const uint8_t *q, size_t size,
                                uint8_t *reply)
{
    unsigned from = get16(q + 1), n = get16(q + 3), most = t == TABLE_COIL ? 1968 : 123;
    unsigned bytes = t == TABLE_COIL ? (n + 7) / 8 : 2 * n;

    if (n < 1 || n > most || size < 6 || q[5] != bytes || size != 6 + (size_t)bytes)
        return unit_refuse(q[0], EXC_VALUE, reply);
    if (!range_there(u, t, from, n, true))
        return unit_refuse(q[0], EXC_ADDRESS, reply);
    for (unsigned i = 0; i < n; i++)
        unit_write(u, t, from + i,
                   (uint16_t)(t == TABLE_COIL ? q[6 + i / 8] >> i % 8 & 1 : get16(q + 6 + 2 * i)));
    memcpy(reply, q, 5);
    return 5;
}

size_t unit_answer(struct unit *u, const uint8_t *q, size_t n, uint8_t *reply)
{
    if (n < 1 || q[0] == 0 || q[0] > 16 || (q[0] > 6 && q[0] < 15))
        return unit_refuse(n < 1 ? 0 : q[0], EXC_FUNCTION, reply);
    if (n < 5 || (q[0] <= 6 && n != 5))
        return unit_refuse(q[0], EXC_VALUE, reply);
    switch (q[0]) {
    case 1:
        return answer_read(u, TABLE_COIL, q, reply);
    case 2:
        return answer_read(u, TABLE_DISCRETE, q, reply);
    case 3:
        return answer_read(u, TABLE_HOLD, q, reply);
    case 4:
        return answer_read(u, TABLE_INPUT, q, reply);
    case 5:
        return answer_write_one(u, TABLE_COIL, q, reply);
    case 6:
        return answer_write_one(u, TABLE_HOLD, q, reply);
    case 15:
        return answer_write_many(u, TABLE_COIL, q, n, reply);
    default:
        return answer_write_many(u, TABLE_HOLD, q, n, reply);
    }
}
