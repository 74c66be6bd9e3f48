#include "daemon/sample_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/err.h"

#define NUMBER_MAX 10000000 /* of a point: what is above it is damage */

static bool is_wanted(const struct reading *r, const char *id)
{
    if (r->alarm.epoch == 0)
        return r->point[0] == '\0' || strcmp(r->point, id) == 0;
    for (size_t i = 0; i < r->n_ids; i++)
        if (strcmp(r->ids[i], id) == 0)
            return true;
    return false;
}

static int make_room(struct sample_names *n, int64_t number)
{
    size_t room = (size_t)number + 1;

    if (number < 0 || number > NUMBER_MAX)
        return RG_EDAMAGED;
    if (room <= n->n)
        return RG_OK;
    room += room / 2;
    struct sample_point *more = realloc(n->points, room * sizeof *more);
    if (more == NULL)
        return RG_ENOMEM;
    memset(more + n->n, 0, (room - n->n) * sizeof *more);
    n->points = more;
    n->n = room;
    return RG_OK;
}

static const char *text_of(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return text == NULL ? "" : text;
}

static int read_points(struct sample_names *n, struct sample_file *f, const struct reading *r)
{
    sqlite3_stmt *row = f->stmts[SQL_POINTS];
    int err = RG_OK;
    int rc = SQLITE_DONE;

    while (err == RG_OK && (rc = sqlite3_step(row)) == SQLITE_ROW) {
        int64_t number = sqlite3_column_int64(row, 0);
        err = make_room(n, number);
        if (err != RG_OK)
            break;
        struct sample_point *p = &n->points[number];
        snprintf(p->id, sizeof p->id, "%s", text_of(row, 1));
        snprintf(p->unit, sizeof p->unit, "%s", text_of(row, 2));
        p->decimals = (int8_t)sqlite3_column_int(row, 3);
        p->is_wanted = is_wanted(r, p->id);
    }
    if (err == RG_OK && rc != SQLITE_DONE)
        err = sample_failed(f, rc, "points");
    sqlite3_reset(row);
    return err;
}

int sample_names_read(struct sample_names *n, struct sample_file *f, const struct reading *r)
{
    sqlite3_stmt *row = f->stmts[SQL_WORDS];
    int rc;

    *n = (struct sample_names){ .n = 0 };
    while ((rc = sqlite3_step(row)) == SQLITE_ROW) {
        int64_t number = sqlite3_column_int64(row, 0);
        if (number >= 0 && number < SAMPLE_WORDS)
            snprintf(n->words[number], SAMPLE_WORD, "%s", text_of(row, 1));
    }
    int err = rc == SQLITE_DONE ? RG_OK : sample_failed(f, rc, "words");
    sqlite3_reset(row);
    return err == RG_OK ? read_points(n, f, r) : err;
}

void sample_names_free(struct sample_names *n)
{
    free(n->points);
    n->points = NULL;
}
