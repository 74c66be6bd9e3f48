#include "daemon/downlink.h"

#include <string.h>

#include <jansson.h>

#include "config/err.h"

/* An object may have these keys and no other. */
static bool has_only(const json_t *doc, const char *const *keys, size_t n)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        found += json_object_get(doc, keys[i]) != NULL;
    return found == n && json_object_size(doc) == n;
}
#define HAS_ONLY(doc, ...)                                                                         \
    has_only((doc), (const char *const[]){ __VA_ARGS__ },                                          \
             sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static bool get_number(const json_t *v, uint64_t *out)
{
    if (!json_is_integer(v) || json_integer_value(v) < 1)
        return false;
    *out = (uint64_t)json_integer_value(v);
    return true;
}

static bool get_topic(const json_t *doc, enum topic *out)
{
    const char *word = json_string_value(json_object_get(doc, "topic"));

    for (int t = 0; word != NULL && t < NUMBERED_TOPICS; t++)
        if (strcmp(word, topic_words[t]) == 0) {
            *out = (enum topic)t;
            return true;
        }
    return false;
}

static bool get_name(const json_t *doc, struct downlink *d)
{
    return get_topic(doc, &d->topic) && get_number(json_object_get(doc, "epoch"), &d->epoch);
}

static bool get_seqs(const json_t *list, struct downlink *d)
{
    size_t n = json_array_size(list);

    if (!json_is_array(list) || n == 0 || n > DOWNLINK_SEQS_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!get_number(json_array_get(list, i), &d->seqs[i]))
            return false;
    d->n_seqs = n;
    return true;
}

static bool get_receipt(const json_t *doc, struct downlink *d)
{
    d->kind = DOWN_RECEIPT;
    if (!get_name(doc, d))
        return false;
    if (HAS_ONLY(doc, "v", "topic", "epoch", "seqs"))
        return get_seqs(json_object_get(doc, "seqs"), d);
    d->upto = true;
    d->n_seqs = 1;
    return HAS_ONLY(doc, "v", "topic", "epoch", "upto") &&
           get_number(json_object_get(doc, "upto"), &d->seqs[0]);
}

static bool get_resend(const json_t *doc, struct downlink *d)
{
    d->kind = DOWN_RESEND;
    return HAS_ONLY(doc, "v", "req", "topic", "epoch", "from", "to") && get_name(doc, d) &&
           get_number(json_object_get(doc, "from"), &d->from) &&
           get_number(json_object_get(doc, "to"), &d->to) && d->from <= d->to;
}

static bool get_request(const json_t *doc, struct downlink *d)
{
    const char *word = json_string_value(json_object_get(doc, "req"));

    if (word == NULL)
        return false;
    if (strcmp(word, "resend") == 0)
        return get_resend(doc, d);
    d->kind = strcmp(word, "meta") == 0 ? DOWN_META : DOWN_ACTIVE;
    return (strcmp(word, "meta") == 0 || strcmp(word, "active") == 0) && HAS_ONLY(doc, "v", "req");
}

int downlink_parse(struct downlink *out, const char *topic, const void *body, size_t len)
{
    bool is_receipt = strcmp(topic, "receipt") == 0;
    struct downlink d = { .kind = DOWN_RECEIPT };
    bool ok = false;
    uint64_t version;
    json_t *doc;

    if (len == 0 || len > DOWNLINK_MAX || (!is_receipt && strcmp(topic, "request") != 0))
        return RG_EINVAL;
    doc = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
    if (get_number(json_object_get(doc, "v"), &version) && version == 1)
        ok = is_receipt ? get_receipt(doc, &d) : get_request(doc, &d);
    json_decref(doc);
    if (!ok)
        return RG_EINVAL;
    *out = d;
    return RG_OK;
}
