#include <stdlib.h>
#include <string.h>

#include "config/err.h"
#include "tests/sim/world/defect.h"
#include "tests/sim/world/world.h"

/* What a commit or a read is about to meet. */
struct outcome {
    int64_t write_us; /* when it is there; INT64_MAX: never */
    int64_t answer_us;
    int err;
};

static struct outcome draw(struct world *w)
{
    struct outcome o = { .err = RG_OK };
    int64_t ms = 1000;

    switch (w->weather.disk) {
    case DISK_WELL:
        o.write_us = w->now_us + dice_between(&w->dice, 500, 8 * ms);
        break;
    case DISK_SLOW:
        o.write_us = w->now_us + dice_between(&w->dice, 20 * ms, 1900 * ms);
        break;
    case DISK_STUCK:
        o.write_us = w->now_us + dice_between(&w->dice, 1500 * ms, 20000 * ms);
        break;
    case DISK_FAILING:
        o.write_us = INT64_MAX;
        o.answer_us = w->now_us + dice_between(&w->dice, ms, 30 * ms);
        o.err = RG_EIO;
        return o;
    case DISK_GHOST:
        o.write_us = w->now_us + dice_between(&w->dice, ms, 30 * ms);
        o.err = dice_chance(&w->dice, 5000) ? RG_EIO : RG_OK;
        break;
    }
    o.answer_us = o.write_us + dice_between(&w->dice, 10, 500);
    return o;
}

/* --- commits --- */

static uint64_t sum_of(const struct batch *b)
{
    uint64_t sum = b->n_records;

    for (size_t i = 0; i < b->n_records; i++) {
        const struct message *m = b->records[i].msg;
        struct name n;
        if (m != NULL && name_read(&n, m->topic, m->body, m->len))
            sum = dice_mix(sum, n.sum);
    }
    return sum;
}

static void write_batch(struct world *w)
{
    struct box *b = &w->box;

    b->batch_is_written = true;
    if (sum_of(b->batch) != b->batch_sum)
        world_violation(w, "a batch changed while the store had it");
    const struct batch *batch = defect_batch(w, b->batch);
    int err = b->kind->commit(b->disk, b->epoch, batch);
    if (err != RG_OK) {
        world_violation(w, "the record refuses a batch (%d): an id was given twice", err);
        w->is_over = true;
        return;
    }
    w->counts.commits++;
    judge_commit(w, batch);
}

static void write_due(struct world *w, const struct task *t)
{
    if (t->life == w->box.life && w->box.batch != NULL)
        write_batch(w);
}

static void answer_due(struct world *w, const struct task *t)
{
    struct box *b = &w->box;
    struct batch *batch = b->batch;

    if (t->life != b->life || batch == NULL)
        return;
    b->batch = NULL;
    gateway_committed(b->gateway, batch, (int)t->who == 0 ? RG_OK : RG_EIO, world_stamp(w));
    b->gateway_us = w->now_us;
}

void box_disk_commit(struct world *w, struct batch *batch)
{
    struct box *b = &w->box;
    struct outcome o = draw(w);

    b->batch = batch;
    b->batch_is_written = false;
    b->batch_sum = sum_of(batch);
    w->counts.commits_failed += o.err != RG_OK;
    w->counts.commits_failed_but_there += o.err != RG_OK && o.write_us != INT64_MAX;
    w->counts.commits_late += o.answer_us - w->now_us > 2 * WORLD_S;
    defect_lent(w, batch);
    if (o.write_us != INT64_MAX)
        world_at(w, o.write_us, write_due, b->life, 0);
    world_at(w, o.answer_us, answer_due, b->life, o.err != RG_OK);
}

/* A kill in the middle of a commit: it is there or it is not. */
void box_disk_settle(struct world *w)
{
    struct box *b = &w->box;

    if (b->batch != NULL && !b->batch_is_written && w->weather.disk != DISK_FAILING &&
        dice_chance(&w->dice, 5000))
        write_batch(w);
}

/* --- reading --- */

static void fetched(struct world *w, const struct task *t)
{
    struct box *b = &w->box;
    struct fetch *f = b->fetch;

    if (t->life != b->life || f == NULL)
        return;
    b->fetch = NULL;
    if (t->who == 0) {
        b->kind->fetch(b->disk, f);
    } else {
        f->n = 0;
        f->more = false;
        f->err = RG_EIO;
    }
    w->counts.fetches++;
    gateway_fetched(b->gateway, f->uplink, f, world_stamp(w));
    b->gateway_us = w->now_us;
}

void box_disk_fetch(struct world *w, struct fetch *f)
{
    struct outcome o = draw(w);

    if (w->box.fetch != NULL)
        world_violation(w, "a second fetch while one is out");
    w->box.fetch = f;
    world_at(w, o.answer_us, fetched, w->box.life, o.err != RG_OK);
}
