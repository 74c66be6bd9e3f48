#include "tests/sim/platform/happening.h"

#include <stdio.h>
#include <string.h>

#include "tests/sim/platform/book.h"

static const struct verb verbs[] = {
    { "restart", VERB_RESTART, { "reason", "prev", "part", "parts", "open" } },
    { "raise", VERB_ALARM | VERB_RAISES | VERB_BAD, { "since", "text" } },
    { "level_up", VERB_ALARM | VERB_RINGS | VERB_BAD, { "text" } },
    { "level_down", VERB_ALARM | VERB_MOVES, { "text" } },
    { "re_raise", VERB_ALARM | VERB_RINGS | VERB_BAD, { "text" } },
    { "ack", VERB_ALARM | VERB_ACKS, { "by" } },
    { "handle", VERB_ALARM, { "by", "cause", "action" } },
    { "clear", VERB_ALARM | VERB_ENDS, { "duration_s", "reason", "since" } },
    { "rtn_latched", VERB_ALARM | VERB_MOVES, { "since" } },
    { "reset", VERB_ALARM | VERB_MOVES, { "by" } },
    { "escalate", VERB_ALARM | VERB_MOVES | VERB_BAD, { "step" } },
    { "shelve", 0, { "by" } },
    { "unshelve", 0, { NULL } },
    { "suppress", 0, { NULL } },
    { "unsuppress", 0, { NULL } },
    { "oos", 0, { "by" } },
    { "in_service", 0, { NULL } },
    { "fault_raise", VERB_ALARM | VERB_RAISES | VERB_BAD, { "since", "text" } },
    { "fault_clear", VERB_ALARM | VERB_ENDS, { "duration_s", "reason", "since" } },
    { "retire", VERB_ALARM | VERB_RETIRES, { "reason" } },
    { "config", 0, { NULL } },
    { "config_rejected", 0, { NULL } },
    { "clock_step", VERB_STEP, { "offset_ms" } },
    { "chatter", 0, { NULL } },
    { "flood", 0, { NULL } },
    { "close", VERB_ALARM, { "by" } },
    { "comment", VERB_ALARM, { "by", "comment" } },
};

static const struct verb *find_verb(const json_t *body)
{
    const char *word = json_string_value(json_object_get(body, "ev"));

    for (size_t i = 0; word != NULL && i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(word, verbs[i].word) == 0)
            return &verbs[i];
    return NULL;
}

static bool has_fields(const struct verb *v, const json_t *body)
{
    static const char *const of_alarm[] = { "alarm_id", "rule", "kind", "lvl" };

    for (int i = 0; i < VERB_NEEDS && v->needs[i] != NULL; i++)
        if (json_object_get(body, v->needs[i]) == NULL)
            return false;
    for (size_t i = 0; (v->does & VERB_ALARM) != 0 && i < 4; i++)
        if (json_object_get(body, of_alarm[i]) == NULL)
            return false;
    return true;
}

static void read_standing(struct book *b, struct standing *out, const json_t *from)
{
    const char *id = json_string_value(json_object_get(from, "alarm_id"));

    *out = (struct standing){
        .alarm = id == NULL ? NULL : alarm_of(b, id),
        .rule = json_string_value(json_object_get(from, "rule")),
        .kind = json_string_value(json_object_get(from, "kind")),
        .lvl = (int)json_integer_value(json_object_get(from, "lvl")),
        .active = json_is_true(json_object_get(from, "active")),
        .acked = json_is_true(json_object_get(from, "acked")),
        .inhibited = json_object_get(from, "inhibited") != NULL,
    };
    if (out->rule == NULL)
        out->rule = "";
    if (out->kind == NULL)
        out->kind = "";
    out->side = side_of(b, out->rule, out->kind);
}

void list_read(struct book *b, struct list *out, const json_t *open)
{
    size_t n = json_array_size(open);

    *out = (struct list){ .is_null = !json_is_array(open) };
    if (n == 0)
        return;
    out->v = must(calloc(n, sizeof *out->v));
    for (size_t i = 0; i < n; i++) {
        read_standing(b, &out->v[out->n], json_array_get(open, i));
        out->n += out->v[out->n].alarm != NULL;
    }
}

static uint64_t number(const json_t *from, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(from, key));
}

static struct restart *read_restart(struct book *b, const json_t *body)
{
    struct restart *r = must(calloc(1, sizeof *r));
    const json_t *prev = json_object_get(body, "prev");

    r->part = number(body, "part");
    r->parts = number(body, "parts");
    r->reason = json_string_value(json_object_get(body, "reason"));
    r->reason = r->reason == NULL ? "" : r->reason;
    r->has_prev = json_is_object(prev);
    r->prev_epoch = number(prev, "epoch");
    for (int t = 0; t < NUMBERED; t++)
        r->prev[t] = number(prev, numbered_words[t]);
    list_read(b, &r->open, json_object_get(body, "open"));
    return r;
}

static bool is_foreign(const struct book *b, const struct happening *h, const struct envelope *e)
{
    char id[192];

    if ((h->verb->does & VERB_RAISES) == 0 || h->says.alarm == NULL)
        return false;
    snprintf(id, sizeof id, "%s-%s-%llu-%llu", b->ent, b->gw, (unsigned long long)e->epoch,
             (unsigned long long)e->seq);
    return strcmp(id, h->says.alarm->id) != 0;
}

struct happening *happening_new(struct book *b, struct tally *t, json_t *body,
                                const struct envelope *e)
{
    const struct verb *verb = find_verb(body);
    const char *old = json_string_value(json_object_get(body, "supersedes"));
    struct happening *h;

    if (verb == NULL || !has_fields(verb, body)) {
        const char *word = json_string_value(json_object_get(body, "ev"));

        tally_note(t, COUNTY_FIELDS, "epoch %llu seq %llu: ev %s", (unsigned long long)e->epoch,
                   (unsigned long long)e->seq, word == NULL ? "is missing" : word);
        return NULL;
    }
    h = must(calloc(1, sizeof *h));
    h->body = json_incref(body);
    h->verb = verb;
    read_standing(b, &h->says, body);
    h->supersedes = old == NULL ? NULL : alarm_of(b, old);
    h->mono_ms = e->mono_ms;
    h->ts_ms = e->ts_ms;
    h->offset_ms = json_integer_value(json_object_get(body, "offset_ms"));
    h->is_foreign = is_foreign(b, h, e);
    h->is_drill = json_is_true(json_object_get(body, "drill"));
    if ((verb->does & VERB_RESTART) != 0)
        h->restart = read_restart(b, body);
    return h;
}

void happening_free(struct happening *h)
{
    if (h == NULL)
        return;
    if (h->restart != NULL)
        free(h->restart->open.v);
    free(h->restart);
    json_decref(h->body);
    free(h);
}
