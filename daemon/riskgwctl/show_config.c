#include "daemon/riskgwctl/show_config.h"

#include <stdlib.h>
#include <string.h>

#include "config/origin.h"
#include "config/read_file.h"
#include "daemon/riskgwctl/client.h"
#include "daemon/riskgwctl/table.h"

static const char *const from_codes[ORIGINS] = {
    [FROM_BUILT_IN] = "built_in", [FROM_FILE] = "file",         [FROM_DEFAULTS] = "defaults",
    [FROM_DEVICE] = "device",     [FROM_RULE_SET] = "rule_set", [FROM_AREA] = "area",
};
static const enum phrase from_words[ORIGINS] = {
    [FROM_BUILT_IN] = PHRASE_BUILT_IN, [FROM_FILE] = PHRASE_FROM_FILE,
    [FROM_DEFAULTS] = PHRASE_DEFAULTS, [FROM_DEVICE] = PHRASE_DEVICE,
    [FROM_RULE_SET] = PHRASE_RULE_SET, [FROM_AREA] = PHRASE_AREA,
};

/* What the sink collects. */
struct wanted {
    const char *point; /* NULL: all */
    json_t *values;    /* NULL: out of memory */
};

static void keep(void *ctx, const struct origin *o)
{
    struct wanted *w = ctx;

    if (w->point != NULL && (strcmp(o->section, "points") != 0 || strcmp(o->name, w->point) != 0))
        return;
    json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "section", o->section, "name",
                            o->name, "key", o->key, "value", o->value, "from", from_codes[o->from],
                            "template", o->template_name);
    if (o->file != NULL)
        json_object_update_new(row, json_pack("{s:s, s:i}", "file", o->file, "line", o->line));
    json_array_append_new(w->values, row);
}

static void source_text(const struct show *s, const json_t *row, char *out, size_t size)
{
    const char *from = show_text(row, "from"), *name = show_text(row, "template");
    size_t i = 0;

    while (i + 1 < ORIGINS && strcmp(from_codes[i], from) != 0)
        i++;
    snprintf(out, size, "%s%s%s", show_word(s, from_words[i]), name[0] == '\0' ? "" : " ", name);
}

static void show_rows(const struct show *s, const json_t *values)
{
    char key[SHOW_CELL], place[SHOW_CELL], source[SHOW_CELL];
    const char *owner = "";
    struct table t;
    size_t i;
    json_t *row;

    table_init(&t, 4, 0);
    json_array_foreach (values, i, row) {
        const char *name = show_text(row, "name"), *section = show_text(row, "section");
        const char *now = name[0] == '\0' ? section : name;
        if (strcmp(now, owner) != 0)
            table_row(&t, (const char *[]){ now, "", "", "" }, NULL);
        owner = now;
        snprintf(place, sizeof place, "%s:%lld", show_text(row, "file"), show_int(row, "line"));
        source_text(s, row, source, sizeof source);
        snprintf(key, sizeof key, "  %s", show_text(row, "key"));
        table_row(&t,
                  (const char *[]){ key, show_text(row, "file")[0] == '\0' ? "" : place, source,
                                    show_text(row, "value") },
                  NULL);
    }
    table_print(s->to, &t);
    table_fini(&t);
}

static int show_values(const struct call *c, const struct wanted *w)
{
    if (w->point != NULL && json_array_size(w->values) == 0) {
        fprintf(stderr, "riskgwctl: %s: %s\n", w->point, show_word(&c->show, PHRASE_NO_SUCH_POINT));
        return EXIT_NO;
    }
    if (!c->json) {
        show_rows(&c->show, w->values);
        return EXIT_FINE;
    }
    json_t *doc = json_pack("{s:i, s:O}", "v", 1, "values", w->values);
    char *text = doc == NULL ? NULL : json_dumps(doc, JSON_COMPACT);
    if (text != NULL)
        fprintf(c->show.to, "%s\n", text);
    free(text);
    json_decref(doc);
    return EXIT_FINE;
}

int verb_show_config(const struct verb *v, const struct call *c)
{
    const struct file_reader reader = { .read = read_file };
    struct wanted w = { .point = c->n_words > 0 ? c->words[0] : NULL, .values = json_array() };
    const struct origin_sink sink = { &w, keep };
    struct diag_list found;

    (void)v;
    diag_init(&found);
    int err = plant_trace(c->config, &reader, &found, &sink);
    int code = EXIT_INPUT;
    if (err == RG_OK)
        code = show_values(c, &w);
    else
        diag_print(stderr, &found, c->config, c->show.lang == LANG_ZH ? DIAG_ZH : DIAG_EN);
    diag_fini(&found);
    json_decref(w.values);
    return code;
}
