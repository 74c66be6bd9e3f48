#include "daemon/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load.h"
#include "config/read_file.h"
#include "daemon/digest.h"
#include "daemon/last_good.h"
#include "daemon/log.h"
#include "drivers/budget.h"

enum stage { STAGE_IDLE, STAGE_READ, STAGE_KEEP };

struct reload {
    struct reload_conf conf;
    uv_async_t ended; /* the thread has */
    uv_thread_t thread;
    enum stage stage;
    unsigned *left; /* set while stopping */
    bool has_order, is_one_waiting;
    struct reload_order order, waiting;
    /* The thread's until it has ended. */
    const struct plant *plant; /* to be kept */
    struct plant *next;        /* was read */
    struct diag_list found;
    char hash[17]; /* of the one or the other */
    int err;
    int os_error;
};

/* ---- on the thread ---- */

static void read_files(struct reload *r)
{
    const struct file_reader reader = { .read = read_file };

    r->err = plant_load(&r->next, r->conf.config, &reader, &r->found);
    if (r->err == RG_OK && (r->err = budget_check(r->next, &r->found)) != RG_OK) {
        plant_free(r->next);
        r->next = NULL;
    }
    diag_sort(&r->found);
    if (r->err == RG_OK)
        digest_plant(r->next, r->hash);
}

static void run(void *arg)
{
    struct reload *r = arg;

    if (r->stage == STAGE_READ) {
        read_files(r);
    } else {
        r->err = last_good_keep(r->conf.state, r->plant);
        r->os_error = errno;
        digest_plant(r->plant, r->hash);
    }
    uv_async_send(&r->ended);
}

/* ---- on the loop ---- */

static bool start(struct reload *r, enum stage stage)
{
    r->stage = stage;
    if (uv_thread_create(&r->thread, run, r) == 0)
        return true;
    r->stage = STAGE_IDLE;
    return false;
}

static char *print_findings(const struct reload *r)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);

    if (f == NULL)
        return NULL;
    diag_print(f, &r->found, r->conf.config, r->order.lang);
    fclose(f);
    return text;
}

static void audit(const struct reload *r, const struct reload_result *result)
{
    static const char *const words[] = { "done", "invalid", "refused" };
    const char *who = r->order.by[0] == '\0' ? "signal" : r->order.by;
    char by[PERSON_MAX];

    snprintf(by, sizeof by, "%s", who);
    for (char *quote = by; (quote = strchr(quote, '"')) != NULL;)
        *quote = '\''; /* nobody writes fields of his own into the line */
    log_event(result->end == RELOAD_DONE ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "audit",
              "verb=reload user=\"%s\" result=%s message=\"%s\" errors=%zu warnings=%zu", by,
              words[result->end], result->message, r->found.errors, r->found.warnings);
}

static void tell(struct reload *r, struct reload_result *result)
{
    const struct reload_order *o = &r->order;
    char *findings = print_findings(r);

    result->findings = findings == NULL ? "" : findings;
    audit(r, result);
    if (o->done != NULL)
        o->done(o->ctx, o->ticket, result);
    free(findings);
    diag_fini(&r->found);
    r->has_order = false;
}

static void tell_end(struct reload *r, enum reload_end how, const char *message)
{
    struct reload_result result = { .end = how };

    snprintf(result.message, sizeof result.message, "%s", message);
    tell(r, &result);
}

static void begin(struct reload *r, const struct reload_order *o)
{
    r->order = *o;
    r->has_order = true;
    r->next = NULL;
    diag_init(&r->found);
    if (!start(r, STAGE_READ))
        tell_end(r, RELOAD_REFUSED,
                 "no thread can be started to read the files; nothing was changed");
}

static void next_one(struct reload *r)
{
    if (!r->is_one_waiting)
        return;
    r->is_one_waiting = false;
    begin(r, &r->waiting);
}

static void end(struct reload *r, enum reload_end how, const char *message)
{
    tell_end(r, how, message);
    next_one(r);
}

static const struct diag *first_error(const struct diag_list *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (!d->v[i].warning)
            return &d->v[i];
    return NULL;
}

static void refuse_invalid(struct reload *r)
{
    const struct diag *first = first_error(&r->found);
    char finding[300] = "";

    if (first != NULL) {
        struct config_news n = { .finding = finding,
                                 .file = first->file,
                                 .line = first->line,
                                 .col = first->col,
                                 .errors = r->found.errors };
        snprintf(finding, sizeof finding, "E%03d %s", first->code, first->text[DIAG_ZH]);
        r->conf.refused(r->conf.ctx, &n, r->order.by);
    }
    end(r, RELOAD_INVALID, "the configuration is wrong; nothing was changed");
}

static void refuse_swap(struct reload *r, int err, const char *why)
{
    const struct config_news n = { .finding = why, .errors = 1 };
    char message[256];

    plant_free(r->next);
    r->next = NULL;
    if (err == RG_ECONF)
        r->conf.refused(r->conf.ctx, &n, r->order.by);
    snprintf(message, sizeof message, "%.200s; nothing was changed", why);
    end(r, err == RG_ECONF ? RELOAD_INVALID : RELOAD_REFUSED, message);
}

static void was_read(struct reload *r)
{
    char why[160] = "";

    if (r->err == RG_ECONF) {
        refuse_invalid(r);
        return;
    }
    if (r->err != RG_OK) {
        end(r, RELOAD_REFUSED, "out of memory; nothing was changed");
        return;
    }
    int err = r->conf.swap(r->conf.ctx, r->next, r->hash, r->order.by, why, sizeof why);
    if (err != RG_OK) {
        refuse_swap(r, err, why);
        return;
    }
    r->plant = r->next;
    r->next = NULL;
    if (!start(r, STAGE_KEEP))
        end(r, RELOAD_DONE, "reloaded; not kept as the last good configuration (no thread)");
}

static void was_kept(struct reload *r)
{
    char message[256] = "reloaded";

    if (r->err != RG_OK && r->err != RG_EALREADY) {
        snprintf(message, sizeof message, "reloaded; not kept as the last good configuration: %s",
                 r->err == RG_EIO ? strerror(r->os_error) : rg_error_text(r->err));
        log_event(LOG_LEVEL_WARNING, "last_good", "config=%s error=\"%s\"", r->hash, message);
    } else {
        log_event(LOG_LEVEL_INFO, "last_good", "config=%s", r->hash);
        if (r->has_order)
            snprintf(message, sizeof message, "reloaded: %zu points on %zu buses, config %s",
                     r->plant->n_points, r->plant->n_buses, r->hash);
    }
    if (r->has_order)
        end(r, RELOAD_DONE, message);
    else
        next_one(r);
}

static void closed(uv_handle_t *h)
{
    struct reload *r = h->data;

    (*r->left)--;
    plant_free(r->next);
    diag_fini(&r->found);
    free(r);
}

static void ended(uv_async_t *h)
{
    struct reload *r = h->data;
    enum stage stage = r->stage;

    if (stage == STAGE_IDLE)
        return;
    uv_thread_join(&r->thread);
    r->stage = STAGE_IDLE;
    if (r->left != NULL)
        uv_close((uv_handle_t *)h, closed);
    else if (stage == STAGE_READ)
        was_read(r);
    else
        was_kept(r);
}

int reload_new(struct reload **out, uv_loop_t *loop, const struct reload_conf *c)
{
    struct reload *r = calloc(1, sizeof *r);

    if (r == NULL)
        return RG_ENOMEM;
    r->conf = *c;
    if (uv_async_init(loop, &r->ended, ended) != 0) {
        free(r);
        return RG_EIO;
    }
    r->ended.data = r;
    *out = r;
    return RG_OK;
}

bool reload_ask(struct reload *r, const struct reload_order *o)
{
    if (r->stage == STAGE_IDLE) {
        begin(r, o);
        return true;
    }
    if (r->is_one_waiting)
        return false;
    r->waiting = *o;
    r->is_one_waiting = true;
    return true;
}

void reload_keep(struct reload *r, const struct plant *p)
{
    if (r->stage != STAGE_IDLE)
        return;
    r->plant = p;
    if (!start(r, STAGE_KEEP))
        log_event(LOG_LEVEL_WARNING, "last_good", "error=\"no thread\"");
}

void reload_stop(struct reload *r, unsigned *left)
{
    if (r == NULL)
        return;
    (*left)++;
    r->left = left;
    if (r->stage == STAGE_IDLE)
        uv_close((uv_handle_t *)&r->ended, closed);
}
