/* daemon/message.h - one message for the platform: bytes made once, stored,
 * sent, and sent again unchanged but for `replay`.
 * A fixed pool; the journal (until durable) and each outbox (until done) hold
 * a reference.  Thread: the loop; the store thread reads the body of messages
 * that stand in the batch it was given, and the loop does not write those. */
#ifndef RG_DAEMON_MESSAGE_H
#define RG_DAEMON_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_MAX 4096 /* bytes of a body; Source: the published contract */

enum topic {
    TOPIC_ALARM,
    TOPIC_TELEMETRY,
    TOPIC_LEDGER,
    NUMBERED_TOPICS,
    TOPIC_ACTIVE = NUMBERED_TOPICS,
    TOPIC_STATUS,
    TOPIC_META,
    TOPICS,
    TOPIC_AUDIT = TOPICS /* a row of the trail: goes to the store alone */
};
extern const char *const topic_words[TOPICS];
enum lane { LANE_ALARM, LANE_TELEMETRY, LANES }; /* ledger travels with alarm */

struct message {
    uint64_t id; /* row id in the store: one rising number over all epochs */
    uint64_t epoch;
    uint64_t seq;
    int64_t born_ms; /* mono of this epoch; INT64_MIN: an earlier epoch's */
    int64_t utc_ms;  /* of `ts` */
    enum topic topic;
    bool bad_news; /* may leave 300 ms after it was born, durable or not */
    bool durable;
    bool is_volatile; /* carries volatile:true: the store is in alarm, may leave */
    bool sent;        /* its bytes have left once and never change again */
    uint16_t len;
    uint32_t refs;
    struct message *next_free;
    char body[MESSAGE_MAX]; /* ends with ,"replay":false} */
};

struct message_pool;
int message_pool_new(struct message_pool **out, size_t n);
void message_pool_free(struct message_pool *p);
struct message *message_take(struct message_pool *p); /* one reference, or NULL: empty */
struct message *message_ref(struct message *m);
void message_drop(struct message_pool *p, struct message *m); /* NULL-safe */
size_t message_pool_left(const struct message_pool *p);
size_t message_pool_size(const struct message_pool *p);
enum lane message_lane(const struct message *m);

#endif
