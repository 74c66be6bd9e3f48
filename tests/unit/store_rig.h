/* tests/unit/store_rig.h - a folder, a plant and a store for the tests of the
 * record. */
#ifndef RG_TESTS_STORE_RIG_H
#define RG_TESTS_STORE_RIG_H

#include "daemon/store.h"

#define RIG_UPLINKS 2
#define RIG_KEY     "co.a/high"

struct store_rig {
    char folder[64];
    char db[128];
    struct uplink_conf uplinks[RIG_UPLINKS];
    struct plant plant;
    struct store *store;
    struct store_opened opened;
    struct batch batch;
    struct message *messages; /* as many as a batch has records */
    struct fetch fetch;
    struct message *fetched; /* FETCH_MAX */
};

struct store_rig *rig_new(void);
void rig_free(struct store_rig *r);
/* Asserts RG_OK; begins the epoch when it is not 0. */
void rig_open(struct store_rig *r, uint64_t epoch);
void rig_close(struct store_rig *r);
void rig_reopen(struct store_rig *r, uint64_t epoch);
/* One more record into the batch: id is seq of the alarm topic. */
struct record *rig_add(struct store_rig *r, enum topic t, uint64_t epoch, uint64_t seq, uint64_t id,
                       uint32_t uplinks);
void rig_done(struct store_rig *r, uint64_t id, uint8_t uplink);
/* Commits what was added and empties the batch when it went well. */
int rig_commit(struct store_rig *r, uint64_t epoch);
/* Everything that the uplink owes in the lane, at most FETCH_MAX. */
size_t rig_fetch(struct store_rig *r, uint8_t uplink, enum lane lane, uint64_t after);
size_t rig_fetch_seq(struct store_rig *r, enum topic t, uint64_t epoch, uint64_t from, uint64_t to);
bool rig_is_as_made(const struct message *m);
/* All of a folder's entries whose name begins so. */
size_t rig_files(const struct store_rig *r, const char *prefix);
/* One alarm with every field different from every other. */
struct saved_alarm rig_alarm(const char *key, unsigned seed);
/* Runs on its own connection, while the store is closed. */
void rig_sql(const struct store_rig *r, const char *sql);

#endif
