#include "daemon/audit.h"

#include "daemon/json.h"
#include "daemon/payload.h"
#include "daemon/sha256.h"

#define TEXT_MAX 420 /* bytes of each text as written */

_Static_assert(sizeof(((struct audit_head *)0)->hash) == SHA256_BYTES, "the hash of a row");

void audit_link(struct audit_head *head, const char *text, size_t len)
{
    uint64_t n = ++head->n;
    unsigned char number[8];
    struct sha256 sum;

    for (int i = 0; i < 8; i++)
        number[i] = (unsigned char)(n >> (8 * (7 - i)));
    sha256_init(&sum);
    sha256_add(&sum, head->hash, SHA256_BYTES);
    sha256_add(&sum, number, sizeof number);
    sha256_add(&sum, text, len);
    sha256_end(&sum, head->hash);
}

static void put(struct json *j, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0')
        json_str_cut(j, key, text, TEXT_MAX);
}

void audit_write(struct message *m, const struct audit_entry *e, int64_t utc_ms, int zone_min)
{
    char time[32];
    struct json j;

    payload_time(time, utc_ms, zone_min);
    json_init(&j, m->body, sizeof m->body);
    json_open(&j, NULL, '{');
    json_str(&j, "ts", time);
    put(&j, "user", e->user);
    put(&j, "by", e->by);
    put(&j, "verb", e->verb);
    put(&j, "what", e->what);
    put(&j, "why", e->why);
    put(&j, "result", e->result);
    json_close(&j, '}');
    m->len = (uint16_t)json_end(&j);
    m->topic = TOPIC_AUDIT;
    m->id = m->seq = 0;
    m->utc_ms = utc_ms;
}
