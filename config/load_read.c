#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load_point.h"
#include "config/values.h"

struct type_row {
    const char *name;
    enum value_type type;
    uint8_t registers; /* 0: a bit */
};

static const struct type_row types[] = {
    { "bit", TYPE_BIT, 0 }, { "u16", TYPE_U16, 1 }, { "i16", TYPE_I16, 1 },
    { "u32", TYPE_U32, 2 }, { "i32", TYPE_I32, 2 }, { "f32", TYPE_F32, 2 },
};
static const char *const later_types[] = { "u64", "i64", "f64", "bcd4", "bcd8", "bits", "sm16" };

static bool load_type(struct loader *l, const struct node *n, struct read_conf *read,
                      const struct type_row **row)
{
    const char *names[sizeof types / sizeof types[0] + 1] = { NULL };

    if (value_scalar(l, n) == NULL)
        return false;
    for (size_t i = 0; i < sizeof later_types / sizeof later_types[0]; i++)
        if (strcmp(later_types[i], n->text) == 0) {
            report(l->d, &n->place, E_NOT_BUILT, n->text, NULL, NULL);
            return false;
        }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        names[i] = types[i].name;
    int i = value_word(l, n, names);
    if (i < 0)
        return false;
    *row = &types[i];
    read->type = types[i].type;
    return true;
}

static void check_fc(struct loader *l, const struct fields *f, const struct read_conf *read,
                     const struct type_row *type)
{
    char fc[8], end[16];

    snprintf(fc, sizeof fc, "%u", read->fc);
    if ((type->registers == 0) != (read->fc <= 2))
        report(l->d, &field(f, "type")->place, E_FC_TYPE, fc, type->name, NULL);
    if (read->address + type->registers > 65536) {
        snprintf(end, sizeof end, "%u", read->address);
        report(l->d, &field(f, "address")->place, E_RANGE, end, "0 .. 65534", NULL);
    }
}

static void load_order(struct loader *l, const struct fields *f, const struct type_row *type,
                       struct read_conf *read)
{
    static const char *const orders[] = { "ABCD", "CDAB", "BADC", "DCBA", NULL };
    const struct node *n = field(f, "order");

    if (n == NULL)
        return;
    int i = value_word(l, n, orders);
    if (i >= 0)
        read->order = (enum byte_order)i;
    if (type->registers < 2)
        report(l->d, &n->key->place, E_NOT_HERE, "order", "只用于 32 位类型",
               "it is of 32-bit types");
}

/* Manuals put the kind of register in front and count from 1: holding register 0
 * is 40001, or 400001.  -1: not so written. */
static int64_t of_manual(int64_t fc, int64_t address)
{
    int64_t kind = fc == 2 ? 1 : fc == 3 ? 4 : fc == 4 ? 3 : 0;
    int64_t five = kind * 10000, six = kind * 100000;

    if (kind != 0 && address > five && address < five + 10000)
        return address - five - 1;
    return kind != 0 && address > six && address <= six + 65536 ? address - six - 1 : -1;
}

static bool load_address(struct loader *l, const struct fields *f, int64_t fc, int64_t *address)
{
    const struct node *n = field(f, "address");
    const char *s = n == NULL ? NULL : value_scalar(l, n);
    int64_t meant = s == NULL ? -1 : of_manual(fc, strtoll(s, NULL, 10));
    char right[8];

    snprintf(right, sizeof right, "%d", (int)meant);
    if (meant >= 0 && strlen(s) > 5) {
        report_near(l->d, &n->place, E_RANGE, s, "0 .. 65535", NULL, right);
        return false;
    }
    if (meant >= 0)
        report(l->d, &n->place, W_MANUAL_ADDRESS, s, right, NULL);
    return value_int(l, f, "address", address);
}

void load_read(struct loader *l, const struct node *n, struct read_conf *read)
{
    const struct type_row *type = NULL;
    int64_t fc = 0, address = 0;
    struct fields f;

    fields_read(l, &f, n, SEC_READ);
    fields_require(l, &f);
    *read = (struct read_conf){ .scale = 1 };
    bool whole = value_int(l, &f, "fc", &fc);
    whole &= load_address(l, &f, fc, &address);
    read->fc = (uint8_t)fc;
    read->address = (uint16_t)address;
    if (value_factor(l, &f, "scale", &read->scale, &read->decimals) && read->scale == 0)
        report(l->d, &field(&f, "scale")->place, E_RANGE, "0", "scale ≠ 0", NULL);
    value_factor(l, &f, "offset", &read->offset, &read->decimals);
    if (field(&f, "type") == NULL || !load_type(l, field(&f, "type"), read, &type))
        return;
    if (read->type == TYPE_F32)
        read->decimals = -1;
    load_order(l, &f, type, read);
    if (whole)
        check_fc(l, &f, read, type);
}
