/* tests/sim/world/book.h - messages by their name (topic, epoch, seq): what
 * each one said, and what is known of it. */
#ifndef RG_TESTS_SIM_WORLD_BOOK_H
#define RG_TESTS_SIM_WORLD_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/message.h"

enum book_mark { BOOK_LEFT = 1, BOOK_DURABLE = 2, BOOK_RECEIVED = 4 };

struct entry {
    uint64_t sum; /* of its bytes without `replay`; 0: never seen */
    uint8_t marks;
};

struct chapter { /* one epoch of one topic; v[seq] */
    struct entry *v;
    size_t size;
    uint64_t last; /* the greatest seq seen */
};

struct book_epoch {
    uint64_t epoch;
    struct chapter topics[NUMBERED_TOPICS];
};

struct book {
    struct book_epoch *v; /* in the order of their coming */
    size_t n, size;
};

/* What a body says of itself. */
struct name {
    enum topic topic;
    uint64_t epoch, seq;
    uint64_t sum;
};

/* The last word of a topic's name, or the one before it for active and meta;
 * TOPICS: none of ours. */
enum topic name_topic(const char *topic);
/* False: no numbered message, or no numbers in it. */
bool name_read(struct name *out, enum topic t, const char *body, size_t len);

/* Its entry, made when it is new; sum 0 then. */
struct entry *book_entry(struct book *b, const struct name *n);
const struct book_epoch *book_find(const struct book *b, uint64_t epoch);
bool book_has(const struct book_epoch *e, enum topic t, uint64_t seq, uint8_t marks);
void book_fini(struct book *b);

#endif
