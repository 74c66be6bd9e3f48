#include "daemon/ctl_verbs.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/err.h"
#include "daemon/ctl_bus.h"
#include "daemon/ctl_people.h"
#include "daemon/ctl_read.h"
#include "daemon/ctl_reload.h"
#include "daemon/gateway_reload.h"
#include "daemon/log.h"
#include "daemon/payload.h"

struct request {
    const json_t *body;
    const struct ctl_asker *asker;
};

struct verb {
    const char *name;
    enum right right;
    void (*run)(const struct ctl_subject *s, const struct request *r, struct ctl_answer *a);
};

static void say(struct ctl_answer *a, enum ctl_exit code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct ctl_answer *a, enum ctl_exit code, const char *format, ...)
{
    va_list ap;

    a->exit = code;
    va_start(ap, format);
    vsnprintf(a->message, sizeof a->message, format, ap);
    va_end(ap);
}

/* A string argument, NULL when it is missing or no string. */
static const char *word(const struct request *r, const char *key)
{
    return json_string_value(json_object_get(r->body, key));
}

static void document(struct ctl_answer *a, int err)
{
    if (err == RG_ENOENT)
        say(a, CTL_INPUT, "there is no such point or bus");
    else if (err != RG_OK)
        say(a, CTL_INPUT, "%s", rg_error_text(err));
}

static void run_status(const struct ctl_subject *s, const struct request *r, struct ctl_answer *a)
{
    (void)r;
    document(a, gateway_json_status(s->gateway, &a->doc, clock_now(s->clock)));
    if (a->exit == CTL_FINE && gateway_on_last_good(s->gateway))
        a->exit = CTL_NO;
    if (a->exit == CTL_FINE && !payload_monitored(gateway_engine(s->gateway), s->plant))
        a->exit = CTL_NO;
}

static void run_points(const struct ctl_subject *s, const struct request *r, struct ctl_answer *a)
{
    document(a, gateway_json_points(s->gateway, word(r, "point"), &a->doc, clock_now(s->clock)));
}

static void run_alarms(const struct ctl_subject *s, const struct request *r, struct ctl_answer *a)
{
    document(a, gateway_json_alarms(s->gateway, json_is_true(json_object_get(r->body, "all")),
                                    &a->doc, clock_now(s->clock)));
}

static void run_bus(const struct ctl_subject *s, const struct request *r, struct ctl_answer *a)
{
    document(a, ctl_bus_json(s, word(r, "bus"), &a->doc));
}

static void run_act(const struct ctl_subject *s, const struct request *r, struct ctl_answer *a)
{
    ctl_act(s, r->asker, r->body, a);
}

static void run_reload(const struct ctl_subject *s, const struct request *r, struct ctl_answer *a)
{
    const char *lang = word(r, "lang");
    char by[PERSON_MAX];

    ctl_person(r->asker->who, word(r, "by"), by);
    a->is_later =
        ctl_reload(s, r->asker, by, lang != NULL && strcmp(lang, "en") == 0 ? DIAG_EN : DIAG_ZH);
    if (!a->is_later)
        say(a, CTL_NO, "reload: another one is running and one waits; nothing was changed");
}

static void run_read(const struct ctl_subject *s, const struct request *r, struct ctl_answer *a)
{
    struct read_order o = { .verb = word(r, "verb"),
                            .point = word(r, "point"),
                            .alarm = word(r, "alarm"),
                            .from = word(r, "from"),
                            .to = word(r, "to") };

    ctl_read(s, r->asker, &o, a);
}

static const struct verb verbs[] = {
    { "status", RIGHT_READ, run_status },    { "points", RIGHT_READ, run_points },
    { "alarms", RIGHT_READ, run_alarms },    { "bus", RIGHT_READ, run_bus },
    { "ack", RIGHT_OPERATE, run_act },       { "reset", RIGHT_OPERATE, run_act },
    { "comment", RIGHT_OPERATE, run_act },   { "handle", RIGHT_OPERATE, run_act },
    { "close", RIGHT_OPERATE, run_act },     { "shelve", RIGHT_OPERATE, run_act },
    { "unshelve", RIGHT_OPERATE, run_act },  { "oos", RIGHT_CHANGE, run_act },
    { "in-service", RIGHT_CHANGE, run_act }, { "maint", RIGHT_CHANGE, run_act },
    { "reload", RIGHT_CHANGE, run_reload },  { "history", RIGHT_READ, run_read },
    { "gaps", RIGHT_READ, run_read },        { "incident", RIGHT_READ, run_read },
    { "export", RIGHT_READ, run_read },
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static void refuse(const struct peer *who, const char *verb, bool in_chinese, struct ctl_answer *a)
{
    *a = (struct ctl_answer){ .exit = CTL_DENIED };
    say(a, CTL_DENIED,
        in_chinese ? "%s：%s 没有权限（用户组：riskgwd 只读，riskgwd-op 确认，riskgwd-tech 更改）"
                   : "%s: not permitted for %s (groups: riskgwd reads, riskgwd-op "
                     "acknowledges, riskgwd-tech changes)",
        verb, who->name);
}

void ctl_deny(const struct peer *who, const char *verb, struct ctl_answer *a)
{
    log_event(LOG_LEVEL_WARNING, "audit", "verb=%s user=%s result=\"denied\"", verb, who->name);
    refuse(who, verb, false, a);
}

static void run_verb(const struct ctl_subject *s, const struct request *r, struct ctl_answer *a)
{
    const struct verb *v = find_verb(word(r, "verb"));

    if (v == NULL) {
        say(a, CTL_USAGE, "not in this version");
    } else if (r->asker->who->right < v->right) {
        const char *lang = word(r, "lang");

        ctl_audit_denied(s, r->asker->who, v->name, r->body);
        refuse(r->asker->who, v->name, lang != NULL && strcmp(lang, "zh") == 0, a);
    } else if (s->gateway == NULL) {
        say(a, CTL_UNREACHABLE, "the daemon is starting: its record is being read");
    } else {
        v->run(s, r, a);
    }
}

void ctl_answer(const struct ctl_subject *s, const struct ctl_asker *asker, const char *request,
                size_t len, struct ctl_answer *a)
{
    json_t *body = json_loadb(request, len, JSON_REJECT_DUPLICATES, NULL);
    struct request r = { .body = body, .asker = asker };

    *a = (struct ctl_answer){ .exit = CTL_FINE };
    if (!json_is_object(body))
        say(a, CTL_USAGE, "the request is no JSON object");
    else
        run_verb(s, &r, a);
    json_decref(body);
}
