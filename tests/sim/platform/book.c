#include "tests/sim/platform/book.h"

#include <stdio.h>
#include <string.h>

struct alarm *alarm_of(struct book *b, const char *id)
{
    struct alarm *a;

    HASH_FIND_STR(b->alarms, id, a);
    if (a != NULL)
        return a;
    a = must(calloc(1, sizeof *a));
    a->id = must(strdup(id));
    a->is.rule = a->is.kind = "";
    HASH_ADD_KEYPTR(hh, b->alarms, a->id, strlen(a->id), a);
    return a;
}

struct side *side_of(struct book *b, const char *rule, const char *kind)
{
    const char *slash = strrchr(rule, '/');
    bool is_high = strcmp(kind, "H") == 0 || strcmp(kind, "HH") == 0;
    bool is_low = strcmp(kind, "L") == 0 || strcmp(kind, "LL") == 0;
    struct side *side;
    char key[256];

    if (slash != NULL && (is_high || is_low))
        snprintf(key, sizeof key, "%.*s/%s", (int)(slash - rule), rule, is_high ? "high" : "low");
    else
        snprintf(key, sizeof key, "%s", rule);
    HASH_FIND_STR(b->sides, key, side);
    if (side != NULL)
        return side;
    side = must(calloc(1, sizeof *side));
    side->key = must(strdup(key));
    HASH_ADD_KEYPTR(hh, b->sides, side->key, strlen(side->key), side);
    return side;
}

struct epoch *epoch_find(const struct book *b, uint64_t number)
{
    for (size_t i = b->n_epochs; i-- > 0;)
        if (b->epochs[i]->number == number)
            return b->epochs[i];
    return NULL;
}

struct epoch *epoch_of(struct book *b, uint64_t number)
{
    struct epoch *e = epoch_find(b, number);

    if (e != NULL)
        return e;
    e = must(calloc(1, sizeof *e));
    e->number = number;
    MAKE_ROOM(b->epochs, b->n_epochs, b->room_epochs);
    b->epochs[b->n_epochs++] = e;
    b->is_chain_stale = b->is_walk_stale = true;
    return e;
}

/* Where seq is, or would be. */
static size_t place_of(const struct numbers *v, uint64_t seq)
{
    size_t low = 0, high = v->n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (v->v[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct note *numbers_find(const struct numbers *v, uint64_t seq)
{
    size_t at = place_of(v, seq);

    return at < v->n && v->v[at].seq == seq ? &v->v[at] : NULL;
}

struct note *numbers_add(struct numbers *v, uint64_t seq)
{
    size_t at = place_of(v, seq);

    MAKE_ROOM(v->v, v->n, v->room);
    memmove(&v->v[at + 1], &v->v[at], (v->n - at) * sizeof *v->v);
    v->n++;
    v->v[at] = (struct note){ .seq = seq };
    while (v->upto < v->n && v->v[v->upto].seq == v->upto + 1)
        v->upto++;
    return &v->v[at];
}

uint64_t numbers_max(const struct numbers *v)
{
    return v->n == 0 ? 0 : v->v[v->n - 1].seq;
}

bool numbers_whole(const struct numbers *v)
{
    return v->upto == v->n;
}

static bool read_lost(struct lost *out, const json_t *from)
{
    const json_t *a = json_object_get(from, "from"), *z = json_object_get(from, "to");
    const char *topic = json_string_value(json_object_get(from, "topic"));

    for (int t = 0; topic != NULL && t < NUMBERED; t++)
        if (strcmp(topic, numbered_words[t]) == 0) {
            *out = (struct lost){
                .topic = (enum numbered)t,
                .from_epoch = (uint64_t)json_integer_value(json_object_get(a, "epoch")),
                .from_seq = (uint64_t)json_integer_value(json_object_get(a, "seq")),
                .to_epoch = (uint64_t)json_integer_value(json_object_get(z, "epoch")),
                .to_seq = (uint64_t)json_integer_value(json_object_get(z, "seq")),
            };
            return true;
        }
    return false;
}

void lost_read(struct book *b, const json_t *body)
{
    const json_t *entry;
    size_t i;

    json_array_foreach (json_object_get(body, "lost"), i, entry) {
        MAKE_ROOM(b->lost, b->n_lost, b->room_lost);
        b->n_lost += read_lost(&b->lost[b->n_lost], entry);
    }
}

static void free_epoch(struct epoch *e)
{
    for (int t = 0; t < NUMBERED; t++) {
        for (size_t i = 0; i < e->by[t].n; i++)
            happening_free(e->by[t].v[i].what);
        free(e->by[t].v);
    }
    free(e);
}

static void free_tables(struct book *b)
{
    struct alarm *a, *a_next;
    struct side *s, *s_next;

    HASH_ITER(hh, b->alarms, a, a_next)
    {
        HASH_DEL(b->alarms, a);
        free(a->id);
        free(a);
    }
    HASH_ITER(hh, b->sides, s, s_next)
    {
        HASH_DEL(b->sides, s);
        free(s->key);
        free(s);
    }
}

void book_free(struct book *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < b->n_epochs; i++)
        free_epoch(b->epochs[i]);
    for (size_t i = 0; i < b->n_active; i++) {
        json_decref(b->active[i].body);
        free(b->active[i].open.v);
    }
    free_tables(b);
    free(b->epochs);
    free(b->live);
    free(b->order);
    free(b->lost);
    free(b->active);
    free(b->owed);
    free(b);
}
