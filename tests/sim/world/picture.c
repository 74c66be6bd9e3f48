#include "tests/sim/world/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum deed_kind { RAISE, AGAIN, LEVEL_UP, CLEAR, ACK, END, TOLD, FORGOTTEN, NOTHING };

static const struct {
    const char *word;
    enum deed_kind what;
} words[] = {
    { "raise", RAISE },       { "fault_raise", RAISE }, { "re_raise", AGAIN }, { "clear", CLEAR },
    { "fault_clear", CLEAR }, { "level_up", LEVEL_UP }, { "ack", ACK },        { "retire", END },
};

static void *grow(void *v, size_t n, size_t *size, size_t item)
{
    if (n < *size)
        return v;
    *size = *size == 0 ? 16 : *size * 2;
    v = realloc(v, *size * item);
    if (v == NULL)
        abort();
    return v;
}

/* --- by id --- */

static size_t place(const struct picture *p, const char *id)
{
    uint64_t h = 0xCBF29CE484222325u;

    for (const char *c = id; *c != '\0'; c++)
        h = (h ^ (unsigned char)*c) * 0x100000001B3u;
    size_t at = (size_t)(h ^ h >> 32) & (p->index_size - 1);
    while (p->index[at] != 0 && strcmp(p->v[p->index[at] - 1].id, id) != 0)
        at = (at + 1) & (p->index_size - 1);
    return at;
}

static void reindex(struct picture *p)
{
    p->index_size = p->index_size == 0 ? 1024 : p->index_size * 2;
    free(p->index);
    p->index = calloc(p->index_size, sizeof *p->index);
    if (p->index == NULL)
        abort();
    for (size_t i = 0; i < p->n; i++)
        p->index[place(p, p->v[i].id)] = (uint32_t)i + 1;
}

const struct shown *picture_find(const struct picture *p, const char *id)
{
    uint32_t at = p->index_size == 0 ? 0 : p->index[place(p, id)];

    return at == 0 ? NULL : &p->v[at - 1];
}

/* The side's slot for a level, else the rule itself. */
void picture_key(char key[PICTURE_KEY_MAX], const char *rule)
{
    const char *end = strrchr(rule, '/');
    const char *side = NULL;

    if (end != NULL && (strcmp(end, "/H") == 0 || strcmp(end, "/HH") == 0))
        side = "high";
    if (end != NULL && (strcmp(end, "/L") == 0 || strcmp(end, "/LL") == 0))
        side = "low";
    if (side == NULL)
        snprintf(key, PICTURE_KEY_MAX, "%s", rule);
    else
        snprintf(key, PICTURE_KEY_MAX, "%.*s/%s", (int)(end - rule), rule, side);
}

/* --- the fold --- */

static void act(struct shown *s, const struct deed *d)
{
    switch ((enum deed_kind)d->what) {
    case RAISE:
    case AGAIN:
        s->state = PIC_OPEN;
        s->active = true;
        s->acked = false;
        s->has_cleared = false;
        break;
    case LEVEL_UP:
        s->acked = false;
        break;
    case CLEAR:
        s->active = false;
        s->has_cleared = true;
        s->is_unsure = d->is_volatile;
        break;
    case ACK:
        s->acked = true;
        break;
    case END:
        s->state = PIC_CLOSED;
        return;
    case TOLD:
        s->state = PIC_OPEN;
        s->active = d->active;
        s->acked = d->acked;
        s->has_cleared = !d->active;
        break;
    case FORGOTTEN:
        s->state = s->state == PIC_OPEN ? PIC_UNKNOWN : s->state;
        return;
    case NOTHING:
        return;
    }
    if (s->state == PIC_OPEN && s->acked && !s->active)
        s->state = PIC_CLOSED;
}

static void list_open(struct picture *p, size_t at, bool is_open)
{
    for (size_t i = 0; i < p->n_open; i++)
        if (p->open[i] == at) {
            if (!is_open)
                p->open[i] = p->open[--p->n_open];
            return;
        }
    if (!is_open)
        return;
    p->open = grow(p->open, p->n_open, &p->open_size, sizeof *p->open);
    p->open[p->n_open++] = at;
}

static void fold(struct picture *p, size_t at)
{
    struct shown *s = &p->v[at];

    s->state = PIC_NONE;
    s->active = s->acked = s->has_cleared = false;
    for (size_t i = 0; i < s->n_deeds; i++)
        act(s, &s->deeds[i]);
    list_open(p, at, s->state == PIC_OPEN);
}

static bool is_later(const struct deed *a, const struct deed *b)
{
    return a->epoch != b->epoch ? a->epoch > b->epoch : a->seq > b->seq;
}

/* A message that came before changes nothing. */
static void add_deed(struct picture *p, size_t at, const struct deed *d)
{
    struct shown *s = &p->v[at];
    size_t i = s->n_deeds;

    while (i > 0 && is_later(&s->deeds[i - 1], d))
        i--;
    if (i > 0 && s->deeds[i - 1].epoch == d->epoch && s->deeds[i - 1].seq == d->seq &&
        s->deeds[i - 1].what == d->what)
        return;
    s->deeds = grow(s->deeds, s->n_deeds, &s->deeds_size, sizeof *s->deeds);
    memmove(&s->deeds[i + 1], &s->deeds[i], (s->n_deeds - i) * sizeof *s->deeds);
    s->deeds[i] = *d;
    s->n_deeds++;
    fold(p, at);
}

static bool names(const struct restart *r, const char *id)
{
    for (size_t i = 0; i < r->n_open; i++)
        if (strcmp(r->open[i], id) == 0)
            return true;
    return false;
}

static void judge_by_restart(struct picture *p, size_t at, const struct restart *r)
{
    struct deed d = { .epoch = r->epoch, .seq = r->seq, .what = FORGOTTEN };

    if (r->is_whole && p->v[at].epoch < r->epoch && !names(r, p->v[at].id))
        add_deed(p, at, &d);
}

/* ENT-GW-EPOCH-SEQ */
static uint64_t epoch_of_id(const char *id)
{
    const char *seq = strrchr(id, '-');

    if (seq == NULL || seq == id)
        return 0;
    do
        seq--;
    while (seq > id && *seq != '-');
    return strtoull(seq + 1, NULL, 10);
}

static size_t find_or_make(struct picture *p, const char *id, const char *rule)
{
    const struct shown *known = picture_find(p, id);

    if (known != NULL)
        return (size_t)(known - p->v);
    if (2 * (p->n + 1) > p->index_size)
        reindex(p);
    p->v = grow(p->v, p->n, &p->size, sizeof *p->v);
    struct shown *s = &p->v[p->n];
    *s = (struct shown){ .epoch = epoch_of_id(id) };
    snprintf(s->id, sizeof s->id, "%s", id);
    picture_key(s->key, rule);
    p->n++;
    p->index[place(p, id)] = (uint32_t)p->n;
    for (size_t i = 0; i < p->n_restarts; i++)
        judge_by_restart(p, p->n - 1, &p->restarts[i]);
    return p->n - 1;
}

/* --- restarts --- */

static struct restart *find_restart(struct picture *p, uint64_t epoch)
{
    for (size_t i = p->n_restarts; i-- > 0;)
        if (p->restarts[i].epoch == epoch)
            return &p->restarts[i];
    p->restarts = grow(p->restarts, p->n_restarts, &p->restarts_size, sizeof *p->restarts);
    p->restarts[p->n_restarts] = (struct restart){ .epoch = epoch };
    return &p->restarts[p->n_restarts++];
}

static void add_open(struct picture *p, struct restart *r, const json_t *open, uint64_t seq)
{
    size_t n = json_array_size(open);

    r->open = realloc(r->open, (r->n_open + n + 1) * sizeof *r->open);
    if (r->open == NULL)
        abort();
    for (size_t i = 0; i < n; i++) {
        const json_t *o = json_array_get(open, i);
        const char *id = json_string_value(json_object_get(o, "alarm_id"));
        const char *rule = json_string_value(json_object_get(o, "rule"));
        struct deed d = { .epoch = r->epoch,
                          .seq = seq,
                          .what = TOLD,
                          .active = json_is_true(json_object_get(o, "active")),
                          .acked = json_is_true(json_object_get(o, "acked")) };

        if (id == NULL || rule == NULL)
            continue;
        snprintf(r->open[r->n_open++], PICTURE_ID_MAX, "%s", id);
        add_deed(p, find_or_make(p, id, rule), &d);
    }
}

static void take_restart(struct picture *p, const json_t *doc, uint64_t epoch, uint64_t seq)
{
    struct restart *r = find_restart(p, epoch);
    json_int_t part = json_integer_value(json_object_get(doc, "part"));
    json_int_t parts = json_integer_value(json_object_get(doc, "parts"));

    if (part < 1 || part > parts || parts > 63 || (r->have >> part & 1u) != 0)
        return;
    if (seq > r->seq)
        r->seq = seq;
    add_open(p, r, json_object_get(doc, "open"), seq);
    r->have |= UINT64_C(1) << part;
    r->is_whole = r->have == ((UINT64_C(1) << parts) - 1) << 1;
    for (size_t i = 0; r->is_whole && i < p->n; i++)
        judge_by_restart(p, i, r);
}

/* --- what comes in --- */

static enum deed_kind kind_of(const char *word)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].what;
    return NOTHING;
}

void picture_event(struct picture *p, const json_t *doc)
{
    const char *ev = json_string_value(json_object_get(doc, "ev"));
    const char *id = json_string_value(json_object_get(doc, "alarm_id"));
    const char *rule = json_string_value(json_object_get(doc, "rule"));
    const char *old = json_string_value(json_object_get(doc, "supersedes"));
    struct deed d = { .epoch = (uint64_t)json_integer_value(json_object_get(doc, "epoch")),
                      .seq = (uint64_t)json_integer_value(json_object_get(doc, "seq")) };

    d.is_volatile = json_is_true(json_object_get(doc, "volatile"));
    if (ev != NULL && strcmp(ev, "restart") == 0)
        take_restart(p, doc, d.epoch, d.seq);
    if (ev == NULL || id == NULL || rule == NULL)
        return;
    d.what = (uint8_t)kind_of(ev);
    add_deed(p, find_or_make(p, id, rule), &d);
    if (old == NULL)
        return;
    d.what = END;
    add_deed(p, find_or_make(p, old, rule), &d);
}

void picture_fini(struct picture *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->v[i].deeds);
    for (size_t i = 0; i < p->n_restarts; i++)
        free(p->restarts[i].open);
    free(p->v);
    free(p->open);
    free(p->restarts);
    free(p->index);
    *p = (struct picture){ 0 };
}
