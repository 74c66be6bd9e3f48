#include "daemon/payload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/payload_parts.h"
#include "daemon/sha256.h"

enum open_form { OPEN_RESTART, OPEN_ACTIVE };

static void put_entry(struct json *j, const struct envelope *e, uint32_t slot, enum open_form form)
{
    const struct slot *s = engine_slot(e->engine, slot);
    char text[PART_TEXT_MAX];

    json_open(j, NULL, '{');
    part_open(j, e, slot);
    json_bool(j, "active", alarm_is_active(&s->st));
    json_bool(j, "acked", s->st.acked);
    part_inhibited(j, e, s, &s->st);
    if (form == OPEN_ACTIVE) {
        text_standing(text, sizeof text, e, slot, false);
        json_str_cut(j, "text", text, PART_TEXT_MAX);
        part_time(j, "since", e, s->st.since.utc_ms);
    }
    json_close(j, '}');
}

/* One part's share of the list, from *slot on; *slot moves to the first that
 * is left.  The share hangs on the entries alone. */
static void put_open(struct json *j, const struct envelope *e, size_t *slot, enum open_form form)
{
    size_t start;

    json_open(j, "open", '[');
    start = j->len;
    for (; *slot < engine_slots(e->engine); ++*slot) {
        struct json mark = *j;

        if (!alarm_is_listed(&engine_slot(e->engine, *slot)->st))
            continue;
        put_entry(j, e, (uint32_t)*slot, form);
        if (j->full || j->len - start > PART_LIST_MAX) {
            *j = mark;
            break;
        }
    }
    json_close(j, ']');
}

static size_t skip_parts(const struct envelope *e, uint16_t n, enum open_form form)
{
    char scratch[MESSAGE_MAX];
    struct json j;
    size_t slot = 0;

    for (uint16_t i = 0; i < n; i++) {
        json_init(&j, scratch, sizeof scratch);
        put_open(&j, e, &slot, form);
    }
    return slot;
}

static uint16_t count_parts(const struct envelope *e, size_t slot, enum open_form form)
{
    char scratch[MESSAGE_MAX];
    struct json j;
    uint16_t n = 0;

    do {
        json_init(&j, scratch, sizeof scratch);
        put_open(&j, e, &slot, form);
        n++;
    } while (slot < engine_slots(e->engine) && n < UINT16_MAX);
    return n;
}

static size_t count_open(const struct envelope *e)
{
    size_t n = 0;

    for (size_t i = 0; i < engine_slots(e->engine); i++)
        n += alarm_is_listed(&engine_slot(e->engine, i)->st);
    return n;
}

/* ---- restart ---- */

uint16_t payload_restart_parts(const struct envelope *e)
{
    return count_parts(e, 0, OPEN_RESTART);
}

static void put_prev(struct json *j, const struct store_prev *prev)
{
    if (prev == NULL || !prev->known) {
        json_nil(j, "prev");
        return;
    }
    json_open(j, "prev", '{');
    json_uint(j, "epoch", prev->epoch);
    for (int t = 0; t < NUMBERED_TOPICS; t++)
        json_uint(j, topic_words[t], prev->seq[t]);
    json_close(j, '}');
}

size_t payload_restart(char *body, const struct envelope *e, const struct event *ev,
                       const struct store_prev *prev, const char *reason)
{
    bool is_known = prev != NULL && (prev->known || prev->first);
    char text[PART_TEXT_MAX];
    size_t slot = skip_parts(e, (uint16_t)(ev->part - 1), OPEN_RESTART);
    struct json j;

    text_restart(text, sizeof text, reason, is_known ? count_open(e) : 0);
    part_head(&j, body, e, ev->seq, ev->at);
    json_str(&j, "ev", event_word(EV_RESTART));
    json_str(&j, "reason", reason);
    put_prev(&j, prev);
    json_int(&j, "part", ev->part);
    json_int(&j, "parts", ev->parts);
    if (is_known)
        put_open(&j, e, &slot, OPEN_RESTART);
    else
        json_nil(&j, "open");
    json_str(&j, "text", text);
    return part_tail(&j, e);
}

/* ---- active ---- */

uint16_t payload_active_parts(const struct envelope *e)
{
    return count_parts(e, 0, OPEN_ACTIVE);
}

size_t payload_active(char *body, const struct envelope *e, struct stamp at,
                      struct active_cursor *c)
{
    size_t due = skip_parts(e, c->n, OPEN_ACTIVE);
    struct json j;

    c->slot = due < c->slot ? due : c->slot;
    if (c->n == 0 || c->slot < engine_slots(e->engine))
        c->parts = (uint16_t)(c->n + count_parts(e, c->slot, OPEN_ACTIVE));
    part_head(&j, body, e, 0, at);
    json_int(&j, "n", c->n++);
    json_int(&j, "parts", c->parts);
    put_open(&j, e, &c->slot, OPEN_ACTIVE);
    return part_tail(&j, e);
}

/* ---- the hash of what is open ---- */

#define HASH_CHUNK 256 /* ids sorted at a time: memory is fixed, the list is not */

static int count_digits(uint64_t v)
{
    int n = 1;

    for (; v >= 10; v /= 10)
        n++;
    return n;
}

/* As texts, where "10" stands before "9", and a shorter number before one that
 * begins with it: what follows an id's numbers sorts below every digit. */
static int compare_numbers(uint64_t a, uint64_t b)
{
    int more = count_digits(a) - count_digits(b);

    for (int i = 0; i < more; i++)
        a /= 10;
    for (int i = 0; i > more; i--)
        b /= 10;
    if (a != b)
        return a < b ? -1 : 1;
    return more;
}

static int compare_ids(const struct alarm_id *a, const struct alarm_id *b)
{
    int order = compare_numbers(a->epoch, b->epoch);

    return order != 0 ? order : compare_numbers(a->seq, b->seq);
}

/* Keeps the smallest HASH_CHUNK ids of those that come, in order. */
static void keep_smallest(struct alarm_id *v, size_t *n, const struct alarm_id *id)
{
    size_t low = 0, high = *n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (compare_ids(&v[middle], id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == HASH_CHUNK)
        return;
    if (*n < HASH_CHUNK)
        ++*n;
    memmove(&v[low + 1], &v[low], (*n - 1 - low) * sizeof *v);
    v[low] = *id;
}

/* The next ids in order behind `last` (NULL: from the beginning). */
static size_t next_ids(const struct envelope *e, const struct alarm_id *last, struct alarm_id *v)
{
    size_t n = 0;

    for (size_t i = 0; i < engine_slots(e->engine); i++) {
        const struct alarm_id *id = &engine_slot(e->engine, i)->st.id;

        if (id->epoch != 0 && (last == NULL || compare_ids(id, last) > 0))
            keep_smallest(v, &n, id);
    }
    return n;
}

static void hash_ids(struct sha256 *sum, const struct envelope *e)
{
    struct alarm_id v[HASH_CHUNK], last;
    char line[PART_ID_MAX];
    size_t n = next_ids(e, NULL, v);

    while (n > 0) {
        for (size_t i = 0; i < n; i++) {
            payload_alarm_id(line, sizeof line, e->plant, v[i]);
            sha256_add(sum, line, strlen(line));
            sha256_add(sum, "\n", 1);
        }
        last = v[n - 1];
        n = n < HASH_CHUNK ? 0 : next_ids(e, &last, v);
    }
}

void payload_open_hash(const struct envelope *e, char out[17])
{
    unsigned char bytes[SHA256_BYTES];
    struct sha256 sum;

    sha256_init(&sum);
    hash_ids(&sum, e);
    sha256_end(&sum, bytes);
    for (size_t i = 0; i < 8; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}
