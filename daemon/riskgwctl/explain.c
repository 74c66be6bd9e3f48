#include "daemon/riskgwctl/explain.h"

#include <string.h>

#include "config/explain.h"
#include "daemon/riskgwctl/client.h"

int verb_explain(const struct verb *v, const struct call *c)
{
    const struct explanation *e = explain_find(c->words[0]);

    (void)v;
    if (strcmp(c->words[0], "all") == 0) {
        explain_index(c->show.to);
        return EXIT_FINE;
    }
    if (e == NULL) { /* an alarm's explanation is for a later version */
        bool is_number = strspn(c->words[0], "Ee0123456789") == strlen(c->words[0]);
        fprintf(stderr, "riskgwctl: %s: %s\n", c->words[0],
                show_word(&c->show, is_number ? PHRASE_NO_SUCH_NUMBER : PHRASE_NOT_IN_VERSION));
        return EXIT_USAGE;
    }
    explain_print(c->show.to, e, c->show.lang == LANG_ZH ? DIAG_ZH : DIAG_EN);
    return EXIT_FINE;
}
