/* daemon/sample_file.h - one month of samples: samples-YYYYMM.db.
 * A chunk is one batch: its points one behind the other, each a packed block
 * (block.h) behind its number and length.  The file explains itself: tables name
 * points and words.  WAL, synchronous=FULL.  Thread: the store's. */
#ifndef RG_DAEMON_SAMPLE_FILE_H
#define RG_DAEMON_SAMPLE_FILE_H

#include <limits.h>
#include <sqlite3.h>

#include "daemon/samples.h"

#define SAMPLE_FILE_VERSION 1
#define SAMPLE_FILE_ID      0x52475344 /* "RGSD", its application id */

#define SAMPLE_STATEMENTS(X)                                                                       \
    X(SQL_LAST_CHUNK, "SELECT epoch,serial FROM chunk ORDER BY id DESC LIMIT 1")                   \
    X(SQL_PUT_CHUNK, "INSERT INTO chunk(epoch,serial,base_ms,last_ms,utc_ms,sync,sum,body) "       \
                     "VALUES(?1,?2,?3,?4,?5,?6,?7,?8)")                                            \
    X(SQL_CHUNKS, "SELECT id,epoch,base_ms,last_ms,utc_ms,sync,sum,body FROM chunk WHERE id>?1 "   \
                  "ORDER BY id")                                                                   \
    X(SQL_FIND_POINT, "SELECT n FROM point WHERE id=?1 AND unit=?2 AND decimals=?3")               \
    X(SQL_PUT_POINT, "INSERT INTO point(id,unit,decimals) VALUES(?1,?2,?3)")                       \
    X(SQL_POINTS, "SELECT n,id,unit,decimals FROM point")                                          \
    X(SQL_PUT_WORD, "INSERT OR IGNORE INTO word(text) VALUES(?1)")                                 \
    X(SQL_FIND_WORD, "SELECT n FROM word WHERE text=?1")                                           \
    X(SQL_WORDS, "SELECT n,text FROM word")                                                        \
    X(SQL_PUT_CLOCK, "INSERT INTO clock(epoch,mono_ms,offset_ms) VALUES(?1,?2,?3)")                \
    X(SQL_CLOCKS, "SELECT epoch,mono_ms,offset_ms FROM clock ORDER BY n")                          \
    X(SQL_PUT_LOSS, "INSERT INTO loss(epoch,from_ms,to_ms,rows) VALUES(?1,?2,?3,?4)")              \
    X(SQL_LOSSES, "SELECT epoch,from_ms,to_ms,rows FROM loss ORDER BY n")                          \
    X(SQL_PUT_INCIDENT, "INSERT INTO incident(epoch,seq,in_epoch,from_ms,to_ms,points) "           \
                        "VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(epoch,seq) DO UPDATE SET "          \
                        "to_ms=excluded.to_ms WHERE in_epoch=excluded.in_epoch")                   \
    X(SQL_INCIDENT, "SELECT in_epoch,from_ms,to_ms,points FROM incident WHERE epoch=?1 AND "       \
                    "seq=?2")                                                                      \
    X(SQL_DROP_OLD, "DELETE FROM chunk WHERE id IN (SELECT id FROM chunk ORDER BY id LIMIT ?1)")   \
    X(SQL_COUNT, "SELECT count(*) FROM chunk")

#define SAMPLE_STATEMENT_NUMBER(name, sql) name,
enum sample_statement { SAMPLE_STATEMENTS(SAMPLE_STATEMENT_NUMBER) SAMPLE_STATEMENT_COUNT };
#undef SAMPLE_STATEMENT_NUMBER

struct sample_file {
    sqlite3 *db; /* NULL: not open */
    int month;   /* 202611 */
    sqlite3_stmt *stmts[SAMPLE_STATEMENT_COUNT];
    char path[PATH_MAX];
    uint8_t q_word[QUALITY_COUNT]; /* number of each word in this file */
    uint8_t why_word[WHY_CODE_COUNT];
    uint64_t clock_epoch; /* of the last row in clock */
    int64_t clock_offset_ms;
    char error[200];
};

#define SAMPLE_NAME     "samples-%06d.db"
#define SAMPLE_NAME_LEN 17

void sample_path(char *out, size_t size, const char *folder, int month);
/* Opens, or makes, the month's file.  RG_OK, RG_EIO, RG_EDAMAGED, RG_ENEWER (by
 * name in error); closed then. */
int sample_file_open(struct sample_file *f, const char *folder, int month);
void sample_file_close(struct sample_file *f);
/* An SQLite result becomes an error of ours. */
int sample_failed(struct sample_file *f, int rc, const char *doing);
int sample_exec(struct sample_file *f, const char *sql);
/* Binds n numbers and runs to the end. */
int sample_run(struct sample_file *f, enum sample_statement which, const int64_t *v, int n);
/* One transaction; whatever fails takes all of it back. */
int sample_file_write(struct sample_file *f, const struct sample_batch *b);
struct sample_head {
    uint64_t epoch;
    int64_t base_ms, last_ms; /* mono of its first and last row */
    int64_t utc_ms;           /* wall time of base_ms, as it was told then */
    bool sync;
};
/* Guards the chunk against flipped bits. */
uint64_t sample_sum(const struct sample_head *h, const void *body, size_t len);
/* The file's number of a word, made if it is new. */
int sample_word(struct sample_file *f, const char *word, uint8_t *n);

#endif
