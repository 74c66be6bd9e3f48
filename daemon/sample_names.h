/* daemon/sample_names.h - inside of sample_*.c: what the numbers in one file's
 * chunks mean.  Thread: the store's. */
#ifndef RG_DAEMON_SAMPLE_NAMES_H
#define RG_DAEMON_SAMPLE_NAMES_H

#include "daemon/sample_months.h"

#define SAMPLE_WORDS 256
#define SAMPLE_WORD  24

struct sample_names {
    struct sample_point {
        char id[PLANT_ID_MAX + 1];
        char unit[12];
        int8_t decimals;
        bool is_wanted;
    } * points; /* by number */
    size_t n;   /* numbers are below it */
    char words[SAMPLE_WORDS][SAMPLE_WORD];
};

/* RG_OK, RG_ENOMEM, RG_EIO, RG_EDAMAGED; sample_names_free() always. */
int sample_names_read(struct sample_names *n, struct sample_file *f, const struct reading *r);
void sample_names_free(struct sample_names *n);

#endif
