/* daemon/riskgwctl/show.h - the daemon's documents as text for people, in
 * Chinese or English.  Each takes a parsed document and writes to `to`. */
#ifndef RG_DAEMON_RISKGWCTL_SHOW_H
#define RG_DAEMON_RISKGWCTL_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "daemon/riskgwctl/phrases.h"

#define SHOW_CELL 200 /* bytes of a made-up cell */

struct show {
    FILE *to;
    enum lang lang;
    bool colour; /* never the only carrier of a meaning */
};

void show_status(const struct show *s, const json_t *doc);
void show_points(const struct show *s, const json_t *doc);
void show_alarms(const struct show *s, const json_t *doc);
/* One alarm of the document, in one line; `word` instead of its state, or NULL. */
void show_alarm_line(const struct show *s, const json_t *alarm, const char *word);
void show_bus(const struct show *s, const json_t *doc);

/* Parts. */
const char *show_text(const json_t *o, const char *key); /* "" when it is not there */
long long show_int(const json_t *o, const char *key);
const char *show_word(const struct show *s, enum phrase p);
/* zh or en of an object, whichever there is. */
const char *show_label(const struct show *s, const json_t *o);
/* The number as the daemon wrote it and its unit, "" when there is none. */
void show_number(char *out, size_t size, const json_t *v, const char *unit);
/* 0.8 s, 41 s, 22 min, 3 h 10 min, 3 d 4 h */
void show_duration(char *out, size_t size, const struct show *s, double seconds);
/* 2026-11-23 14:02:44 +08:00 of a ts, without its ms. */
void show_time(char *out, size_t size, const char *ts);
/* "since 11-23 14:02:44" of a ts, "" when there is none. */
void show_since(char *out, size_t size, const struct show *s, const char *ts);
/* The reason of a {code, since, n}, "" when there is none. */
void show_why(char *out, size_t size, const struct show *s, const json_t *why);
/* What goes before a row that must not be overlooked, NULL without colour. */
const char *show_alert(const struct show *s, bool is_alert);

#endif
