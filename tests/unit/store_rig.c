#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "config/err.h"
#include "tests/unit/store_rig.h"

struct store_rig *rig_new(void)
{
    struct store_rig *r = calloc(1, sizeof *r);
    const char *base = getenv("TMPDIR");

    assert_non_null(r);
    r->messages = calloc(BATCH_RECORDS, sizeof *r->messages);
    r->fetched = calloc(FETCH_MAX, sizeof *r->fetched);
    snprintf(r->folder, sizeof r->folder, "%s/rg-store-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(r->folder));
    snprintf(r->db, sizeof r->db, "%s/events.db", r->folder);
    r->uplinks[0].name = "county";
    r->uplinks[1].name = "city";
    r->plant = (struct plant){ .uplinks = r->uplinks, .n_uplinks = RIG_UPLINKS };
    for (size_t i = 0; i < FETCH_MAX; i++)
        r->fetch.v[i] = &r->fetched[i];
    return r;
}

static size_t each_file(const struct store_rig *r, const char *prefix, bool remove_it)
{
    DIR *dir = opendir(r->folder);
    struct dirent *entry;
    char path[512];
    size_t n = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.' || strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
            continue;
        n++;
        snprintf(path, sizeof path, "%s/%s", r->folder, entry->d_name);
        if (remove_it)
            assert_int_equal(unlink(path), 0);
    }
    closedir(dir);
    return n;
}

size_t rig_files(const struct store_rig *r, const char *prefix)
{
    return each_file(r, prefix, false);
}

void rig_free(struct store_rig *r)
{
    rig_close(r);
    each_file(r, "", true);
    assert_int_equal(rmdir(r->folder), 0);
    free(r->messages);
    free(r->fetched);
    free(r);
}

void rig_open(struct store_rig *r, uint64_t epoch)
{
    int err = store_open(&r->store, r->folder, &r->plant, &r->opened);

    if (err != RG_OK)
        print_message("open: %s\n", r->opened.error);
    assert_int_equal(err, RG_OK);
    if (epoch != 0)
        assert_int_equal(
            store_begin_epoch(r->store, epoch, 1700000000000 + (int64_t)epoch, 5000, "boot-a"),
            RG_OK);
}

void rig_close(struct store_rig *r)
{
    store_close(r->store);
    r->store = NULL;
    free(r->opened.alarms);
    r->opened.alarms = NULL;
}

void rig_reopen(struct store_rig *r, uint64_t epoch)
{
    rig_close(r);
    rig_open(r, epoch);
}

static int body_of(char *to, enum topic t, uint64_t epoch, uint64_t seq)
{
    return snprintf(to, MESSAGE_MAX,
                    "{\"topic\":%d,\"epoch\":%llu,\"seq\":%llu,\"text\":\"炉前 CO 高高\","
                    "\"replay\":false}",
                    (int)t, (unsigned long long)epoch, (unsigned long long)seq);
}

struct record *rig_add(struct store_rig *r, enum topic t, uint64_t epoch, uint64_t seq, uint64_t id,
                       uint32_t uplinks)
{
    size_t i = r->batch.n_records++;
    struct message *m = &r->messages[i];
    struct record *rec = &r->batch.records[i];

    assert_true(i < BATCH_RECORDS);
    memset(m, 0, sizeof *m);
    m->id = id;
    m->epoch = epoch;
    m->seq = seq;
    m->topic = t;
    m->born_ms = (int64_t)seq * 10;
    m->utc_ms = 1700000000000 + (int64_t)seq;
    m->len = (uint16_t)body_of(m->body, t, epoch, seq);
    *rec = (struct record){ .msg = m, .uplinks = uplinks, .mono_ms = (int64_t)seq * 10 };
    return rec;
}

void rig_done(struct store_rig *r, uint64_t id, uint8_t uplink)
{
    r->batch.dones[r->batch.n_dones++] = (struct done){ .id = id, .uplink = uplink };
}

int rig_commit(struct store_rig *r, uint64_t epoch)
{
    int err = store_commit(r->store, epoch, &r->batch);

    if (err == RG_OK)
        r->batch.n_records = r->batch.n_dones = 0;
    return err;
}

size_t rig_fetch(struct store_rig *r, uint8_t uplink, enum lane lane, uint64_t after)
{
    struct fetch *f = &r->fetch;

    f->uplink = uplink;
    f->lane = lane;
    f->after_id = after;
    f->below_id = UINT64_MAX;
    f->by_seq = false;
    f->max = f->max != 0 ? f->max : FETCH_MAX;
    assert_int_equal(store_fetch(r->store, f), RG_OK);
    return f->n;
}

size_t rig_fetch_seq(struct store_rig *r, enum topic t, uint64_t epoch, uint64_t from, uint64_t to)
{
    struct fetch *f = &r->fetch;

    f->by_seq = true;
    f->topic = t;
    f->epoch = epoch;
    f->from_seq = from;
    f->to_seq = to;
    f->max = f->max != 0 ? f->max : FETCH_MAX;
    assert_int_equal(store_fetch(r->store, f), RG_OK);
    return f->n;
}

bool rig_is_as_made(const struct message *m)
{
    char body[MESSAGE_MAX];
    int len = body_of(body, m->topic, m->epoch, m->seq);

    return m->len == len && memcmp(m->body, body, (size_t)len) == 0 &&
           m->utc_ms == 1700000000000 + (int64_t)m->seq;
}

struct saved_alarm rig_alarm(const char *key, unsigned seed)
{
    struct saved_alarm a = { 0 };
    struct alarm_state *st = &a.st;
    int64_t n = (int64_t)seed * 1000;

    snprintf(a.key, sizeof a.key, "%s", key);
    for (int i = 0; i < 2; i++)
        st->levels[i] = (struct level_state){ .proc = i == 0 ? PROC_POFF : PROC_A,
                                              .left_ms = n + 1 + i,
                                              .from_ms = -n - 3 - i,
                                              .running = i == 0,
                                              .crossed = { n + 5 + i, n + 7 + i } };
    st->active = true;
    st->acked = seed % 2 == 1;
    st->latched = true;
    st->level = 1;
    st->supp = SUPP_BUS;
    st->id = (struct alarm_id){ (uint64_t)n + 9, (uint64_t)n + 10 };
    st->supersedes = (struct alarm_id){ (uint64_t)n + 11, (uint64_t)n + 12 };
    st->since = (struct stamp){ n + 13, n + 14 };
    st->announced = (struct stamp){ n + 15, n + 16 };
    st->val = 186.25 + seed;
    st->sampled = (struct stamp){ n + 17, n + 18 };
    st->peak = 201.0625 + seed;
    st->peak_at = (struct stamp){ n + 19, n + 20 };
    st->priority = 3;
    st->why = (struct why){ WHY_EXCEPTION, (uint16_t)(seed + 21) };
    st->q = Q_SENSOR_FAULT;
    for (int i = 0; i < HOLDS; i++) {
        st->until[i] = (struct until){ n + 22 + i, n + 25 + i };
        snprintf(a.words[i].by, PERSON_MAX, "王五 %d (lisi)", i + (int)seed);
        snprintf(a.words[i].why, REASON_MAX, "标定 %d", i + (int)seed);
    }
    st->once = seed % 2 == 0;
    st->last = (struct alarm_id){ (uint64_t)n + 28, (uint64_t)n + 29 };
    st->handled = seed % 2 == 1;
    st->closed = seed % 2 == 0;
    st->step = 2;
    st->attend_ms = n + 30;
    return a;
}

void rig_sql(const struct store_rig *r, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(r->db, &db), SQLITE_OK);
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        print_message("%s: %s\n", sql, sqlite3_errmsg(db));
    assert_int_equal(rc, SQLITE_OK);
    sqlite3_close(db);
}
