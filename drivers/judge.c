#include "drivers/judge.h"

#include <math.h>

#define NO_SIGNAL_US 4000000    /* Source: NAMUR NE43: a fault is told after 4 s */
#define UNSETTLED_US 1800000000 /* Source: the alarm model, an instrument that is away */

/* Source: NAMUR NE43, in tenths of a mA: a value is within SAFE, beyond it the
 * signal is saturated, and there is none below BROKEN_LOW or from BROKEN_HIGH on. */
enum tenths {
    BROKEN_LOW = 36,
    SAFE_LOW = 38,
    ZERO = 40,
    SPAN = 160,
    SAFE_HIGH = 205,
    BROKEN_HIGH = 210
};

/* How long it has held by now; -1: it does not. */
static int64_t lasted_us(struct lasting *l, bool holds, int64_t now_us)
{
    if (holds && !l->holds)
        l->from_us = now_us;
    l->holds = holds;
    return holds ? now_us - l->from_us : -1;
}

static void say(struct sample *s, enum quality q, enum why_code why, uint16_t arg)
{
    s->q = q;
    s->why = (struct why){ why, arg };
    if (q != Q_GOOD && q != Q_OVER_RANGE && q != Q_UNDER_RANGE)
        s->val = NAN;
}

/* ---- the device's own word ---- */

static const enum quality says[STATUS_WORDS] = {
    [STATUS_SENSOR_FAULT] = Q_SENSOR_FAULT, [STATUS_CALIBRATING] = Q_CALIB,
    [STATUS_WARMING_UP] = Q_WARM_UP,        [STATUS_OVER_RANGE] = Q_OVER_RANGE,
    [STATUS_UNDER_RANGE] = Q_UNDER_RANGE,
};

/* What weighs most of all that it says; STATUS_WORDS: nothing. */
static enum status_word word_of(const struct point_conf *p, const struct reading *r)
{
    int word = 0;

    while (word < STATUS_WORDS && (!r->has_status || (r->status & p->status.bits[word]) == 0))
        word++;
    return (enum status_word)word;
}

static bool judge_word(const struct point_conf *p, const struct reading *r, struct judge_memory *m,
                       struct sample *s)
{
    enum status_word word = word_of(p, r);
    bool is_away = word == STATUS_CALIBRATING || word == STATUS_WARMING_UP;
    int64_t away_us = lasted_us(&m->away, is_away, r->at_us);

    if (word == STATUS_WORDS)
        return false;
    say(s, away_us > p->status.away_ms * 1000 ? Q_SENSOR_FAULT : says[word], WHY_BIT,
        (uint16_t)word);
    return true;
}

/* ---- the number ---- */

static bool is_broken(const struct read_conf *r, uint64_t code)
{
    for (unsigned i = 0; i < r->n_broken; i++)
        if (r->broken[i] == code)
            return true;
    return false;
}

/* The raw number is beyond so many tenths of a mA, compared without a division:
 * whole numbers are compared exactly. */
static double beyond(const struct read_conf *r, double raw, enum tenths tenths)
{
    double span = r->raw_20_ma - r->raw_4_ma;
    double is = (raw - r->raw_4_ma) * SPAN, line = span * ((double)tenths - ZERO);

    return span > 0 ? is - line : line - is;
}

static bool judge_current(const struct read_conf *read, const struct reading *r,
                          struct judge_memory *m, struct sample *s)
{
    double raw = r->raw.number;
    bool is_low = beyond(read, raw, BROKEN_LOW) < 0, is_high = beyond(read, raw, BROKEN_HIGH) >= 0;
    int64_t us = lasted_us(&m->no_signal, is_low || is_high, r->at_us);

    if (us >= NO_SIGNAL_US)
        say(s, Q_SENSOR_FAULT, WHY_NE43, 0);
    else if (is_low)
        say(s, Q_STALE, WHY_NE43, 0);
    else if (beyond(read, raw, SAFE_LOW) < 0)
        say(s, Q_UNDER_RANGE, WHY_NE43, 0);
    else if (beyond(read, raw, SAFE_HIGH) > 0)
        say(s, Q_OVER_RANGE, WHY_NE43, 0);
    else
        return false;
    return true;
}

static double within(double v, double a, double b)
{
    return fmax(fmin(v, fmax(a, b)), fmin(a, b));
}

/* What NE43 allows beyond 4 and 20 mA is a value at the end of its range. */
static double seen_by_range(const struct read_conf *r, double val)
{
    if (!r->ne43)
        return val;
    return within(val, decode_number(r, r->raw_4_ma), decode_number(r, r->raw_20_ma));
}

static void judge_range(const struct point_conf *p, struct sample *s)
{
    double val = seen_by_range(&p->read, s->val);

    if (!p->has_range || (val >= p->range_low && val <= p->range_high))
        say(s, Q_GOOD, WHY_NONE, 0);
    else
        say(s, val > p->range_high ? Q_OVER_RANGE : Q_UNDER_RANGE, WHY_RANGE, 0);
}

static void judge_number(const struct point_conf *p, const struct reading *r,
                         struct judge_memory *m, struct sample *s)
{
    if (is_broken(&p->read, r->raw.code))
        say(s, Q_SENSOR_FAULT, WHY_BROKEN, 0);
    else if (!isfinite(s->val))
        say(s, Q_SENSOR_FAULT, WHY_NAN, 0);
    else if (!p->read.ne43 || !judge_current(&p->read, r, m, s))
        judge_range(p, s);
}

/* A unit that is lost and comes back again and again settles for ever: that is no
 * peace, it is a fault. */
static void judge_settling(const struct point_conf *p, const struct reading *r,
                           struct judge_memory *m, struct sample *s)
{
    bool is_settling = r->at_us - r->back_us < p->settle_ms * 1000;
    int64_t us = lasted_us(&m->settling, is_settling, r->at_us);

    if (is_settling)
        say(s, us > UNSETTLED_US ? Q_SENSOR_FAULT : Q_SETTLING, WHY_SETTLING, 0);
}

void judge_reading(const struct point_conf *p, const struct reading *r, struct judge_memory *m,
                   struct sample *s)
{
    s->kind = SAMPLE_VALUE;
    s->val = decode_number(&p->read, r->raw.number);
    judge_number(p, r, m, s); /* always: its time goes on */
    judge_word(p, r, m, s);
    judge_settling(p, r, m, s);
    if (!isfinite(s->val))
        s->val = NAN;
}
