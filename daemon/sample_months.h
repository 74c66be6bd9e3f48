/* daemon/sample_months.h - inside of sample_*.c: the folder and its open files.
 * Thread: the store's. */
#ifndef RG_DAEMON_SAMPLE_MONTHS_H
#define RG_DAEMON_SAMPLE_MONTHS_H

#include "daemon/sample_db.h"

#define SAMPLE_MONTHS_MAX 1300 /* a century */

struct sample_db {
    char folder[PATH_MAX - 64];
    struct sample_file now;   /* the one that is written */
    struct sample_file other; /* the one that was read last */
    int64_t bytes;            /* of all files, at the last look */
    char error[200];
    char aside[PATH_MAX]; /* set aside, not told yet */
    char told[PATH_MAX];
};

/* The months that there are, oldest first. */
size_t sample_months(const struct sample_db *db, int out[SAMPLE_MONTHS_MAX]);
/* NULL: stands in db->error. */
struct sample_file *sample_open_month(struct sample_db *db, int month);

#endif
