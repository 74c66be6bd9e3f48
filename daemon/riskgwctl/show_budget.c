#include "daemon/riskgwctl/show_budget.h"

#include "config/err.h"
#include "daemon/riskgwctl/table.h"
#include "drivers/budget.h"

enum { BUS, REQUESTS, ROUND, LOAD, ALL_ANSWER, THIRD_SILENT, ONE_FALLS, COLUMNS };

static const char *const titles[LANGS][COLUMNS] = {
    [LANG_ZH] = { "总线", "请求", "一轮 ms", "占用 %", "应答最迟 ms", "三分之一无应答时",
                  "一个失联时" },
    [LANG_EN] = { "bus", "requests", "round ms", "use %", "late ms at most", "a third silent",
                  "one falls silent" },
};

static void show_budget(struct table *t, const char *name, const struct budget *b)
{
    char cells[COLUMNS][32];
    const char *row[COLUMNS];

    for (int i = 0; i < COLUMNS; i++)
        row[i] = cells[i];
    row[BUS] = name;
    snprintf(cells[REQUESTS], sizeof cells[0], "%zu", b->round.requests);
    snprintf(cells[ROUND], sizeof cells[0], "%.0f", (double)b->round.round_us / 1000);
    snprintf(cells[LOAD], sizeof cells[0], "%.0f", 100 * b->load);
    for (int which = 0; which < BUDGET_CASES; which++)
        snprintf(cells[ALL_ANSWER + which], sizeof cells[0], "%.0f",
                 (double)b->late_us[which][BUDGET_ALARM] / 1000);
    if (b->silent == 0)
        row[ONE_FALLS] = row[THIRD_SILENT] = "";
    table_row(t, row, NULL);
}

void show_budgets(const struct show *s, const struct plant *p)
{
    struct budget b;
    struct table t;

    if (p->n_buses == 0)
        return;
    table_init(&t, COLUMNS, ~1u);
    table_row(&t, titles[s->lang], NULL);
    for (uint32_t i = 0; i < p->n_buses; i++)
        if (budget_of_bus(&b, p, i) == RG_OK)
            show_budget(&t, p->buses[i].name, &b);
    table_print(s->to, &t);
    table_fini(&t);
}

static double late_ms(const struct budget *b, enum budget_case which)
{
    return (double)b->late_us[which][BUDGET_ALARM] / 1000;
}

static json_t *budget_json(const char *name, const struct budget *b)
{
    json_t *bus = json_pack("{s:s, s:I, s:I, s:f, s:f, s:f}", "bus", name, "requests",
                            (json_int_t)b->round.requests, "bytes", (json_int_t)b->round.bytes,
                            "round_ms", (double)b->round.round_us / 1000, "use_pct", 100 * b->load,
                            "late_ms", late_ms(b, BUDGET_ALL_ANSWER));

    if (b->silent > 0)
        json_object_update_new(bus, json_pack("{s:I, s:f, s:f}", "silent", (json_int_t)b->silent,
                                              "late_silent_ms", late_ms(b, BUDGET_THIRD_SILENT),
                                              "late_one_falls_ms", late_ms(b, BUDGET_ONE_FALLS)));
    return bus;
}

json_t *budgets_json(const struct plant *p)
{
    json_t *list = json_array();
    struct budget b;

    for (uint32_t i = 0; p != NULL && i < p->n_buses; i++)
        if (budget_of_bus(&b, p, i) == RG_OK)
            json_array_append_new(list, budget_json(p->buses[i].name, &b));
    return list;
}
