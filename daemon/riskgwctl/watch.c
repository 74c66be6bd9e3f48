#include "daemon/riskgwctl/watch.h"

#include <poll.h>

#include "daemon/riskgwctl/client.h"
#include "daemon/riskgwctl/verbs.h"

#define LOOK_MS 500 /* a new alarm is on screen within this */

void watch_init(struct watch *w, const struct show *s, bool json)
{
    *w = (struct watch){ .show = *s, .json = json };
}

void watch_fini(struct watch *w)
{
    json_decref(w->seen);
    w->seen = NULL;
}

static void tell(const struct watch *w, const json_t *alarm, const char *word)
{
    if (!w->json) {
        show_alarm_line(&w->show, alarm, word);
        return;
    }
    json_dumpf(alarm, w->show.to, JSON_COMPACT | JSON_REAL_PRECISION(9));
    fputc('\n', w->show.to);
}

static bool differs(const json_t *a, const json_t *b, const char *key)
{
    const json_t *left = json_object_get(a, key), *right = json_object_get(b, key);

    return (left != NULL || right != NULL) && !json_equal(left, right);
}

static bool has_changed(const json_t *before, const json_t *now)
{
    return before == NULL || differs(before, now, "state") || differs(before, now, "kind") ||
           differs(before, now, "lvl");
}

/* New, worse, or announced again: it calls for a person. */
static bool calls(const json_t *before, const json_t *now)
{
    if (!json_is_true(json_object_get(now, "announced")))
        return false;
    return before == NULL || !json_is_true(json_object_get(before, "announced")) ||
           show_int(now, "lvl") < show_int(before, "lvl");
}

static json_t *by_id(const json_t *alarms)
{
    json_t *all = json_object(), *a;
    size_t i;

    json_array_foreach (alarms, i, a)
        if (show_text(a, "alarm_id")[0] != '\0')
            json_object_set(all, show_text(a, "alarm_id"), a);
    return all;
}

static void tell_ended(const struct watch *w, const json_t *now)
{
    const char *id;
    json_t *a;

    json_object_foreach (w->seen, id, a) {
        if (json_object_get(now, id) != NULL)
            continue;
        json_object_set_new(a, "state", json_string("normal"));
        json_object_set_new(a, "announced", json_false());
        tell(w, a, show_word(&w->show, PHRASE_ENDED));
    }
}

void watch_look(struct watch *w, const json_t *doc)
{
    json_t *now = by_id(json_object_get(doc, "alarms")), *a;
    bool is_first = w->seen == NULL, bell = false;
    const char *id;

    if (w->is_lost && !w->json)
        fprintf(w->show.to, "%s\n", show_word(&w->show, PHRASE_BACK));
    w->is_lost = false;
    json_object_foreach (now, id, a) {
        const json_t *before = json_object_get(w->seen, id);

        bell = bell || (!is_first && calls(before, a));
        if (has_changed(before, a))
            tell(w, a, NULL);
    }
    tell_ended(w, now);
    if (bell && !w->json)
        fputc('\a', w->show.to);
    json_decref(w->seen);
    w->seen = now;
    fflush(w->show.to);
}

void watch_lost(struct watch *w, const char *why)
{
    if (!w->is_lost && !w->json)
        fprintf(w->show.to, "\a%s: %s\n", show_word(&w->show, PHRASE_LOST), why);
    w->is_lost = true;
    fflush(w->show.to);
}

/* Once it has begun, a restart of the daemon does not end a watch at a desk; a
 * script that reads lines is told by the exit code. */
int verb_watch(const struct verb *v, const struct call *c)
{
    int code = EXIT_FINE;
    struct watch w;

    (void)v;
    watch_init(&w, &c->show, c->json);
    do {
        struct answer a;
        json_t *doc;

        client_ask(c->socket, "{\"verb\":\"alarms\"}", c->show.lang, 0, &a);
        doc = a.exit == EXIT_FINE ? json_loadb(a.doc, a.len, 0, NULL) : NULL;
        code = a.exit;
        if (doc != NULL)
            watch_look(&w, doc);
        else if (w.seen == NULL || c->json)
            fprintf(stderr, "riskgwctl: %s\n", a.message);
        else
            watch_lost(&w, a.message);
        json_decref(doc);
        answer_fini(&a);
        if (code != EXIT_FINE && (w.seen == NULL || c->json || code != EXIT_UNREACHABLE))
            break;
        poll(NULL, 0, LOOK_MS);
    } while (!ferror(c->show.to));
    watch_fini(&w);
    return code;
}
