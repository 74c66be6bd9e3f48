#include "config/model.h"

#include <string.h>

const char *const status_names[STATUS_WORDS] = { "sensor_fault", "calibrating", "warming_up",
                                                 "over_range", "under_range" };

const char *const level_names[LEVELS] = { "LL", "L", "H", "HH" };

uint32_t plant_find_point(const struct plant *p, const char *id)
{
    for (size_t i = 0; i < p->n_points; i++)
        if (strcmp(p->points[i].id, id) == 0)
            return (uint32_t)i;
    return PLANT_NONE;
}

const char *text_pick(const struct text *t, const char *lang)
{
    const char *first = strcmp(lang, "en") == 0 ? t->en : t->zh;
    const char *second = strcmp(lang, "en") == 0 ? t->zh : t->en;

    return first != NULL ? first : second != NULL ? second : "";
}

bool identity_is_same(const struct identity_conf *a, const struct identity_conf *b)
{
    bool is_text = a->text != NULL && b->text != NULL;

    return a->read.fc == b->read.fc && a->read.address == b->read.address &&
           a->read.type == b->read.type && a->read.order == b->read.order &&
           a->read.mask == b->read.mask && a->registers == b->registers &&
           (is_text ? strcmp(a->text, b->text) == 0 : a->text == b->text && a->code == b->code);
}
