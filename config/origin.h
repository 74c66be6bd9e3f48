/* config/origin.h - every effective value of a configuration and where it came
 * from: the file and line, the template, the defaults, or the program itself. */
#ifndef RG_CONFIG_ORIGIN_H
#define RG_CONFIG_ORIGIN_H

#include "config/load.h"

enum origin_from {
    FROM_BUILT_IN, /* nobody wrote it */
    FROM_FILE,
    FROM_DEFAULTS, /* of the point's own file */
    FROM_DEVICE,
    FROM_RULE_SET,
    FROM_AREA,
    ORIGINS
};

/* Valid during the call that brings it. */
struct origin {
    const char *section; /* "site", "buses", "areas", "points", "uplinks", ... */
    const char *name;    /* of the bus, area, point, uplink; "" */
    const char *key;     /* "every", "read.fc", "H.at" */
    const char *value;   /* as it is written */
    enum origin_from from;
    const char *template_name; /* of the device, rule set or area; "" */
    const char *file;          /* NULL: built in */
    int line;
};

struct origin_sink {
    void *ctx;
    void (*value)(void *ctx, const struct origin *o);
};

/* As plant_load(), for its values only.  They come in the order of the files. */
int plant_trace(const char *path, const struct file_reader *r, struct diag_list *d,
                const struct origin_sink *sink);

#endif
