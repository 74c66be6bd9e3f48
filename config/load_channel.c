/* Devices of several channels: their template has the addresses of the first. */
#include <stdio.h>

#include "config/load_point.h"
#include "config/values.h"

static void load_shift(struct loader *l, struct raw_point *r, const struct node *map)
{
    const struct node *n = field(&r->own, "channel");
    int64_t channel = 0, count = 0, step = 0;
    struct fields f;
    char allowed[24];

    fields_read(l, &f, map, SEC_CHANNELS);
    fields_require(l, &f);
    bool whole = value_int(l, &f, "count", &count);
    whole &= value_int(l, &f, "step", &step);
    if (n == NULL && !fields_excuse(&r->own, "channel"))
        report(l->d, &r->own.map->place, E_MISSING, "channel", NULL, NULL);
    if (!value_int(l, &r->own, "channel", &channel) || !whole)
        return;
    snprintf(allowed, sizeof allowed, "1 .. %d", (int)count);
    if (channel > count)
        report(l->d, &n->place, E_RANGE, n->text, allowed, NULL);
    else
        r->shift = (uint32_t)((channel - 1) * step);
}

void load_channel(struct loader *l, struct raw_point *r)
{
    const struct node *n = field(&r->own, "channel");
    const struct node *map = r->device == NULL ? NULL : field(&r->device->fields, "channels");

    if (map != NULL)
        load_shift(l, r, map);
    else if (n != NULL && !r->device_broken)
        report(l->d, &n->key->place, E_NOT_HERE, "channel", "设备模板没有 channels",
               "its device has no channels");
}

uint32_t channel_shift(const struct raw_point *r, const struct fields *source)
{
    return r->device != NULL && source == &r->device->fields ? r->shift : 0;
}
