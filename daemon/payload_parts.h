/* daemon/payload_parts.h - what the payload files share: the head and tail of
 * each message, the fields that several of them carry, the Chinese sentences.
 * Thread: the loop. */
#ifndef RG_DAEMON_PAYLOAD_PARTS_H
#define RG_DAEMON_PAYLOAD_PARTS_H

#include "daemon/json.h"
#include "daemon/payload.h"

/* Bytes between the quotes; together with ids of PLANT_ID_MAX they keep the
 * longest event below MESSAGE_MAX (tested with the longest of everything). */
#define PART_TEXT_MAX  420 /* text */
#define PART_NOTE_MAX  440 /* basis, do, comment */
#define PART_LABEL_MAX 180 /* zh, en */
#define PART_NAME_MAX  130 /* by, version, install */
#define PART_RULE_MAX  104
#define PART_WHY_MAX   210 /* reason of what holds it down */
#define PART_ID_MAX    192 /* an alarm_id */
/* A list in parts (open, meta) is divided by its own bytes alone, so that the
 * division does not hang on what else the message says. */
#define PART_LIST_MAX 3000
/* What may still follow a list that is cut where it no longer fits. */
#define PART_TAIL_MAX 96

/* seq 0: this topic carries none. */
void part_head(struct json *j, char *body, const struct envelope *e, uint64_t seq, struct stamp at);
/* v, ent, gw, epoch, seq, ts, clk, mono: all that every message begins with. */
void part_envelope(struct json *j, const struct envelope *e, uint64_t seq, struct stamp at);
/* volatile, replay, the end; the length, or 0. */
size_t part_tail(struct json *j, const struct envelope *e);

void part_time(struct json *j, const char *key, const struct envelope *e, int64_t utc_ms);
void part_id(struct json *j, const char *key, const struct envelope *e, struct alarm_id id);
/* Nothing when there is no text. */
void part_note(struct json *j, const char *key, const char *text, size_t max);
void part_unit_of_value(struct json *j, const struct point_conf *p);
/* {"val","t"} under the key `last`. */
void part_last(struct json *j, const struct envelope *e, const struct point_conf *p, double val,
               struct stamp at);
/* {"code","since","n"}; n 0: left out.  Nothing for WHY_NONE. */
void part_why(struct json *j, const struct envelope *e, struct why why, struct stamp since,
              uint32_t n);
/* POINT/LEVEL by the kind, or the key of a fault. */
void part_rule(struct json *j, const struct slot *s, const struct point_conf *p,
               enum alarm_kind kind);
/* point, bus, unit_id, area, county: where the slot is. */
void part_place(struct json *j, const struct envelope *e, const struct slot *s);
/* inhibited {kind, by, reason, until} of the first that holds it down, in the
 * order in which people see it; nothing when it is not. */
void part_inhibited(struct json *j, const struct envelope *e, const struct slot *s,
                    const struct alarm_state *st);
/* alarm_id, rule, kind, lvl of an open alarm. */
void part_open(struct json *j, const struct envelope *e, uint32_t slot);

enum alarm_kind part_kind(const struct slot *s);
/* The point of a SLOT_LIMIT or SLOT_POINT_FAULT, else NULL. */
const struct point_conf *part_point(const struct plant *p, const struct slot *s);
/* The limit that a kind names, NULL: none. */
const struct limit_conf *part_limit(const struct point_conf *p, enum alarm_kind kind);
/* What a slot that has a rule says with priority, basis and `do`; NULL: none. */
const struct limit_conf *part_advice(const struct plant *p, const struct slot *s,
                                     enum alarm_kind kind);
/* As many places as the point has, and more where the limit needs them. */
int part_limit_decimals(const struct point_conf *p, double at);

/* The fields of status but its envelope and end. */
void part_status(struct json *j, const struct envelope *e, const struct status_facts *f);

/* Chinese sentences, cut to size on a whole character. */
void text_event(char *out, size_t size, const struct envelope *e, const struct event *ev);
void text_restart(char *out, size_t size, const char *reason, size_t n_open);
/* How a standing alarm reads: with its value where is_now, else for lists that
 * are kept and must not carry a value that grows old. */
void text_standing(char *out, size_t size, const struct envelope *e, uint32_t slot, bool is_now);

#endif
