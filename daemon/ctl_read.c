#include "daemon/ctl_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "daemon/json.h"
#include "daemon/when.h"

#define READINGS_MAX 4
#define USUAL_MS     INT64_C(86400000)

struct seat {
    struct reading *r; /* NULL: free */
    struct ctl *ctl;
    uint64_t ticket;
    bool is_headed; /* its first piece was sent */
    bool is_known;  /* the plant has the point */
    uint64_t bytes;
};

struct readings {
    struct recovery *recovery;
    struct seat seats[READINGS_MAX];
    bool is_stopped;
};

int readings_new(struct readings **out, struct recovery *rec)
{
    struct readings *rs = calloc(1, sizeof *rs);

    if (rs == NULL)
        return RG_ENOMEM;
    rs->recovery = rec;
    *out = rs;
    return RG_OK;
}

void readings_stop(struct readings *rs)
{
    if (rs != NULL)
        rs->is_stopped = true;
}

void readings_free(struct readings *rs)
{
    for (size_t i = 0; rs != NULL && i < READINGS_MAX; i++)
        reading_free(rs->seats[i].r);
    free(rs);
}

static void give_up(struct seat *s)
{
    reading_free(s->r);
    *s = (struct seat){ .r = NULL };
}

static struct seat *seat_of(struct readings *rs, uint64_t ticket)
{
    for (size_t i = 0; i < READINGS_MAX; i++)
        if (rs->seats[i].r != NULL && rs->seats[i].ticket == ticket)
            return &rs->seats[i];
    return NULL;
}

/* Whoever asked took a piece: the next one is read only now. */
static void taken(void *ctx, uint64_t ticket, bool is_taken)
{
    struct readings *rs = ctx;
    struct seat *s = seat_of(rs, ticket);

    if (s == NULL)
        return;
    if (!is_taken || !s->r->more || rs->is_stopped || !recovery_read(rs->recovery, s->r))
        give_up(s); /* the end, or an answer that ends without its last line */
}

static bool add_text(struct reading *r, size_t at, const char *text)
{
    size_t len = strlen(text);

    if (r->size - r->len <= len) {
        char *more = realloc(r->text, r->len + len + 1);
        if (more == NULL)
            return false;
        r->text = more;
        r->size = r->len + len + 1;
    }
    memmove(r->text + at + len, r->text + at, r->len - at);
    memcpy(r->text + at, text, len);
    r->len += len;
    return true;
}

/* What went wrong, and the exit code; NULL: nothing. */
static const char *error_of(const struct seat *s, enum ctl_exit *code)
{
    *code = CTL_INPUT;
    if (s->r->err == RG_ENOENT)
        return "there is no record of such an alarm";
    if (s->r->err == RG_OK && !s->r->more && s->bytes == 0 && !s->is_known)
        return "there is no such point, and nothing was recorded under this name";
    *code = CTL_NO;
    return s->r->err != RG_OK ? s->r->why : NULL;
}

/* The end of the answer, or that it was cut off. */
static bool add_end(struct seat *s, const char *error)
{
    char line[512];
    struct json j;

    json_init(&j, line, sizeof line - 1);
    json_open(&j, NULL, '{');
    json_bool(&j, "end", error == NULL);
    if (error != NULL)
        json_str(&j, "error", error);
    json_close(&j, '}');
    line[json_end(&j)] = '\n';
    line[j.len + 1] = '\0';
    return add_text(s->r, s->r->len, line);
}

static void refuse_whole(struct seat *s, const char *why, enum ctl_exit code)
{
    struct ctl_answer a = { .exit = code };

    snprintf(a.message, sizeof a.message, "%s", why);
    ctl_finish(s->ctl, s->ticket, &a);
}

/* The first line of every answer; the last one says what became of it. */
static bool dress(struct seat *s, const char *error)
{
    bool is_whole = s->is_headed || add_text(s->r, 0, "{\"exit\":0,\"message\":\"\"}\n");

    s->is_headed = true;
    return is_whole && (s->r->more || add_end(s, error));
}

static bool send_piece(struct readings *rs, struct seat *s)
{
    struct ctl_piece p = {
        .text = s->r->text, .len = s->r->len, .is_last = !s->r->more, .taken = taken, .ctx = rs
    };

    return ctl_piece(s->ctl, s->ticket, &p);
}

static struct seat *seat_with(struct readings *rs, const struct reading *r)
{
    for (size_t i = 0; i < READINGS_MAX; i++)
        if (rs->seats[i].r == r)
            return &rs->seats[i];
    return NULL;
}

/* False: nobody waits for more of it. */
static bool go_on(struct readings *rs, struct seat *s)
{
    enum ctl_exit code;

    if (rs->is_stopped)
        return false;
    if (s->r->len == 0 && s->r->more) /* nothing in this stretch: on at once */
        return recovery_read(rs->recovery, s->r);
    s->bytes += s->r->len;
    const char *error = error_of(s, &code);
    if (error != NULL && !s->is_headed) {
        refuse_whole(s, error, code);
        return false;
    }
    return dress(s, error) && send_piece(rs, s);
}

void readings_answered(struct readings *rs, struct reading *r)
{
    struct seat *s = seat_with(rs, r);

    if (s != NULL && !go_on(rs, s))
        give_up(s);
}

static struct seat *take_seat(struct readings *rs)
{
    for (size_t i = 0; i < READINGS_MAX; i++)
        if (rs->seats[i].r == NULL)
            return &rs->seats[i];
    return NULL;
}

static void refuse(struct ctl_answer *a, enum ctl_exit code, const char *what, const char *why)
{
    a->exit = code;
    snprintf(a->message, sizeof a->message, "%.100s: %s", what, why);
}

static const char no_time[] = "no time (2026-11-25, 2026-11-25 14:02, or 24h: so long ago)";

static bool read_times(const struct ctl_subject *s, const struct read_order *o, struct reading *r,
                       struct ctl_answer *a)
{
    int64_t now_ms = clock_now(s->clock).utc_ms;
    int zone = s->plant->site.zone_min;

    r->to_utc_ms = now_ms;
    if (o->to != NULL && !when_read(o->to, now_ms, zone, &r->to_utc_ms)) {
        refuse(a, CTL_INPUT, o->to, no_time);
        return false;
    }
    r->from_utc_ms = r->to_utc_ms - USUAL_MS;
    if (o->from != NULL && !when_read(o->from, now_ms, zone, &r->from_utc_ms)) {
        refuse(a, CTL_INPUT, o->from, no_time);
        return false;
    }
    return true;
}

/* ENT-GW-EPOCH-SEQ, or the end of it. */
static bool read_alarm(const char *text, struct alarm_id *id)
{
    const char *seq = text == NULL ? NULL : strrchr(text, '-');
    const char *epoch = seq;
    char *end;

    if (seq == NULL)
        return false;
    while (epoch > text && epoch[-1] != '-')
        epoch--;
    id->epoch = strtoull(epoch, &end, 10);
    if (end != seq)
        return false;
    id->seq = strtoull(seq + 1, &end, 10);
    return *end == '\0' && id->epoch > 0 && id->seq > 0;
}

static bool fill(const struct ctl_subject *s, const struct read_order *o, struct reading *r,
                 struct ctl_answer *a)
{
    r->zone_min = s->plant->site.zone_min;
    r->is_gaps = strcmp(o->verb, "gaps") == 0;
    if (o->point != NULL)
        snprintf(r->point, sizeof r->point, "%.*s", PLANT_ID_MAX, o->point);
    if (strcmp(o->verb, "history") == 0 && o->point == NULL) {
        refuse(a, CTL_USAGE, o->verb, "it needs a point");
        return false;
    }
    if (strcmp(o->verb, "incident") == 0 && !read_alarm(o->alarm, &r->alarm)) {
        refuse(a, CTL_INPUT, o->alarm == NULL ? "" : o->alarm, "no alarm id");
        return false;
    }
    return read_times(s, o, r, a);
}

void ctl_read(const struct ctl_subject *s, const struct ctl_asker *asker,
              const struct read_order *o, struct ctl_answer *a)
{
    struct seat *seat = s->readings == NULL ? NULL : take_seat(s->readings);
    struct reading *r = seat == NULL ? NULL : calloc(1, sizeof *r);

    if (r == NULL) {
        refuse(a, CTL_NO, o->verb, "others are reading, try again later");
        return;
    }
    if (!fill(s, o, r, a)) {
        reading_free(r);
        return;
    }
    bool is_known = r->point[0] == '\0' || plant_find_point(s->plant, r->point) != PLANT_NONE;
    *seat =
        (struct seat){ .r = r, .ctl = asker->ctl, .ticket = asker->ticket, .is_known = is_known };
    a->is_later = recovery_read(s->readings->recovery, r);
    if (a->is_later)
        return;
    give_up(seat);
    refuse(a, CTL_NO, o->verb, "the disk is busy, try again later");
}
