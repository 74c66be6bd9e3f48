#include "daemon/riskgwctl/check.h"

#include <stdlib.h>

#include "config/load.h"
#include "config/read_file.h"
#include "daemon/check_cert.h"
#include "daemon/check_secret.h"
#include "daemon/ring.h"
#include "daemon/riskgwctl/client.h"
#include "daemon/riskgwctl/show_budget.h"
#include "drivers/budget.h"

static const char *main_file(const struct call *c)
{
    return c->n_words > 0 ? c->words[0] : c->config;
}

static json_t *finding_json(const struct diag *g, enum lang lang)
{
    int l = lang == LANG_ZH ? DIAG_ZH : DIAG_EN;
    char code[8];

    snprintf(code, sizeof code, "E%03d", g->code);
    return json_pack("{s:s, s:i, s:i, s:s, s:s, s:s, s:s}", "file", g->file, "line", g->line, "col",
                     g->col, "code", code, "severity", g->warning ? "warning" : "error", "text",
                     g->text[l], "help", g->help[l]);
}

static void show_json(const struct call *c, const struct diag_list *found,
                      const struct plant *plant)
{
    json_t *list = json_array();
    json_t *doc;
    char *text;

    for (size_t i = 0; i < found->n; i++)
        json_array_append_new(list, finding_json(&found->v[i], c->show.lang));
    doc = json_pack("{s:i, s:I, s:I, s:o, s:o}", "v", 1, "errors", (json_int_t)found->errors,
                    "warnings", (json_int_t)found->warnings, "findings", list, "buses",
                    budgets_json(plant));
    text = doc == NULL ? NULL : json_dumps(doc, JSON_COMPACT);
    if (text != NULL)
        fprintf(c->show.to, "%s\n", text);
    free(text);
    json_decref(doc);
}

static void show_black_box(const struct call *c, const struct plant *p)
{
    fprintf(c->show.to,
            c->show.lang == LANG_ZH ? "黑匣子：报警前 %.1f 分钟的全部采样\n"
                                    : "black box: all samples of %.1f min before an alarm\n",
            (double)ring_reach_ms(p) / 60000);
}

static void show_sizes(const struct call *c, const struct plant *p)
{
    if (c->show.lang == LANG_ZH)
        fprintf(c->show.to, "%s：有效；%zu 个测点，%zu 个从站，%zu 条总线，%zu 个平台\n",
                main_file(c), p->n_points, p->n_units, p->n_buses, p->n_uplinks);
    else
        fprintf(c->show.to, "%s: fine; %zu points, %zu units, %zu buses, %zu uplinks\n",
                main_file(c), p->n_points, p->n_units, p->n_buses, p->n_uplinks);
    show_budgets(&c->show, p);
    show_black_box(c, p);
}

/* What one bus asks too much of its line is found when the files are right. */
static int judge(struct plant **plant, const struct call *c, struct diag_list *found)
{
    const struct file_reader reader = { .read = read_file,
                                        .secret = check_secret,
                                        .certs = check_certs };
    int err = plant_load(plant, main_file(c), &reader, found);

    return err == RG_OK ? budget_check(*plant, found) : err;
}

int verb_check(const struct verb *v, const struct call *c)
{
    struct plant *plant = NULL;
    struct diag_list found;

    (void)v;
    diag_init(&found);
    int err = judge(&plant, c, &found);
    if (c->json)
        show_json(c, &found, plant);
    else
        diag_print(c->show.to, &found, main_file(c), c->show.lang == LANG_ZH ? DIAG_ZH : DIAG_EN);
    if (err == RG_OK && !c->json)
        show_sizes(c, plant);
    bool is_loud = c->strict && found.warnings > 0;
    diag_fini(&found);
    plant_free(plant);
    return err != RG_OK ? EXIT_INPUT : is_loud ? EXIT_NO : EXIT_FINE;
}
