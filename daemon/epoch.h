/* daemon/epoch.h - the number of this start, new at each one.
 * Kept in its own file (temp, fsync, rename, fsync of the folder), beside the
 * database.  Thread: start-up, before the loop. */
#ifndef RG_DAEMON_EPOCH_H
#define RG_DAEMON_EPOCH_H

#include <stdbool.h>
#include <stdint.h>

/* The greater of the file's and db_epoch, plus 1, made durable.  When it can't
 * be: 2^52 + 51 random bits, *is_volatile true.  Returns the epoch. */
uint64_t epoch_begin(const char *folder, uint64_t db_epoch, bool *is_volatile);
/* What the file says, 0: none or not readable. */
uint64_t epoch_recorded(const char *folder);
/* 2^52 + 51 random bits, for a start that can't wait for its disk. */
uint64_t epoch_volatile(void);
/* First message id of a volatile epoch, whose record is not known: above every id
 * that a clock of before can have given, so that a record that opens late takes
 * them; and drawn with the epoch, for a clock that begins at the same instant at
 * each start.  utc_ms: the wall clock's word. */
uint64_t epoch_first_id(uint64_t epoch, int64_t utc_ms);
/* Id of this installation: 16 hex digits in FOLDER/install, made once. */
void install_id(const char *folder, char out[17]);

#endif
