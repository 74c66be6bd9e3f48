#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/err.h"
#include "config/report.h"
#include "drivers/budget.h"

#define TEXT_MAX 224

static const enum finding findings[BUDGET_CASES] = {
    [BUDGET_ALL_ANSWER] = W_ASKED_LATE,
    [BUDGET_THIRD_SILENT] = W_LATE_IN_SILENCE,
    [BUDGET_ONE_FALLS] = W_LATE_AT_SILENCE,
};

static void find_source(struct source *out, const struct plant *p, const char *name)
{
    for (size_t i = 0; i < p->n_files; i++)
        if (strcmp(p->files[i].name, name) == 0)
            *out = (struct source){ name, p->files[i].text, p->files[i].len };
}

static void tell(struct diag_list *d, const struct plant *p, const char *file, int line, int col,
                 enum finding f, const char *bus, char texts[2][TEXT_MAX])
{
    struct source source = { .name = file };
    struct place at = { .source = &source, .line = line, .col = col };

    find_source(&source, p, file);
    report(d, &at, f, bus, texts[DIAG_ZH], texts[DIAG_EN]);
}

static double ms(int64_t us)
{
    return (double)us / 1000;
}

/* Appends. */
static void put(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(char *out, const char *format, ...)
{
    size_t n = strlen(out);
    va_list args;

    va_start(args, format);
    vsnprintf(out + n, TEXT_MAX - n, format, args);
    va_end(args);
}

/* "64 requests: 2368 bytes x 1.042 ms + 64 x 23.6 ms = 3977 ms" */
static void put_round(char texts[2][TEXT_MAX], const struct budget_round *r, int64_t answer_us)
{
    double each_ms = ms(answer_us + r->gap_us + r->pause_us);
    double sum_ms = (double)r->bytes * ms(r->char_us) + (double)r->requests * each_ms;

    put(texts[DIAG_ZH], "%zu 个请求：", r->requests);
    put(texts[DIAG_EN], "%zu requests: ", r->requests);
    if (r->bytes > 0) {
        put(texts[DIAG_ZH], "%zu 字节 × %.3f ms + ", r->bytes, ms(r->char_us));
        put(texts[DIAG_EN], "%zu bytes x %.3f ms + ", r->bytes, ms(r->char_us));
    }
    put(texts[DIAG_ZH], "%zu × %.1f ms = %.0f ms", r->requests, each_ms, sum_ms);
    put(texts[DIAG_EN], "%zu x %.1f ms = %.0f ms", r->requests, each_ms, sum_ms);
}

static void tell_full(struct diag_list *d, const struct plant *p, const struct bus_conf *c,
                      const struct budget *b)
{
    char texts[2][TEXT_MAX] = { "", "" };
    double percent = 100 * b->at_once;

    put_round(texts, &b->round, 0);
    put(texts[DIAG_ZH], "；按各测点的 every 需要线路时间的 %.1f %%", percent);
    put(texts[DIAG_EN], "; one poll for each `every` takes %.1f %% of its time", percent);
    tell(d, p, c->file, c->line, c->col, E_BUS_FULL, c->name, texts);
}

/* The arithmetic of a case; what goes to the silent and to the others is the whole. */
static void put_case(char texts[2][TEXT_MAX], const struct budget *b, enum budget_case which,
                     enum budget_class class)
{
    double lost_ms = ms(b->lost_us[which][class]);
    double round_ms = ms(b->round.round_us), late_ms = ms(b->late_us[which][class]);

    if (which == BUDGET_ALL_ANSWER) {
        put_round(texts, &b->round, b->round.answer_us);
        return;
    }
    put(texts[DIAG_ZH], "等无应答的 %.0f ms", lost_ms);
    put(texts[DIAG_EN], "%.0f ms for who is silent", lost_ms);
    put(texts[DIAG_ZH], " + 其余 %.0f ms，一轮 %.0f ms", late_ms - lost_ms, round_ms);
    put(texts[DIAG_EN], " + %.0f ms for the others, %.0f ms a round", late_ms - lost_ms, round_ms);
}

/* What is told of the worst of the points that are late. */
struct worst {
    const struct point_conf *c;
    size_t others;
    double ratio;
    int64_t gap_ms, allowed_ms;
};

static void find_worst(struct worst *w, const struct plant *p, uint32_t bus, const struct budget *b,
                       enum budget_case which)
{
    for (size_t i = 0; i < p->n_points; i++) {
        const struct point_conf *c = &p->points[i];
        int64_t allowed_ms = budget_allowed_ms(c, which), gap_ms = budget_gap_ms(b, c, which);
        if (c->bus != bus || gap_ms <= allowed_ms)
            continue;
        w->others += w->c != NULL;
        if (w->c != NULL && (double)gap_ms / (double)allowed_ms <= w->ratio)
            continue;
        *w =
            (struct worst){ c, w->others, (double)gap_ms / (double)allowed_ms, gap_ms, allowed_ms };
    }
}

static void put_worst(char texts[2][TEXT_MAX], const struct worst *w)
{
    long long gap_ms = (long long)w->gap_ms, allowed_ms = (long long)w->allowed_ms;

    put(texts[DIAG_ZH], "本测点（另有 %zu 个）的应答", w->others);
    put(texts[DIAG_EN], "answers of this point (and %zu more) come ", w->others);
    put(texts[DIAG_ZH], "最长可隔 %lld ms，应不超过 %lld ms（", gap_ms, allowed_ms);
    put(texts[DIAG_EN], "up to %lld ms apart, %lld ms is the most (", gap_ms, allowed_ms);
}

/* False: no point is late. */
static bool tell_late(struct diag_list *d, const struct plant *p, uint32_t bus,
                      const struct budget *b, enum budget_case which)
{
    char texts[2][TEXT_MAX] = { "", "" };
    struct worst w = { 0 };

    find_worst(&w, p, bus, b, which);
    if (w.c == NULL)
        return false;
    put_worst(texts, &w);
    put_case(texts, b, which, budget_class(w.c));
    put(texts[DIAG_ZH], "）");
    put(texts[DIAG_EN], ")");
    tell(d, p, w.c->file, w.c->line, w.c->col, findings[which], p->buses[bus].name, texts);
    return true;
}

/* What is worse in the first case need not be told of the next. */
static void check_bus(struct diag_list *d, const struct plant *p, uint32_t bus,
                      const struct budget *b)
{
    bool is_told = b->at_once > 1;

    if (is_told)
        tell_full(d, p, &p->buses[bus], b);
    for (int which = 0; which < BUDGET_CASES && !is_told; which++)
        is_told = tell_late(d, p, bus, b, (enum budget_case)which);
}

int budget_check(const struct plant *p, struct diag_list *d)
{
    size_t errors = d->errors;
    struct budget b;

    for (uint32_t bus = 0; bus < p->n_buses; bus++) {
        if (budget_of_bus(&b, p, bus) != RG_OK)
            return RG_ENOMEM;
        check_bus(d, p, bus, &b);
    }
    diag_sort(d);
    return d->errors > errors ? RG_ECONF : RG_OK;
}
