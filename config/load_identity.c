/* `identity`: how a unit proves that it is the device that was meant. */
#include <stdio.h>
#include <string.h>

#include "config/load_point.h"
#include "config/load_read.h"
#include "config/values.h"

#define TEXT_REGISTERS_MAX 32

static void refuse_key(struct loader *l, const struct fields *f, const char *key, const char *zh,
                       const char *en)
{
    if (field(f, key) != NULL)
        report(l->d, &field(f, key)->key->place, E_NOT_HERE, key, zh, en);
}

/* It is compared as it stands in the registers. */
static void only_raw(struct loader *l, const struct fields *f)
{
    static const char *const others[] = { "scale", "offset", "raw", "to", "broken", "ne43" };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        refuse_key(l, f, others[i], "身份按原始值比较", "an identity is compared as it is read");
}

static bool is_text(const struct fields *read)
{
    const struct node *type = field(read, "type");

    return type != NULL && strcmp(type->text, "text") == 0;
}

/* Two characters in each register, the first one in its high byte. */
static void load_text(struct loader *l, const struct fields *f, const struct fields *read,
                      struct identity_conf *to)
{
    const struct node *n = field(f, "equals");
    int64_t registers = 0;
    const char *text;

    refuse_key(l, read, "order", "文字没有字节序", "a text has no order");
    refuse_key(l, read, "mask", "只用于 u16", "it is of u16");
    if (!read_address(l, read, 0, &to->read) || !value_filled(l, f, "equals", &text))
        return;
    if (to->read.fc <= 2) {
        report(l->d, &field(read, "type")->place, E_FC_TYPE, field(read, "fc")->text, "text", NULL);
        return;
    }
    size_t len = strlen(text);
    if (field(f, "registers") == NULL)
        registers = (int64_t)(len + 1) / 2;
    else if (!value_int(l, f, "registers", &registers))
        return;
    if (registers > TEXT_REGISTERS_MAX || len > 2 * (size_t)registers) {
        report(l->d, &n->place, E_RANGE, n->text, "1 .. 64 B", NULL);
        return;
    }
    to->registers = (uint16_t)registers;
    to->text = text;
}

static void load_number(struct loader *l, const struct fields *f, const struct fields *read,
                        struct identity_conf *to)
{
    const struct read_type *type = read_place(l, read, 0, &to->read);

    refuse_key(l, f, "registers", "只用于 text", "it is of text");
    if (type == NULL)
        return;
    if (type->registers == 0) {
        report(l->d, &field(read, "type")->place, E_WORD, type->name, "text u16 u32 u64", NULL);
        return;
    }
    load_mask(l, read, type, &to->read);
    to->registers = type->registers;
    if (field(f, "equals") != NULL)
        read_code(l, field(f, "equals"), type, to->read.mask, &to->code);
}

/* A device has one, which any of its points may bring; the first one keeps it. */
static void give_to_unit(struct loader *l, const struct node *n, struct point_conf *p)
{
    for (size_t i = 0; p->unit != PLANT_NONE && i < l->plant->n_points; i++) {
        struct point_conf *other = &l->plant->points[i];
        if (other->unit != p->unit || other->identity.read.fc == 0)
            continue;
        if (!identity_is_same(&other->identity, &p->identity))
            report(l->d, &n->key->place, E_OTHER_IDENTITY, other->id, NULL, NULL);
        p->identity = (struct identity_conf){ 0 };
        return;
    }
}

void load_identity(struct loader *l, const struct raw_point *r, struct point_conf *p)
{
    const struct node *n = raw_field(r, "identity");
    struct fields f, read;

    if (n == NULL)
        return;
    fields_read(l, &f, n, SEC_IDENTITY);
    fields_require(l, &f);
    if (field(&f, "read") == NULL)
        return;
    fields_read(l, &read, field(&f, "read"), SEC_READ);
    fields_require(l, &read);
    only_raw(l, &read);
    if (is_text(&read))
        load_text(l, &f, &read, &p->identity);
    else
        load_number(l, &f, &read, &p->identity);
    give_to_unit(l, n, p);
}
