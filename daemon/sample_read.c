#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/block.h"
#include "daemon/clock.h"
#include "daemon/json.h"
#include "daemon/payload.h"
#include "daemon/sample_names.h"

#define LINE_MAX_BYTES 512
#define CHUNKS_A_PIECE 1000 /* looked at, whether they hold anything that was asked for */

/* The chunk that is read, and what it is read with. */
struct look {
    struct reading *r;
    struct sample_file *f;
    const struct sample_names *names;
    uint64_t epoch;
    int64_t base_ms, last_ms;
    int64_t offset_ms; /* wall time of the row minus its mono, as it reads now */
    bool sync;
};

void reading_free(struct reading *r)
{
    if (r == NULL)
        return;
    free(r->clocks);
    free(r->ids);
    free(r->state);
    free(r->text);
    free(r);
}

/* --- lines --- */

static void fail(struct reading *r, int err, const char *why)
{
    r->err = err;
    snprintf(r->why, sizeof r->why, "%s", why);
}

static void add_line(struct reading *r, struct json *j)
{
    json_close(j, '}');
    size_t len = json_end(j);

    if (r->size - r->len < len + 2) {
        size_t size = 2 * r->size + LINE_MAX_BYTES;
        char *more = realloc(r->text, size);
        if (more == NULL) {
            fail(r, RG_ENOMEM, rg_error_text(RG_ENOMEM));
            return;
        }
        r->text = more;
        r->size = size;
    }
    memcpy(r->text + r->len, j->buf, len);
    r->len += len;
    r->text[r->len++] = '\n';
}

static void put_time(const struct reading *r, struct json *j, const char *key, int64_t utc_ms)
{
    char t[32];

    payload_time(t, utc_ms, r->zone_min);
    json_str(j, key, t);
}

static void tell_gap(struct reading *r, const char *what, uint64_t epoch, int64_t from_utc_ms,
                     int64_t to_utc_ms, uint64_t rows)
{
    char line[LINE_MAX_BYTES];
    struct json j;

    if (to_utc_ms < r->from_utc_ms || from_utc_ms > r->to_utc_ms)
        return;
    json_init(&j, line, sizeof line);
    json_open(&j, NULL, '{');
    json_str(&j, "gap", what);
    put_time(r, &j, "from", from_utc_ms);
    put_time(r, &j, "to", to_utc_ms);
    json_uint(&j, "epoch", epoch);
    if (rows > 0)
        json_uint(&j, "rows", rows);
    add_line(r, &j);
}

static bool is_good(const char *q)
{
    return strcmp(q, "good") == 0 || strcmp(q, "uncertain") == 0 || strcmp(q, "maint") == 0;
}

static void put_why(const struct look *l, struct json *j, uint32_t why)
{
    const char *word = l->names->words[why >> 16 & (SAMPLE_WORDS - 1)];
    char whole[SAMPLE_WORD + 8];

    if (strcmp(word, "exc") == 0)
        snprintf(whole, sizeof whole, "%s_%u", word, why & 0xFFFFu);
    else
        snprintf(whole, sizeof whole, "%s", word);
    if (whole[0] != '\0')
        json_str(j, "why", whole);
}

static void tell_row(const struct look *l, const struct sample_point *p, const struct block_row *b)
{
    const char *q = l->names->words[b->word];
    char line[LINE_MAX_BYTES];
    struct json j;

    json_init(&j, line, sizeof line);
    json_open(&j, NULL, '{');
    json_str(&j, "p", p->id);
    put_time(l->r, &j, "t", b->t_ms + l->offset_ms);
    json_uint(&j, "epoch", l->epoch);
    json_int(&j, "mono", b->t_ms);
    if (b->has_val)
        json_num(&j, is_good(q) ? "val" : "last", b->val, p->decimals);
    if (b->has_val && p->unit[0] != '\0')
        json_str(&j, "u", p->unit);
    json_str(&j, "q", q);
    if (!b->has_val)
        put_why(l, &j, b->why);
    if (!l->sync)
        json_str(&j, "clk", "unsync");
    add_line(l->r, &j);
}

/* --- chunks --- */

enum { STATE_UNKNOWN, STATE_THERE, STATE_MISSING };

/* For gaps: the first row of each point in a month, and each change. */
static bool is_news(const struct look *l, uint64_t number, const struct block_row *b)
{
    struct reading *r = l->r;
    uint8_t is = is_good(l->names->words[b->word]) ? STATE_THERE : STATE_MISSING;

    if (!r->is_gaps)
        return true;
    if (number >= r->n_state)
        return false;
    struct reading_state *s = &r->state[number];
    if (s->is != STATE_UNKNOWN && b->t_ms < s->t_ms)
        return false; /* of a black box: what was kept at its time has told it */
    bool differs = s->is != is;
    *s = (struct reading_state){ .is = is, .t_ms = b->t_ms };
    return differs;
}

static bool is_in_time(const struct look *l, int64_t mono_ms)
{
    const struct reading *r = l->r;

    if (r->alarm.epoch != 0)
        return l->epoch == r->in_epoch && mono_ms >= r->from_ms && mono_ms <= r->to_ms;
    return mono_ms + l->offset_ms >= r->from_utc_ms && mono_ms + l->offset_ms <= r->to_utc_ms;
}

static bool tell_block(const struct look *l, uint64_t number, const uint8_t *at, size_t len)
{
    struct block_reader reader;
    struct block_row row;
    int more;

    if (number >= l->names->n || !l->names->points[number].is_wanted)
        return true;
    block_read(&reader, at, len, l->base_ms);
    while ((more = block_next(&reader, &row)) > 0)
        if (is_in_time(l, row.t_ms) && is_news(l, number, &row))
            tell_row(l, &l->names->points[number], &row);
    return more == 0;
}

static bool tell_body(const struct look *l, const uint8_t *at, size_t size)
{
    const uint8_t *end = at + size;
    uint64_t number, len;

    while (at < end) {
        if (!varint_get(&at, end, &number) || !varint_get(&at, end, &len) ||
            len > (size_t)(end - at) || !tell_block(l, number, at, (size_t)len))
            return false;
        at += len;
    }
    return true;
}

/* The wall clock was set later in that epoch: what came before reads by the set
 * one. */
static int64_t offset_now(const struct reading *r, uint64_t epoch, int64_t recorded_ms)
{
    for (size_t i = 0; i < r->n_clocks; i++)
        if (r->clocks[i].epoch == epoch &&
            llabs((long long)(r->clocks[i].offset_ms - recorded_ms)) > CLOCK_STEP_MS)
            return r->clocks[i].offset_ms;
    return recorded_ms;
}

static bool overlaps(const struct look *l)
{
    const struct reading *r = l->r;

    if (r->alarm.epoch != 0)
        return l->epoch == r->in_epoch && l->last_ms >= r->from_ms && l->base_ms <= r->to_ms;
    return l->last_ms + l->offset_ms >= r->from_utc_ms && l->base_ms + l->offset_ms <= r->to_utc_ms;
}

static void forget_states(struct reading *r)
{
    for (size_t i = 0; i < r->n_state; i++)
        r->state[i].is = STATE_UNKNOWN;
}

static void note_epoch(const struct look *l)
{
    struct reading *r = l->r;

    if (r->last_epoch != 0 && r->last_epoch != l->epoch && r->alarm.epoch == 0)
        tell_gap(r, "down", l->epoch, r->last_utc_ms, l->base_ms + l->offset_ms, 0);
    if (r->last_epoch != l->epoch)
        forget_states(r);
    r->last_epoch = l->epoch;
    r->last_utc_ms = l->last_ms + l->offset_ms;
}

static void look_at_chunk(struct look *l, sqlite3_stmt *row)
{
    const struct sample_head head = { .epoch = (uint64_t)sqlite3_column_int64(row, 1),
                                      .base_ms = sqlite3_column_int64(row, 2),
                                      .last_ms = sqlite3_column_int64(row, 3),
                                      .utc_ms = sqlite3_column_int64(row, 4),
                                      .sync = sqlite3_column_int(row, 5) != 0 };

    l->epoch = head.epoch;
    l->base_ms = head.base_ms;
    l->last_ms = head.last_ms;
    l->sync = head.sync;
    l->offset_ms = offset_now(l->r, head.epoch, head.utc_ms - head.base_ms);
    note_epoch(l);
    if (!overlaps(l))
        return;
    const void *body = sqlite3_column_blob(row, 7);
    size_t len = (size_t)sqlite3_column_bytes(row, 7);
    bool is_sound = (uint64_t)sqlite3_column_int64(row, 6) == sample_sum(&head, body, len);
    if (!is_sound || !tell_body(l, body, len))
        tell_gap(l->r, "damaged", l->epoch, l->base_ms + l->offset_ms, l->last_ms + l->offset_ms,
                 0);
}

static void tell_losses(struct look *l)
{
    sqlite3_stmt *row = l->f->stmts[SQL_LOSSES];

    while (sqlite3_step(row) == SQLITE_ROW) {
        uint64_t epoch = (uint64_t)sqlite3_column_int64(row, 0);
        for (size_t i = 0; i < l->r->n_clocks; i++)
            if (l->r->clocks[i].epoch == epoch)
                tell_gap(l->r, "lost", epoch,
                         sqlite3_column_int64(row, 1) + l->r->clocks[i].offset_ms,
                         sqlite3_column_int64(row, 2) + l->r->clocks[i].offset_ms,
                         (uint64_t)sqlite3_column_int64(row, 3));
    }
    sqlite3_reset(row);
}

/* False: the month is told to its end. */
static bool tell_month(struct look *l)
{
    sqlite3_stmt *row = l->f->stmts[SQL_CHUNKS];
    int rc = SQLITE_DONE;
    int n = 0;

    sqlite3_bind_int64(row, 1, l->r->after_id);
    while (n < CHUNKS_A_PIECE && l->r->len < READING_PIECE && l->r->err == RG_OK &&
           (rc = sqlite3_step(row)) == SQLITE_ROW) {
        l->r->after_id = sqlite3_column_int64(row, 0);
        look_at_chunk(l, row);
        n++;
    }
    sqlite3_reset(row);
    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        fail(l->r, sample_failed(l->f, rc, "read samples"), l->f->error);
    if (rc == SQLITE_ROW)
        return true;
    tell_losses(l);
    return false;
}

/* --- the beginning --- */

static void note_clock(struct reading *r, uint64_t epoch, int64_t offset_ms)
{
    for (size_t i = 0; i < r->n_clocks; i++)
        if (r->clocks[i].epoch == epoch) {
            r->clocks[i].offset_ms = offset_ms;
            return;
        }
    struct reading_clock *more = realloc(r->clocks, (r->n_clocks + 1) * sizeof *more);
    if (more == NULL) {
        fail(r, RG_ENOMEM, rg_error_text(RG_ENOMEM));
        return;
    }
    r->clocks = more;
    r->clocks[r->n_clocks++] = (struct reading_clock){ epoch, offset_ms };
}

static void read_clocks(struct reading *r, struct sample_file *f)
{
    sqlite3_stmt *row = f->stmts[SQL_CLOCKS];

    while (sqlite3_step(row) == SQLITE_ROW)
        note_clock(r, (uint64_t)sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 2));
    sqlite3_reset(row);
}

static int take_ids(struct reading *r, struct sample_file *f, const uint8_t *at, size_t size)
{
    const uint8_t *end = at + size;
    struct sample_names names;
    uint64_t number;
    int err = sample_names_read(&names, f, r);

    r->ids = err == RG_OK ? calloc(size + 1, sizeof *r->ids) : NULL;
    if (err == RG_OK && r->ids == NULL)
        err = RG_ENOMEM;
    while (err == RG_OK && at < end && varint_get(&at, end, &number))
        if (number < names.n)
            memcpy(r->ids[r->n_ids++], names.points[number].id, sizeof r->ids[0]);
    sample_names_free(&names);
    return err;
}

/* False: this month has no such incident. */
static bool find_incident(struct reading *r, struct sample_file *f)
{
    sqlite3_stmt *row = f->stmts[SQL_INCIDENT];

    sqlite3_bind_int64(row, 1, (int64_t)r->alarm.epoch);
    sqlite3_bind_int64(row, 2, (int64_t)r->alarm.seq);
    bool is_there = sqlite3_step(row) == SQLITE_ROW;
    if (is_there) {
        r->in_epoch = (uint64_t)sqlite3_column_int64(row, 0);
        r->from_ms = sqlite3_column_int64(row, 1);
        r->to_ms = sqlite3_column_int64(row, 2);
        int err = take_ids(r, f, sqlite3_column_blob(row, 3), (size_t)sqlite3_column_bytes(row, 3));
        if (err != RG_OK)
            fail(r, err, rg_error_text(err));
    }
    sqlite3_reset(row);
    return is_there;
}

static int first_month(const struct reading *r, const int *months, size_t n)
{
    char t[32];
    size_t i = 0;

    payload_time(t, r->from_utc_ms, 0);
    int from = (int)(strtol(t, NULL, 10) * 100 + strtol(t + 5, NULL, 10));
    while (i < n && months[i] < from)
        i++;
    /* What an unset clock recorded may stand one file before its time. */
    return i > 0 ? months[i - 1] : months[0];
}

static void begin(struct sample_db *db, struct reading *r)
{
    int months[SAMPLE_MONTHS_MAX];
    size_t n = sample_months(db, months);
    bool is_found = r->alarm.epoch == 0;

    r->is_begun = true;
    r->month = n == 0 ? 0 : r->alarm.epoch != 0 ? months[0] : first_month(r, months, n);
    for (size_t i = 0; i < n; i++) {
        struct sample_file *f = months[i] < r->month ? NULL : sample_open_month(db, months[i]);
        if (f == NULL)
            continue;
        read_clocks(r, f);
        if (!is_found && (is_found = find_incident(r, f)))
            r->month = months[i];
    }
    if (!is_found)
        fail(r, RG_ENOENT, "no record of such an incident");
}

static int month_after(const struct sample_db *db, int month)
{
    int months[SAMPLE_MONTHS_MAX];
    size_t n = sample_months(db, months);

    for (size_t i = 0; i < n; i++)
        if (months[i] > month)
            return months[i];
    return 0;
}

static int make_state(struct reading *r, size_t n)
{
    if (!r->is_gaps || r->n_state >= n)
        return RG_OK;
    struct reading_state *more = realloc(r->state, n * sizeof *more);
    if (more == NULL)
        return RG_ENOMEM;
    memset(more + r->n_state, 0, (n - r->n_state) * sizeof *more);
    r->state = more;
    r->n_state = n;
    return RG_OK;
}

static bool read_month(struct sample_file *f, struct reading *r)
{
    struct sample_names names;
    struct look l = { .r = r, .f = f, .names = &names };
    int err = sample_names_read(&names, f, r);
    bool more = false;

    if (err == RG_OK)
        err = make_state(r, names.n);
    if (err == RG_OK)
        more = tell_month(&l);
    else
        fail(r, err, f->error);
    sample_names_free(&names);
    return more;
}

void sample_db_read(struct sample_db *db, struct reading *r)
{
    r->len = 0;
    r->err = RG_OK;
    if (!r->is_begun)
        begin(db, r);
    if (r->err == RG_OK && r->month != 0) {
        struct sample_file *f = sample_open_month(db, r->month);
        if (f == NULL || !read_month(f, r)) { /* a month that can't be read is a hole */
            r->month = month_after(db, r->month);
            r->after_id = 0;
            r->n_state = 0;
        }
    }
    r->more = r->err == RG_OK && r->month != 0;
}
