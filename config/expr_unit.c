#include "config/expr_unit.h"

#include <stdio.h>
#include <string.h>

#define POWER_MAX 8

struct expr_unit expr_unit_of(enum unit_id id)
{
    struct expr_unit u = { { 0 } };

    if (id != UNIT_NONE)
        u.power[id] = 1;
    return u;
}

bool expr_unit_same(const struct expr_unit *a, const struct expr_unit *b)
{
    return memcmp(a->power, b->power, sizeof a->power) == 0;
}

bool expr_unit_is(const struct expr_unit *u, enum unit_id id)
{
    struct expr_unit one = expr_unit_of(id);

    return expr_unit_same(u, &one);
}

bool expr_unit_none(const struct expr_unit *u)
{
    return expr_unit_is(u, UNIT_NONE);
}

bool expr_unit_times(struct expr_unit *a, const struct expr_unit *b, int sign)
{
    for (int i = 0; i < UNIT_COUNT; i++) {
        int power = a->power[i] + sign * b->power[i];

        if (power > POWER_MAX || power < -POWER_MAX)
            return false;
        a->power[i] = (int8_t)power;
    }
    return true;
}

static void add(char *out, size_t size, const char *mark, const char *name)
{
    size_t n = strlen(out);

    snprintf(out + n, size - n, "%s%s", mark, name);
}

void expr_unit_text(const struct expr_unit *u, char *out, size_t size)
{
    snprintf(out, size, "%s", "");
    for (int i = 0; i < UNIT_COUNT; i++)
        for (int n = 0; n < u->power[i]; n++)
            add(out, size, out[0] == '\0' ? "" : "*", unit_name((enum unit_id)i));
    for (int i = 0; i < UNIT_COUNT; i++)
        for (int n = 0; n > u->power[i]; n--)
            add(out, size, out[0] == '\0' ? "1/" : "/", unit_name((enum unit_id)i));
    if (out[0] == '\0')
        add(out, size, "", "-");
}
