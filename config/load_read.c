#include "config/load_read.h"

#include <float.h>
#include <stdio.h>

#include "config/load_point.h"
#include "config/values.h"

#define ADDRESSES 65536

static const struct read_type types[] = {
    { "bit", TYPE_BIT, 0, 0, 1 },
    { "u16", TYPE_U16, 1, 0, UINT16_MAX },
    { "i16", TYPE_I16, 1, INT16_MIN, INT16_MAX },
    { "sm16", TYPE_SM16, 1, -INT16_MAX, INT16_MAX },
    { "bcd16", TYPE_BCD16, 1, 0, 9999 },
    { "u32", TYPE_U32, 2, 0, UINT32_MAX },
    { "i32", TYPE_I32, 2, INT32_MIN, INT32_MAX },
    { "sm32", TYPE_SM32, 2, -INT32_MAX, INT32_MAX },
    { "bcd32", TYPE_BCD32, 2, 0, 99999999 },
    { "f32", TYPE_F32, 2, -FLT_MAX, FLT_MAX },
    { "u64", TYPE_U64, 4, 0, 0x1p64 },
    { "i64", TYPE_I64, 4, -0x1p63, 0x1p63 },
    { "f64", TYPE_F64, 4, -DBL_MAX, DBL_MAX },
};

uint32_t read_width(enum value_type type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].type == type && types[i].registers > 0)
            return types[i].registers;
    return 1;
}

static const struct read_type *load_type(struct loader *l, const struct fields *f)
{
    const char *names[sizeof types / sizeof types[0] + 1] = { NULL };

    if (field(f, "type") == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        names[i] = types[i].name;
    int i = value_word(l, field(f, "type"), names);
    return i < 0 ? NULL : &types[i];
}

static void check_fc(struct loader *l, const struct fields *f, const struct read_conf *read,
                     const struct read_type *type)
{
    char fc[8], allowed[24];

    snprintf(fc, sizeof fc, "%u", read->fc);
    if ((type->registers == 0) != (read->fc <= 2))
        report(l->d, &field(f, "type")->place, E_FC_TYPE, fc, type->name, NULL);
    if (read->address + type->registers > ADDRESSES) {
        snprintf(allowed, sizeof allowed, "0 .. %d", ADDRESSES - type->registers);
        report(l->d, &field(f, "address")->place, E_RANGE, field(f, "address")->text, allowed,
               NULL);
    }
}

static void load_order(struct loader *l, const struct fields *f, const struct read_type *type,
                       struct read_conf *read)
{
    static const char *const orders32[] = { "ABCD", "CDAB", "BADC", "DCBA", NULL };
    static const char *const orders64[] = { "ABCDEFGH", "GHEFCDAB", "BADCFEHG", "HGFEDCBA", NULL };
    const struct node *n = field(f, "order");

    if (n == NULL)
        return;
    if (type->registers < 2) {
        report(l->d, &n->key->place, E_NOT_HERE, "order", "只用于 32 位和 64 位类型",
               "it is of 32- and 64-bit types");
        return;
    }
    int i = value_word(l, n, type->registers == 2 ? orders32 : orders64);
    if (i >= 0)
        read->order = (enum byte_order)i;
}

/* Manuals put the kind of register in front and count from 1: holding register 0
 * is 40001, or 400001.  -1: not so written. */
static int64_t of_manual(int64_t fc, int64_t address)
{
    static const int kinds[] = { 0, 0, 1, 4, 3 }; /* by function code */
    int64_t five = kinds[fc] * 10000, six = kinds[fc] * 100000;

    if (address > five && address < five + 10000)
        return address - five - 1;
    return address > six && address <= six + ADDRESSES ? address - six - 1 : -1;
}

static bool load_modicon(struct loader *l, const struct node *n, int64_t fc, int64_t *address)
{
    static const char *const kinds[] = { "", "00001", "10001", "40001", "30001" };
    int64_t meant = of_manual(fc, *address);
    char text[8];

    if (meant < 0) {
        snprintf(text, sizeof text, "%d", (int)fc);
        report(l->d, &n->place, E_MODICON, n->text, text, kinds[fc]);
    }
    *address = meant;
    return meant >= 0;
}

/* A number of the other base may be meant. */
static bool check_base(struct loader *l, const struct node *n, int64_t fc, int64_t address)
{
    int64_t meant = fc == 1 ? -1 : of_manual(fc, address);
    char right[8];

    snprintf(right, sizeof right, "%d", (int)meant);
    if (address < ADDRESSES) {
        if (meant >= 0)
            report(l->d, &n->place, W_MANUAL_ADDRESS, n->text, right, NULL);
        return true;
    }
    report_near(l->d, &n->place, E_RANGE, n->text, "0 .. 65535", NULL, meant < 0 ? NULL : right);
    return false;
}

bool read_address(struct loader *l, const struct fields *f, uint32_t shift, struct read_conf *read)
{
    static const char *const bases[] = { "pdu", "modicon", NULL };
    const struct node *base = field(f, "base"), *n = field(f, "address");
    int64_t fc = 0, address = 0;
    bool has_fc = value_int(l, f, "fc", &fc), has_address = value_int(l, f, "address", &address);
    int i = base == NULL ? 0 : value_word(l, base, bases);

    if (!has_fc || !has_address || i < 0)
        return false;
    if (i == 1 ? !load_modicon(l, n, fc, &address) : !check_base(l, n, fc, address))
        return false;
    read->fc = (uint8_t)fc;
    read->address = (uint16_t)(address + shift);
    if (address + shift >= ADDRESSES)
        report(l->d, &n->place, E_RANGE, n->text, "0 .. 65535", NULL);
    return address + shift < ADDRESSES;
}

const struct read_type *read_place(struct loader *l, const struct fields *f, uint32_t shift,
                                   struct read_conf *read)
{
    *read = (struct read_conf){ .scale = 1 };
    bool whole = read_address(l, f, shift, read);
    const struct read_type *type = load_type(l, f);
    if (type == NULL)
        return NULL;
    read->type = type->type;
    load_order(l, f, type, read);
    if (whole)
        check_fc(l, f, read, type);
    return type;
}

/* Beside `read`, or in it: the nearer one. */
static const struct node *nearest_broken(const struct raw_point *r, const struct fields *f)
{
    const struct fields *beside = raw_source(r, "broken"), *read = raw_source(r, "read");
    bool is_nearer = read == &r->own || (beside != &r->own && read != &r->file->defaults);
    const struct node *inside = field(f, "broken");

    if (inside != NULL && beside != read && is_nearer)
        return inside;
    return raw_field(r, "broken") != NULL ? raw_field(r, "broken") : inside;
}

void load_read(struct loader *l, const struct raw_point *r, struct point_conf *p, bool unit_known,
               bool no_range)
{
    struct fields f;

    fields_read(l, &f, raw_field(r, "read"), SEC_READ);
    fields_require(l, &f);
    const struct read_type *type =
        read_place(l, &f, channel_shift(r, raw_source(r, "read")), &p->read);
    if (type == NULL)
        return;
    load_mask(l, &f, type, &p->read);
    load_scale(l, &f, type, p, unit_known, no_range);
    load_broken(l, nearest_broken(r, &f), type, &p->read);
}
