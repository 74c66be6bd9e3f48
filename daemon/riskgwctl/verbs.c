#include "daemon/riskgwctl/verbs.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/riskgwctl/client.h"

const struct verb verbs[] = {
    { "status", 0, 0, NULL, show_status, verb_ask, "status" },
    { "points", 0, 1, "point", show_points, verb_ask, "points [ID]" },
    { "alarms", 0, 0, NULL, show_alarms, verb_ask, "alarms [--all]" },
    { "bus", 0, 1, "bus", show_bus, verb_ask, "bus [NAME]" },
    { "watch", 0, 0, NULL, NULL, verb_watch, "watch" },
    { "ack", 1, 1, "rule", NULL, verb_ask, "ack RULE|ALARM_ID [--comment TEXT] [--by NAME]" },
    { "reset", 1, 1, "rule", NULL, verb_ask, "reset RULE|ALARM_ID [--by NAME]" },
};
const size_t n_verbs = sizeof verbs / sizeof verbs[0];

const struct verb *verb_find(const char *name)
{
    for (size_t i = 0; i < n_verbs; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static char *request_of(const struct verb *v, const struct call *c)
{
    json_t *body = json_pack("{s:s}", "verb", v->name);

    if (v->word_key != NULL && c->n_words > 0)
        json_object_set_new(body, v->word_key, json_string(c->words[0]));
    if (c->by != NULL)
        json_object_set_new(body, "by", json_string(c->by));
    if (c->comment != NULL)
        json_object_set_new(body, "comment", json_string(c->comment));
    if (c->all)
        json_object_set_new(body, "all", json_true());
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    return text;
}

static void show_answer(const struct verb *v, const struct call *c, const struct answer *a)
{
    json_t *doc;

    if (a->message[0] != '\0')
        fprintf(a->exit == EXIT_FINE ? stdout : stderr, "%s\n", a->message);
    if (a->len == 0)
        return;
    if (c->json) {
        printf("%s\n", a->doc);
        return;
    }
    doc = json_loadb(a->doc, a->len, 0, NULL);
    if (doc != NULL && v->show != NULL)
        v->show(&c->show, doc);
    json_decref(doc);
}

int verb_ask(const struct verb *v, const struct call *c)
{
    char *request = request_of(v, c);
    struct answer a;

    if (request == NULL) {
        fprintf(stderr, "riskgwctl: an argument is no UTF-8 text\n");
        return EXIT_USAGE;
    }
    client_ask(c->socket, request, &a);
    free(request);
    show_answer(v, c, &a);
    int code = a.exit;
    answer_fini(&a);
    return code;
}
