/* daemon/riskgwctl/table.h - columns for people, aligned by display width:
 * a Chinese character takes two columns, printf's %-20s would count bytes. */
#ifndef RG_DAEMON_RISKGWCTL_TABLE_H
#define RG_DAEMON_RISKGWCTL_TABLE_H

#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 10

struct table {
    size_t columns;
    size_t rows;
    size_t room;
    unsigned right;      /* bit i: column i stands flush right */
    char **cells;        /* rows * columns, owned */
    const char **styles; /* one a row: what goes before it, NULL: plain */
};

/* Column counts by wcwidth need a UTF-8 locale: takes the user's, else
 * C.UTF-8, which Debian always has.  Once, at start. */
void table_locale(void);
/* Display columns of a UTF-8 string; what is no text counts a column a byte. */
int table_width(const char *s);

void table_init(struct table *t, size_t columns, unsigned right);
void table_fini(struct table *t);
/* A row of exactly `columns` cells; each is copied.  style: a terminal sequence
 * for the whole row, or NULL. */
void table_row(struct table *t, const char *const *cells, const char *style);
void table_print(FILE *to, const struct table *t);

#endif
