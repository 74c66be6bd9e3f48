/* config/schema.h - the one table of keys: what a section may hold, of which
 * type, in which range, with which default, and what it means.
 * Thread: any (constant data). */
#ifndef RG_CONFIG_SCHEMA_H
#define RG_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum section {
    SEC_ROOT,
    SEC_SITE,
    SEC_STORE,
    SEC_CONTROL,
    SEC_SHELVE,
    SEC_TELEMETRY,
    SEC_BUS,
    SEC_AREA,
    SEC_POINT,
    SEC_READ,
    SEC_STATUS,
    SEC_CHANNELS,
    SEC_IDENTITY,
    SEC_LIMITS,
    SEC_LIMIT,
    SEC_DEVICE,
    SEC_RULES,
    SEC_STRICTNESS,
    SEC_RULE,
    SEC_UPLINK,
    SEC_TLS,
    SEC_RECORD,
    SECTIONS
};

enum key_type {
    KEY_MAP,
    KEY_LIST,
    KEY_FILES, /* a list of paths */
    KEY_TEXT,  /* anything: a label, a path */
    KEY_WORD,  /* text of a fixed form or set */
    KEY_NAME,
    KEY_LABEL,
    KEY_DURATION,
    KEY_SIZE,
    KEY_INT,
    KEY_SHARE, /* percent, with its sign */
    KEY_BOOL,
    KEY_QUANTITY,
    KEY_RANGE,
    KEY_FACTOR,
    KEY_CODE,   /* a number, or 0xFFFF */
    KEY_CODES,  /* a list of them */
    KEY_SPANS,  /* a list of registers and ranges of them */
    KEY_RECORD, /* `all`, or a map of SEC_RECORD */
    KEY_NOT_BUILT
};

#define KEYS_MAX 48 /* of one section */

struct key_row {
    enum section section;
    const char *name;
    enum key_type type;
    int64_t min, max;     /* ms, bytes or the number itself */
    const char *standard; /* default as one would write it; "" none; NULL required */
    const char *help_zh;
    const char *help_en;
};

/* Rows of a section stand together: first row and how many. */
const struct key_row *schema_section(enum section s, size_t *n);
const struct key_row *schema_find(enum section s, const char *name);
/* What people call the place where a section's keys stand. */
const char *schema_home(enum section s);
/* The first row of that name in any section. */
const struct key_row *schema_any(const char *name);

#endif
