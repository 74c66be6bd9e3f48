/* config/load_point.h - one point while it is put together: nodes from the
 * point, its rule sets, its device and its file's defaults, nearest first. */
#ifndef RG_CONFIG_LOAD_POINT_H
#define RG_CONFIG_LOAD_POINT_H

#include "config/loader.h"

#define SETS_MAX 8 /* rule sets of one point */

struct raw_point {
    struct fields own;
    struct limit_maps own_limits;
    const struct file *file;   /* that it stands in: its defaults */
    const struct file *device; /* NULL: none */
    bool device_broken;        /* what it would have said is unknown */
    uint32_t shift;            /* from the device's addresses to those of the point's channel */
    const struct file *sets[SETS_MAX];
    const struct node *set_names[SETS_MAX]; /* the words of `use` */
    size_t n_sets;
};

/* The nearest source that has the key, else the point's own fields. */
const struct fields *raw_source(const struct raw_point *r, const char *key);
/* Its node; NULL: none has it. */
const struct node *raw_field(const struct raw_point *r, const char *key);
/* load_template.c: the device and the rule sets that the point names. */
void load_templates(struct loader *l, struct raw_point *r);
/* load_channel.c: which of the device's channels the point is. */
void load_channel(struct loader *l, struct raw_point *r);
/* What to add to the addresses of a map from that source. */
uint32_t channel_shift(const struct raw_point *r, const struct fields *source);
/* load_read.c: the point has its unit and range.  unit_known: that went well;
 * no_range: none was meant. */
void load_read(struct loader *l, const struct raw_point *r, struct point_conf *p, bool unit_known,
               bool no_range);
/* load_point.c: a name in the file's text that is none of the `section`'s, unless
 * a part of that section could not be read. */
void no_such(struct loader *l, const struct place *at, const char *name, const char *section,
             const char *zh, const char *en, const char *const *names, size_t n_names);
/* PLANT_NONE: there is none, reported. */
uint32_t find_area(struct loader *l, const struct node *n);
/* load_state.c */
void load_states(struct loader *l, const struct raw_point *r, struct point_conf *p);
/* load_identity.c */
void load_identity(struct loader *l, const struct raw_point *r, struct point_conf *p);
/* load_limit.c: `do` and `basis` that a person on duty needs. */
void check_words(struct loader *l, const struct place *at, const char *name,
                 const struct limit_conf *limit);
/* load_status.c */
void load_status(struct loader *l, const struct raw_point *r, struct status_conf *status);
/* load_limit.c: the levels of a `limits:` map; map may be NULL. */
void limits_read(struct loader *l, struct limit_maps *m, const struct node *map);
/* The nearest source of a level's key, `do` and `basis` also from rule set and
 * point; NULL: none has it. */
const struct fields *limit_source(const struct raw_point *r, const struct point_conf *p,
                                  enum level level, const char *key);
/* Limits of all sources into p->limits; p must have its unit, range and area. */
void load_limits(struct loader *l, const struct raw_point *r, struct point_conf *p);
/* load_record.c: p must have its limits. */
void load_record(struct loader *l, const struct raw_point *r, struct point_conf *p);

/* load_request.c: what a request may be, and what is read at once; after `read`. */
void load_request(struct loader *l, const struct raw_point *r, struct point_conf *p);
/* Once all points are known. */
void load_together(struct loader *l);

#endif
