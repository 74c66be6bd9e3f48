#include "daemon/ctl_reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/json.h"

#define DOC_SPARE 64

/* {"v":1,"findings":"..."}: the findings as text, for people.  A byte of them
 * takes six at most. */
static void write_doc(struct buffer *to, const char *findings)
{
    size_t size = strlen(findings) * 6 + DOC_SPARE;
    struct json j;

    to->text = malloc(size);
    if (to->text == NULL)
        return;
    json_init(&j, to->text, size);
    json_open(&j, NULL, '{');
    json_int(&j, "v", 1);
    json_str(&j, "findings", findings);
    json_close(&j, '}');
    to->len = json_end(&j);
    to->size = size;
}

static void reloaded(void *ctx, uint64_t ticket, const struct reload_result *r)
{
    static const enum ctl_exit exits[] = {
        [RELOAD_DONE] = CTL_FINE, [RELOAD_INVALID] = CTL_INPUT, [RELOAD_REFUSED] = CTL_NO
    };
    struct ctl_answer a = { .exit = exits[r->end] };

    snprintf(a.message, sizeof a.message, "%s", r->message);
    write_doc(&a.doc, r->findings);
    ctl_finish(ctx, ticket, &a);
}

bool ctl_reload(const struct ctl_subject *s, const struct ctl_asker *asker, const char *by,
                enum diag_lang lang)
{
    struct reload_order o = {
        .lang = lang, .done = reloaded, .ctx = asker->ctl, .ticket = asker->ticket
    };

    snprintf(o.by, sizeof o.by, "%s", by);
    return s->reload != NULL && reload_ask(s->reload, &o);
}
