#include "daemon/riskgwctl/table.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void table_locale(void)
{
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

int table_width(const char *s)
{
    mbstate_t state = { 0 };
    int columns = 0;
    wchar_t c;

    while (*s != '\0') {
        size_t n = mbrtowc(&c, s, strlen(s), &state);
        if (n == (size_t)-1 || n == (size_t)-2)
            return columns + (int)strlen(s);
        columns += wcwidth(c) > 0 ? wcwidth(c) : 0;
        s += n;
    }
    return columns;
}

void table_init(struct table *t, size_t columns)
{
    *t = (struct table){ .columns = columns };
}

void table_fini(struct table *t)
{
    for (size_t i = 0; i < t->rows * t->columns; i++)
        free(t->cells[i]);
    free(t->cells);
    *t = (struct table){ 0 };
}

void table_row(struct table *t, const char *const *cells)
{
    if (t->rows == t->room) {
        size_t room = t->room == 0 ? 16 : t->room * 2;
        char **more = realloc(t->cells, room * t->columns * sizeof *more);
        if (more == NULL)
            return; /* a shorter table beats none */
        t->cells = more;
        t->room = room;
    }
    for (size_t i = 0; i < t->columns; i++)
        t->cells[t->rows * t->columns + i] = strdup(cells[i] == NULL ? "" : cells[i]);
    t->rows++;
}

static const char *cell(const struct table *t, size_t row, size_t column)
{
    const char *s = t->cells[row * t->columns + column];

    return s == NULL ? "" : s;
}

static int widest(const struct table *t, size_t column)
{
    int width = 0;

    for (size_t r = 0; r < t->rows; r++) {
        int w = table_width(cell(t, r, column));
        width = w > width ? w : width;
    }
    return width;
}

void table_print(FILE *to, const struct table *t)
{
    int widths[TABLE_COLUMNS_MAX];

    for (size_t c = 0; c < t->columns; c++)
        widths[c] = widest(t, c);
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++) {
            const char *s = cell(t, r, c);
            int pad = c + 1 < t->columns ? widths[c] - table_width(s) + 2 : 0;
            fprintf(to, "%s%*s", s, pad, "");
        }
        fputc('\n', to);
    }
}
