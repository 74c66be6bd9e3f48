#include <poll.h>

#include "daemon/riskgwctl/client.h"
#include "daemon/riskgwctl/verbs.h"

#define LOOK_MS 500 /* a new alarm is on screen within this */

/* alarm_id -> state, as last shown. */
struct watched {
    json_t *seen;
    bool first;
};

static bool is_new(const struct watched *w, const json_t *alarm)
{
    const char *id = json_string_value(json_object_get(alarm, "alarm_id"));

    return id != NULL && json_object_get(w->seen, id) == NULL;
}

static bool has_changed(const struct watched *w, const json_t *alarm)
{
    const char *id = json_string_value(json_object_get(alarm, "alarm_id"));
    const json_t *before = id == NULL ? NULL : json_object_get(w->seen, id);

    return !json_equal((json_t *)before, json_object_get(alarm, "state"));
}

static void show_one(const struct call *c, const json_t *alarm)
{
    if (!c->json) {
        show_alarm_line(&c->show, alarm);
        return;
    }
    json_dumpf(alarm, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
    fputc('\n', stdout);
}

static json_t *states_of(const json_t *alarms)
{
    json_t *seen = json_object();
    const json_t *a;
    size_t i;

    json_array_foreach(alarms, i, a)
    {
        const char *id = json_string_value(json_object_get(a, "alarm_id"));
        if (id != NULL)
            json_object_set(seen, id, json_object_get(a, "state"));
    }
    return seen;
}

static void look(struct watched *w, const struct call *c, const json_t *doc)
{
    const json_t *alarms = json_object_get(doc, "alarms");
    const json_t *a;
    bool bell = false;
    size_t i;

    json_array_foreach(alarms, i, a)
    {
        bell = bell || (!w->first && is_new(w, a));
        if (has_changed(w, a))
            show_one(c, a);
    }
    if (bell && !c->json)
        fputc('\a', stdout);
    fflush(stdout);
    json_decref(w->seen);
    w->seen = states_of(alarms);
    w->first = false;
}

int verb_watch(const struct verb *v, const struct call *c)
{
    struct watched w = { .seen = json_object(), .first = true };
    int code = EXIT_FINE;

    (void)v;
    while (code == EXIT_FINE) {
        struct answer a;
        client_ask(c->socket, "{\"verb\":\"alarms\"}", &a);
        json_t *doc = a.exit == EXIT_FINE ? json_loadb(a.doc, a.len, 0, NULL) : NULL;
        if (doc != NULL)
            look(&w, c, doc);
        else
            fprintf(stderr, "riskgwctl: %s\n", a.message);
        code = a.exit;
        json_decref(doc);
        answer_fini(&a);
        if (code == EXIT_FINE && !ferror(stdout))
            poll(NULL, 0, LOOK_MS);
    }
    json_decref(w.seen);
    return code;
}
