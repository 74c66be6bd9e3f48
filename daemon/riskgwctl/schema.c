#include "daemon/riskgwctl/schema.h"

#include <string.h>

#include "config/json_schema.h"
#include "daemon/riskgwctl/client.h"

int verb_schema(const struct verb *v, const struct call *c)
{
    if (c->n_words > 0 && strcmp(c->words[0], "man") != 0) {
        fprintf(stderr, "%s: riskgwctl %s\n", show_word(&c->show, PHRASE_USAGE), v->usage);
        return EXIT_USAGE;
    }
    if (c->n_words > 0)
        manual_print(c->show.to);
    else
        json_schema_print(c->show.to);
    return EXIT_FINE;
}
