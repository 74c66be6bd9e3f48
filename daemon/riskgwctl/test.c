#include "daemon/riskgwctl/test.h"

#include "daemon/riskgwctl/client.h"
#include "daemon/riskgwctl/scenario.h"

static int test_one(const struct call *c, const char *path)
{
    bool is_zh = c->show.lang == LANG_ZH;
    struct scenario s;
    int err = scenario_read(&s, path);
    int code = EXIT_INPUT;

    if (err == RG_ECONF)
        diag_print(stderr, &s.found, path, is_zh ? DIAG_ZH : DIAG_EN);
    if (err == RG_OK)
        err = scenario_run(&s);
    if (err == RG_OK && c->print)
        scenario_print(&s, c->show.to);
    if (err == RG_OK)
        code = scenario_judge(&s, c->print ? stderr : c->show.to, is_zh) ? EXIT_FINE : EXIT_NO;
    else if (err != RG_ECONF)
        fprintf(stderr, "riskgwctl: %s\n", rg_error_text(err));
    scenario_fini(&s);
    return code;
}

int verb_test(const struct verb *v, const struct call *c)
{
    int worst = EXIT_FINE;

    (void)v;
    for (int i = 0; i < c->n_words; i++) {
        int code = test_one(c, c->words[i]);
        worst = code > worst ? code : worst;
    }
    return worst;
}
