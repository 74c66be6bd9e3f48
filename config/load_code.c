/* Codes as they stand in registers: 0xFFFF, or as a number of the type. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load_read.h"
#include "config/values.h"

#define BROKEN_MAX 8

static bool read_hex(const char *s, uint64_t *code)
{
    const char *digits = s + 2;

    if (s[0] != '0' || (s[1] != 'x' && s[1] != 'X') || digits[0] == '\0' ||
        digits[strspn(digits, "0123456789abcdefABCDEF")] != '\0')
        return false;
    errno = 0;
    *code = strtoull(digits, NULL, 16);
    return errno == 0;
}

static uint64_t bcd_of(uint64_t number)
{
    uint64_t code = 0;

    for (int shift = 0; number > 0; shift += 4, number /= 10)
        code |= number % 10 << shift;
    return code;
}

static uint64_t float_of(enum value_type type, double number)
{
    float narrow = (float)number;
    uint64_t code = 0;
    uint32_t bits;

    if (type == TYPE_F64)
        memcpy(&code, &number, sizeof code);
    else {
        memcpy(&bits, &narrow, sizeof bits);
        code = bits;
    }
    return code;
}

/* The bits of a whole number that its type holds. */
static uint64_t code_of(const struct read_type *type, const char *s)
{
    int bits = type->registers * 16;
    bool is_negative = s[0] == '-';
    uint64_t magnitude = strtoull(s + (is_negative || s[0] == '+'), NULL, 10);

    if (type->type == TYPE_BCD16 || type->type == TYPE_BCD32)
        return bcd_of(magnitude);
    if (type->type == TYPE_SM16 || type->type == TYPE_SM32)
        return magnitude | (uint64_t)is_negative << (bits - 1);
    uint64_t code = is_negative ? 0 - magnitude : magnitude;
    return bits == 64 ? code : code & ((UINT64_C(1) << bits) - 1);
}

static bool refuse_code(struct loader *l, const struct node *n, double least, double most)
{
    char allowed[96];

    snprintf(allowed, sizeof allowed, "%.10g .. %.10g", least, most);
    report(l->d, &n->place, E_RANGE, n->text, allowed, NULL);
    return false;
}

bool read_code(struct loader *l, const struct node *n, const struct read_type *type, uint16_t mask,
               uint64_t *code)
{
    bool is_float = type->type == TYPE_F32 || type->type == TYPE_F64;
    const char *s = value_scalar(l, n);
    double least, most, number;

    if (s == NULL)
        return false;
    read_numbers(type, mask, &least, &most);
    if (read_hex(s, code)) {
        uint64_t all = mask != 0              ? (uint64_t)most
                       : type->registers == 4 ? UINT64_MAX
                                              : (UINT64_C(1) << type->registers * 16) - 1;
        return *code <= all || refuse_code(l, n, 0, (double)all);
    }
    if (!value_number(l, n, "0xFFFF", !is_float, &number))
        return false;
    if (number < least || number > most)
        return refuse_code(l, n, least, most);
    *code = is_float ? float_of(type->type, number) : code_of(type, s);
    return true;
}

void load_broken(struct loader *l, const struct node *n, const struct read_type *type,
                 struct read_conf *read)
{
    if (n != NULL && type->registers == 0) {
        report(l->d, &n->key->place, E_NOT_HERE, "broken", "bit 只有 0 和 1", "a bit is 0 or 1");
        return;
    }
    uint64_t *codes = n == NULL ? NULL : loader_take(l, BROKEN_MAX * sizeof *codes);

    if (codes == NULL)
        return;
    read->broken = codes;
    for (const struct node *c = n->first; c != NULL; c = c->next) {
        if (read->n_broken == BROKEN_MAX) {
            report(l->d, &c->place, E_RANGE, c->text, "8 codes", NULL);
            return;
        }
        read->n_broken += read_code(l, c, type, read->mask, &codes[read->n_broken]);
    }
}

static bool is_run(uint16_t mask)
{
    while ((mask & 1) == 0)
        mask >>= 1;
    return (mask & (mask + 1)) == 0;
}

void load_mask(struct loader *l, const struct fields *f, const struct read_type *type,
               struct read_conf *read)
{
    static const struct read_type u16 = { "u16", TYPE_U16, 1, 0, UINT16_MAX };
    const struct node *n = field(f, "mask");
    uint64_t mask;

    if (n == NULL)
        return;
    if (type->type != TYPE_U16)
        report(l->d, &n->key->place, E_NOT_HERE, "mask", "只用于 u16", "it is of u16");
    else if (!read_code(l, n, &u16, 0, &mask))
        return;
    else if (mask == 0 || !is_run((uint16_t)mask))
        report(l->d, &n->place, E_MASK, n->text, NULL, NULL);
    else
        read->mask = (uint16_t)mask;
}

void read_numbers(const struct read_type *type, uint16_t mask, double *least, double *most)
{
    *least = type->least;
    *most = type->most;
    for (; mask != 0 && (mask & 1) == 0; mask >>= 1)
        ;
    if (mask != 0)
        *most = mask;
}
