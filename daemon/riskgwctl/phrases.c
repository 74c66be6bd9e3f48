#include "daemon/riskgwctl/show.h"

#define PHRASE_ROW(name, zh, en) { zh, en },
static const char *const rows[PHRASE_COUNT][LANGS] = { PHRASES(PHRASE_ROW) };
#undef PHRASE_ROW

const char *phrase(enum phrase p, enum lang lang)
{
    return rows[p][lang];
}
