/* daemon/sample_db.h - the sample files of the state folder: which month is
 * written, what is kept, and reading back.  A damaged file is set aside under a
 * dated name and a new one begun; alarms never stand in these files.
 * Thread: the store's. */
#ifndef RG_DAEMON_SAMPLE_DB_H
#define RG_DAEMON_SAMPLE_DB_H

#include "daemon/reading.h"
#include "daemon/sample_file.h"

struct sample_db;

int sample_db_new(struct sample_db **out, const char *folder); /* RG_ENOMEM; opens nothing */
void sample_db_free(struct sample_db *db);                     /* NULL-safe */
/* RG_OK, RG_EIO (try again), RG_ENEWER, RG_ENOMEM. */
int sample_db_write(struct sample_db *db, const struct sample_batch *b);
/* The next piece of an answer; what goes wrong stands in it. */
void sample_db_read(struct sample_db *db, struct reading *r);
/* Makes room: months that ended before now - keep_ms, then, oldest first, what is
 * above max_bytes less `others`, those of the rest of the record.  A bounded slice
 * a call.  is_trusted: the clock is good enough to judge an age by. */
void sample_db_keep(struct sample_db *db, int64_t now_utc_ms, bool is_trusted, int64_t keep_ms,
                    int64_t max_bytes, int64_t others);
int64_t sample_db_bytes(const struct sample_db *db);
/* The last failure, for the log; what was set aside since the last call, or "". */
const char *sample_db_error(const struct sample_db *db);
const char *sample_db_set_aside(struct sample_db *db);

#endif
