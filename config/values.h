/* config/values.h - from a node's text to a checked value.
 * Each function reports what it refuses, at the text that is wrong, and then
 * leaves *out untouched.  Thread: one a run. */
#ifndef RG_CONFIG_VALUES_H
#define RG_CONFIG_VALUES_H

#include "config/loader.h"

/* values.c: the value of a key, or its default; false: neither, or reported */
/* "" is NULL. */
bool value_text(struct loader *l, const struct fields *f, const char *key, const char **out);
/* As value_text(), but "" is refused. */
bool value_filled(struct loader *l, const struct fields *f, const char *key, const char **out);
bool value_int(struct loader *l, const struct fields *f, const char *key, int64_t *out);
bool value_flag(struct loader *l, const struct fields *f, const char *key, bool *out);
/* A scalar or {zh, en}. */
bool value_label(struct loader *l, const struct node *n, struct text *out);
/* Index of the node's word in a list that NULL ends; -1: reported. */
int value_word(struct loader *l, const struct node *n, const char *const *words);
bool value_name(struct loader *l, const struct node *n, const char **out);
/* "host:port", with [] around an IPv6 address; s is the node's text or its end. */
bool value_endpoint(struct loader *l, const struct node *n, const char *s, const char *example,
                    const char **host, uint16_t *port);
/* Checks what needs no other key, though nearer sources may hide it from all points. */
void value_check(struct loader *l, const struct fields *f);
const char *value_scalar(struct loader *l, const struct node *n); /* NULL: reported */
/* Where the node's bytes from .. from + len stand, if its line shows them as they are. */
struct place value_part(const struct node *n, size_t from, size_t len);

/* quantity.c */
bool value_time(struct loader *l, const struct fields *f, const char *key, int64_t *out);
bool value_size(struct loader *l, const struct fields *f, const char *key, int64_t *out);
bool value_share(struct loader *l, const struct fields *f, const char *key, int64_t *out);
/* decimals (may be NULL) grows to what the number is written with. */
bool value_factor(struct loader *l, const struct fields *f, const char *key, double *out,
                  int8_t *decimals);
/* What a duration, a size or a number may be: "20 ms .. 10 s". */
void value_limits(const struct key_row *row, char *out, size_t size);
void report_unknown_unit(struct loader *l, const struct place *at, const char *word);
bool value_unit(struct loader *l, const struct node *n, enum unit_id *out);
bool value_quantity(struct loader *l, const struct node *n, enum unit_id unit, double *out);
/* "at most 24 ppm": the quantity behind the first `skip` bytes. */
bool value_quantity_at(struct loader *l, const struct node *n, size_t skip, enum unit_id unit,
                       double *out);
/* A bare number; `whole`: no decimals. */
bool value_number(struct loader *l, const struct node *n, const char *example, bool whole,
                  double *out);
/* Two bare numbers that differ: "819 .. 4095". */
bool value_span(struct loader *l, const struct node *n, double *from, double *to);
bool value_range(struct loader *l, const struct node *n, enum unit_id unit, double *low,
                 double *high);

#endif
