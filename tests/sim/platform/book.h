/* tests/sim/platform/book.h - all that was received of one gateway, and what
 * follows from it.  What came is kept as it came; the order of epochs, the
 * alarms and what is missing are worked out anew by audit() when something new
 * has come, so that the order of arrival never matters. */
#ifndef RG_TESTS_SIM_PLATFORM_BOOK_H
#define RG_TESTS_SIM_PLATFORM_BOOK_H

#include <uthash.h>

#include "tests/sim/platform/happening.h"

struct note {
    uint64_t seq;
    unsigned char sum[SUM_BYTES];
    bool is_two; /* a second content came */
    bool is_volatile;
    struct happening *what; /* on the alarm topic; NULL: it could not be read */
};
struct numbers {
    struct note *v; /* by seq */
    size_t n, room;
    uint64_t upto; /* 1 .. upto are here */
};

struct lost {
    enum numbered topic;
    uint64_t from_epoch, from_seq, to_epoch, to_seq;
};

struct epoch {
    uint64_t number;
    struct numbers by[NUMBERED];
    /* audit: */
    const struct restart *head; /* first part of the restart event; NULL: not here */
    int64_t head_ts_ms;
    bool is_volatile;
    bool has_open; /* every part is here, and it is not null */
    struct epoch *prev;
    struct epoch *next; /* the recorded epoch that tells what was recorded of this */
    size_t rank;        /* in the order of the chain */
    bool is_orphan;     /* nobody after it has heard of it: it recorded nothing, not even
                           its restart event, and what is here of it left early */
    bool is_placed;
};

/* All of one alarm_id. */
struct alarm {
    char *id;
    UT_hash_handle hh;
    /* audit: */
    bool was_raised, is_over, is_unknown;
    bool is_gone;   /* recorded and not in open: retired, or vanished */
    bool is_unsure; /* messages are missing: nothing about it can be proven */
    bool is_listed; /* in the `open` that is being read */
    bool is_firm;   /* its last event was recorded */
    bool is_live;   /* among book.live */
    bool is_drill;
    struct standing is;
};

/* The alarm that was last raised for one point and side, or one fault. */
struct side {
    char *key;
    struct alarm *last;
    UT_hash_handle hh;
};

struct part {     /* of active */
    json_t *body; /* NULL: not there */
    uint64_t epoch, parts;
    int64_t mono_ms;
    struct list open;
};

struct owed {
    enum numbered topic;
    uint64_t epoch, seq;
    int64_t due_ms;
};

struct book {
    char ent[NAME_BYTES], gw[NAME_BYTES];
    struct epoch **epochs; /* by arrival */
    size_t n_epochs, room_epochs;
    struct lost *lost;
    size_t n_lost, room_lost;
    struct alarm *alarms;
    struct alarm **live; /* of them those that a restart has to look at */
    size_t n_live, room_live;
    struct part *active; /* by n */
    size_t n_active;
    struct owed *owed;
    size_t n_owed, room_owed;
    /* audit: */
    bool is_chain_stale;   /* an epoch or a restart event came since */
    bool is_walk_stale;    /* something on the alarm topic */
    bool is_numbers_stale; /* anything that is numbered */
    bool is_blind;         /* messages are missing: an alarm may stand that nobody knows */
    struct epoch **order;  /* of the chain, n_epochs */
    struct side *sides;
    struct tally walked, counted;
};

struct side *side_of(struct book *b, const char *rule, const char *kind); /* made when new */
struct alarm *alarm_of(struct book *b, const char *id);                   /* made when new */
struct epoch *epoch_of(struct book *b, uint64_t number);                  /* made when new */
struct epoch *epoch_find(const struct book *b, uint64_t number);          /* NULL: none */
struct note *numbers_find(const struct numbers *v, uint64_t seq);         /* NULL: none */
struct note *numbers_add(struct numbers *v, uint64_t seq);
uint64_t numbers_max(const struct numbers *v);
bool numbers_whole(const struct numbers *v); /* no hole up to the last */
void lost_read(struct book *b, const json_t *body);
void book_free(struct book *b); /* NULL-safe */

#endif
