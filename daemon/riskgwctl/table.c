#include "daemon/riskgwctl/table.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define GAP   2
#define PLAIN "\033[0m"

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

void table_init(struct table *t, size_t columns, unsigned right)
{
    *t = (struct table){ .columns = columns, .right = right };
}

void table_fini(struct table *t)
{
    for (size_t i = 0; i < t->rows * t->columns; i++)
        free(t->cells[i]);
    free(t->cells);
    free(t->styles);
    *t = (struct table){ 0 };
}

static int grow(struct table *t)
{
    size_t room = t->room == 0 ? 16 : t->room * 2;
    char **cells = realloc(t->cells, room * t->columns * sizeof *cells);
    const char **styles;

    if (cells == NULL)
        return -1;
    t->cells = cells;
    styles = realloc(t->styles, room * sizeof *styles);
    if (styles == NULL)
        return -1;
    t->styles = styles;
    t->room = room;
    return 0;
}

void table_row(struct table *t, const char *const *cells, const char *style)
{
    if (t->rows == t->room && grow(t) != 0)
        return; /* a shorter table beats none */
    for (size_t i = 0; i < t->columns; i++)
        t->cells[t->rows * t->columns + i] = strdup(cells[i] == NULL ? "" : cells[i]);
    t->styles[t->rows++] = style;
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

/* `owed`: spaces that stand before this cell; a line ends without any. */
static int print_cell(FILE *to, const struct table *t, size_t row, size_t column, int width,
                      int owed)
{
    const char *s = cell(t, row, column);
    int pad = width - table_width(s);
    bool is_right = (t->right >> column & 1u) != 0;

    if (s[0] == '\0')
        return owed + width + GAP;
    fprintf(to, "%*s%s", owed + (is_right ? pad : 0), "", s);
    return GAP + (is_right ? 0 : pad);
}

void table_print(FILE *to, const struct table *t)
{
    int widths[TABLE_COLUMNS_MAX];

    for (size_t c = 0; c < t->columns; c++)
        widths[c] = widest(t, c);
    for (size_t r = 0; r < t->rows; r++) {
        int owed = 0;

        fputs(t->styles[r] == NULL ? "" : t->styles[r], to);
        for (size_t c = 0; c < t->columns; c++)
            owed = print_cell(to, t, r, c, widths[c], owed);
        fprintf(to, "%s\n", t->styles[r] == NULL ? "" : PLAIN);
    }
}
