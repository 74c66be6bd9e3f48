#include "config/err.h"

#include <stddef.h>

struct error_row {
    int number;
    const char *text;
};

#define RG_ERROR_ROW(name, number, text) { number, text },
static const struct error_row rows[] = { RG_ERRORS(RG_ERROR_ROW) };
#undef RG_ERROR_ROW

const char *rg_error_text(int err)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].number == err)
            return rows[i].text;
    return "unknown error";
}
