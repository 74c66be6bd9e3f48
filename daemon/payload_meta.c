#include "daemon/payload.h"

#include <stdio.h>

#include "daemon/payload_parts.h"

#define META_POINTS_MAX 200 /* points a part, as far as they fit */

static void put_label(struct json *j, const char *zh_key, const char *en_key,
                      const struct text *label)
{
    part_note(j, zh_key, label->zh, PART_LABEL_MAX);
    part_note(j, en_key, label->en, PART_LABEL_MAX);
}

static void put_limit(struct json *j, const struct point_conf *p, const struct limit_conf *limit,
                      const char *level)
{
    json_open(j, level, '{');
    json_num(j, "at", limit->at, part_limit_decimals(p, limit->at));
    json_num(j, "clear", limit->clear, part_limit_decimals(p, limit->clear));
    json_num(j, "after_s", (double)limit->after_ms / 1000, 3);
    json_num(j, "clear_after_s", (double)limit->clear_after_ms / 1000, 3);
    json_int(j, "lvl", limit->priority);
    json_bool(j, "latch", limit->latch);
    part_note(j, "basis", limit->basis, PART_LABEL_MAX);
    json_close(j, '}');
}

static void put_limits(struct json *j, const struct point_conf *p)
{
    json_open(j, "limits", '{');
    for (int l = 0; l < LEVELS; l++)
        if (p->limits[l].set)
            put_limit(j, p, &p->limits[l], level_names[l]);
    json_close(j, '}');
}

static void put_range(struct json *j, const struct point_conf *p)
{
    if (!p->has_range)
        return;
    json_open(j, "range", '[');
    json_num(j, NULL, p->range_low, part_limit_decimals(p, p->range_low));
    json_num(j, NULL, p->range_high, part_limit_decimals(p, p->range_high));
    json_close(j, ']');
}

static void put_point(struct json *j, const struct plant *plant, const struct point_conf *p)
{
    json_open(j, NULL, '{');
    json_str(j, "p", p->id);
    put_label(j, "zh", "en", &p->label);
    part_unit_of_value(j, p);
    put_range(j, p);
    json_str(j, "bus", plant->buses[p->bus].name);
    json_int(j, "unit_id", plant->units[p->unit].unit_id);
    json_num(j, "every_s", (double)p->every_ms / 1000, 3);
    if (p->area != PLANT_NONE) {
        json_str(j, "area", plant->areas[p->area].name);
        put_label(j, "area_zh", "area_en", &plant->areas[p->area].label);
    }
    part_note(j, "county", p->county, PART_NAME_MAX);
    put_limits(j, p);
    json_close(j, '}');
}

/* One part's share of the points, as put_open() does it. */
static void put_points(struct json *j, const struct plant *plant, size_t *point)
{
    size_t start, n = 0;

    json_open(j, "points", '[');
    start = j->len;
    for (; *point < plant->n_points && n < META_POINTS_MAX; ++*point, n++) {
        struct json mark = *j;

        put_point(j, plant, &plant->points[*point]);
        if (j->full || j->len - start > PART_LIST_MAX) {
            *j = mark;
            break;
        }
    }
    json_close(j, ']');
}

uint16_t payload_meta_parts(const struct envelope *e)
{
    char scratch[MESSAGE_MAX];
    struct json j;
    uint16_t n = 1; /* the enterprise */
    size_t point = 0;

    while (point < e->plant->n_points && n < UINT16_MAX) {
        json_init(&j, scratch, sizeof scratch);
        put_points(&j, e->plant, &point);
        n++;
    }
    return n;
}

static void put_enterprise(struct json *j, const struct envelope *e)
{
    int zone = e->plant->site.zone_min;
    unsigned ahead = zone < 0 ? 0u - (unsigned)zone : (unsigned)zone;
    char text[16];

    snprintf(text, sizeof text, "%c%02u:%02u", zone < 0 ? '-' : '+', ahead / 60 % 100, ahead % 60);
    json_int(j, "parts", payload_meta_parts(e));
    json_uint(j, "n_points", e->plant->n_points);
    json_open(j, "site", '{');
    put_label(j, "zh", "en", &e->plant->site.name);
    json_str(j, "zone", text);
    json_close(j, '}');
    json_str_cut(j, "version", e->version, PART_NAME_MAX);
    json_num(j, "telemetry_every_s", (double)e->plant->telemetry_every_ms / 1000, 3);
}

size_t payload_meta(char *body, const struct envelope *e, struct stamp at, struct meta_cursor *c)
{
    struct json j;

    part_head(&j, body, e, 0, at);
    json_str_cut(&j, "config", e->config, PART_NAME_MAX);
    json_int(&j, "n", c->n);
    if (c->n++ == 0)
        put_enterprise(&j, e);
    else
        put_points(&j, e->plant, &c->point);
    return part_tail(&j, e);
}
