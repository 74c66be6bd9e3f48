#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "tests/sim/world/disk.h"

#define ALARMS_MAX 128

struct row {
    uint64_t id, epoch, seq;
    int64_t born_ms, utc_ms;
    uint32_t owed; /* bits of uplinks */
    enum topic topic;
    uint16_t len;
    char *body; /* NULL: trimmed */
};

struct tables {
    struct row *rows; /* by id */
    size_t n, size;
    size_t *owed[LANES]; /* rows that were owed when they came, in order */
    size_t n_owed[LANES], owed_size[LANES];
    struct saved_alarm alarms[ALARMS_MAX];
    size_t n_alarms;
    struct store_prev epoch; /* the row of the last one; its numbers grow */
    struct store_prev prev;  /* of the last one before it that recorded something */
    uint64_t last_id;
};

struct disk {
    struct tables now;
    struct tables marked;
    bool has_mark;
    uint64_t running; /* epoch of the process that has it open */
};

static void *must(void *v)
{
    if (v == NULL)
        abort();
    return v;
}

static struct disk *make(void)
{
    return must(calloc(1, sizeof(struct disk)));
}

static void drop_tables(struct tables *t)
{
    free(t->rows);
    for (int i = 0; i < LANES; i++)
        free(t->owed[i]);
    *t = (struct tables){ 0 };
}

/* Bodies are never freed before the end: a mark may still hold them. */
static void destroy(struct disk *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->now.n; i++)
        free(d->now.rows[i].body);
    drop_tables(&d->now);
    drop_tables(&d->marked);
    free(d);
}

static size_t place(const struct tables *t, uint64_t id)
{
    size_t low = 0, high = t->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t->rows[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* --- opening --- */

static bool has_recorded(const struct store_prev *epoch)
{
    return epoch->seq[TOPIC_ALARM] > 0;
}

static void count_owed(const struct tables *t, struct store_opened *o)
{
    for (int lane = 0; lane < LANES; lane++)
        for (size_t i = 0; i < t->n_owed[lane]; i++)
            for (int bit = 0; bit < PLANT_UPLINKS_MAX; bit++)
                o->owed[bit][lane] += t->rows[t->owed[lane][i]].owed >> bit & 1u;
}

static int open_disk(struct disk *d, const struct plant *p, struct store_opened *o)
{
    const struct tables *t = &d->now;

    (void)p;
    *o = (struct store_opened){ .next_id = t->last_id + 1 };
    o->prev = has_recorded(&t->epoch) ? t->epoch : t->prev;
    o->prev.first = !o->prev.known;
    o->epoch = t->epoch.epoch;
    for (int bit = 0; bit < PLANT_UPLINKS_MAX; bit++)
        o->bit[bit] = (uint8_t)bit;
    count_owed(t, o);
    o->n_alarms = t->n_alarms;
    o->alarms = must(calloc(t->n_alarms + 1, sizeof *o->alarms));
    memcpy(o->alarms, t->alarms, t->n_alarms * sizeof *o->alarms);
    return RG_OK;
}

static int begin_epoch(struct disk *d, uint64_t epoch, int64_t utc_ms, int64_t boot_ms)
{
    if (has_recorded(&d->now.epoch))
        d->now.prev = d->now.epoch;
    d->now.epoch = (struct store_prev){
        .known = true, .epoch = epoch, .began_utc_ms = utc_ms, .began_boot_ms = boot_ms
    };
    d->running = epoch;
    return RG_OK;
}

/* --- writing --- */

static void put_state(struct tables *t, const struct saved_alarm *a)
{
    size_t i = 0;

    while (i < t->n_alarms && strcmp(t->alarms[i].key, a->key) != 0)
        i++;
    if (alarm_is_empty(&a->st)) {
        if (i < t->n_alarms)
            t->alarms[i] = t->alarms[--t->n_alarms];
        return;
    }
    if (i == ALARMS_MAX)
        abort();
    t->alarms[i] = *a;
    if (i == t->n_alarms)
        t->n_alarms++;
}

static void owe(struct tables *t, enum lane lane, size_t at)
{
    if (t->n_owed[lane] == t->owed_size[lane]) {
        t->owed_size[lane] = t->owed_size[lane] == 0 ? 256 : t->owed_size[lane] * 2;
        t->owed[lane] = must(realloc(t->owed[lane], t->owed_size[lane] * sizeof *t->owed[lane]));
    }
    t->owed[lane][t->n_owed[lane]++] = at;
}

/* A row that is there already stays as it is, as in the real record. */
static int put_message(struct tables *t, const struct message *m, uint32_t uplinks)
{
    size_t at = place(t, m->id);

    if (at < t->n && t->rows[at].id == m->id)
        return t->rows[at].epoch == m->epoch && t->rows[at].seq == m->seq &&
                       t->rows[at].topic == m->topic
                   ? RG_OK
                   : RG_EINVAL;
    if (at != t->n)
        return RG_EINVAL; /* ids rise; the host would have given one twice */
    if (t->n == t->size) {
        t->size = t->size == 0 ? 1024 : t->size * 2;
        t->rows = must(realloc(t->rows, t->size * sizeof *t->rows));
    }
    t->rows[at] = (struct row){ .id = m->id,
                                .epoch = m->epoch,
                                .seq = m->seq,
                                .born_ms = m->born_ms,
                                .utc_ms = m->utc_ms,
                                .owed = uplinks,
                                .topic = m->topic,
                                .len = m->len };
    t->rows[at].body = must(malloc(m->len + 1u));
    memcpy(t->rows[at].body, m->body, m->len);
    t->rows[at].body[m->len] = '\0';
    t->n++;
    if (uplinks != 0)
        owe(t, message_lane(m), at);
    return RG_OK;
}

static void note_numbers(struct tables *t, const struct record *r)
{
    const struct message *m = r->msg;

    if (r->mono_ms > t->epoch.died_ms)
        t->epoch.died_ms = r->mono_ms;
    if (m == NULL)
        return;
    if (m->id > t->last_id)
        t->last_id = m->id;
    if (m->epoch == t->epoch.epoch && m->seq > t->epoch.seq[m->topic])
        t->epoch.seq[m->topic] = m->seq;
}

static void put_done(struct tables *t, const struct done *done)
{
    size_t at = place(t, done->id);

    if (at < t->n && t->rows[at].id == done->id)
        t->rows[at].owed &= ~(1u << done->uplink);
}

static void sweep(struct tables *t)
{
    for (int lane = 0; lane < LANES; lane++) {
        size_t kept = 0;
        for (size_t i = 0; i < t->n_owed[lane]; i++)
            if (t->rows[t->owed[lane][i]].owed != 0)
                t->owed[lane][kept++] = t->owed[lane][i];
        t->n_owed[lane] = kept;
    }
}

/* The host gives each id once, so a batch that fails half-way is a bug of the
 * world or of the core, and stops the run. */
static int commit(struct disk *d, uint64_t epoch, const struct batch *b)
{
    struct tables *t = &d->now;

    if (epoch != t->epoch.epoch)
        return RG_EINVAL;
    for (size_t i = 0; i < b->n_records; i++) {
        const struct record *r = &b->records[i];
        bool is_row = r->msg != NULL && r->msg->topic != TOPIC_AUDIT;
        int err = is_row ? put_message(t, r->msg, r->uplinks) : RG_OK;
        if (err != RG_OK)
            return err;
        if (r->has_state)
            put_state(t, &r->state);
        note_numbers(t, r);
    }
    for (size_t i = 0; i < b->n_dones; i++)
        put_done(t, &b->dones[i]);
    if (b->n_dones > 0)
        sweep(t);
    return RG_OK;
}

/* --- reading --- */

static bool give(const struct disk *d, struct fetch *f, const struct row *r)
{
    if (f->n == f->max) {
        f->more = true;
        return false;
    }
    struct message *m = f->v[f->n++];
    m->id = r->id;
    m->topic = r->topic;
    m->epoch = r->epoch;
    m->seq = r->seq;
    m->utc_ms = r->utc_ms;
    m->born_ms = r->epoch == d->running ? r->born_ms : INT64_MIN;
    m->len = r->len;
    memcpy(m->body, r->body, r->len);
    m->durable = true;
    m->sent = true;
    m->bad_news = false;
    m->is_volatile = false;
    return true;
}

static void fetch_owed(const struct disk *d, struct fetch *f)
{
    const struct tables *t = &d->now;
    size_t low = 0, high = t->n_owed[f->lane];

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t->rows[t->owed[f->lane][mid]].id <= f->after_id)
            low = mid + 1;
        else
            high = mid;
    }
    for (size_t i = low; i < t->n_owed[f->lane]; i++) {
        const struct row *r = &t->rows[t->owed[f->lane][i]];
        if (r->id >= f->below_id)
            return;
        if ((r->owed >> f->uplink & 1u) != 0 && !give(d, f, r))
            return;
    }
}

static void fetch_seqs(const struct disk *d, struct fetch *f)
{
    const struct tables *t = &d->now;

    for (size_t i = 0; i < t->n; i++) {
        const struct row *r = &t->rows[i];
        if (r->topic == f->topic && r->epoch == f->epoch && r->seq >= f->from_seq &&
            r->seq <= f->to_seq && r->body != NULL && !give(d, f, r))
            return;
    }
}

static int fetch(struct disk *d, struct fetch *f)
{
    f->n = 0;
    f->more = false;
    f->err = RG_OK;
    if (f->by_seq)
        fetch_seqs(d, f);
    else
        fetch_owed(d, f);
    return f->err;
}

/* --- the rest --- */

static int clean_stop(struct disk *d, uint64_t epoch, int64_t mono_ms)
{
    if (epoch != d->now.epoch.epoch)
        return RG_EINVAL;
    d->now.epoch.clean_stop = true;
    if (mono_ms > d->now.epoch.died_ms)
        d->now.epoch.died_ms = mono_ms;
    return RG_OK;
}

static int trim(struct disk *d, int64_t before_utc_ms)
{
    for (size_t i = 0; !d->has_mark && i < d->now.n; i++) {
        struct row *r = &d->now.rows[i];
        if (r->owed != 0 || r->body == NULL || r->utc_ms >= before_utc_ms)
            continue;
        free(r->body);
        r->body = NULL;
    }
    return RG_OK;
}

static void copy_tables(struct tables *to, const struct tables *from)
{
    drop_tables(to);
    *to = *from;
    to->rows = must(malloc((from->size + 1) * sizeof *to->rows));
    if (from->n > 0)
        memcpy(to->rows, from->rows, from->n * sizeof *to->rows);
    for (int i = 0; i < LANES; i++) {
        to->owed[i] = must(malloc((from->owed_size[i] + 1) * sizeof *to->owed[i]));
        if (from->n_owed[i] > 0)
            memcpy(to->owed[i], from->owed[i], from->n_owed[i] * sizeof *to->owed[i]);
    }
}

static void mark(struct disk *d)
{
    copy_tables(&d->marked, &d->now);
    d->has_mark = true;
}

/* What this disk says it has, it has: a kill finds it all.  But for the mark. */
static void crash(struct disk *d)
{
    if (!d->has_mark)
        return;
    for (size_t i = d->marked.n; i < d->now.n; i++)
        free(d->now.rows[i].body);
    copy_tables(&d->now, &d->marked);
}

const struct disk_kind disk_memory = {
    .name = "memory",
    .make = make,
    .free = destroy,
    .open = open_disk,
    .begin_epoch = begin_epoch,
    .commit = commit,
    .fetch = fetch,
    .clean_stop = clean_stop,
    .trim = trim,
    .crash = crash,
    .mark = mark,
};
