#include "tests/sim/platform/envelope.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#define EPOCH_MAX  (UINT64_C(1) << 53)
#define TOPIC_HEAD "riskgw/v1/"

const char *const numbered_words[NUMBERED] = { "alarm", "telemetry", "ledger" };

/* ---- the topic ---- */

/* One level of a topic's name; NULL: none, or too long. */
static const char *take_level(char out[NAME_BYTES], const char *at)
{
    size_t n = strcspn(at, "/");

    if (n == 0 || n >= NAME_BYTES)
        return NULL;
    memcpy(out, at, n);
    out[n] = '\0';
    return at + n + (at[n] == '/');
}

static bool take_number(unsigned *out, const char *text)
{
    char *end;

    if (text[0] < '0' || text[0] > '9' || (text[0] == '0' && text[1] != '\0'))
        return false;
    *out = (unsigned)strtoul(text, &end, 10);
    return *end == '\0';
}

static bool take_kind(struct place *p, const char *word, const char *rest)
{
    for (int t = 0; t < NUMBERED; t++)
        if (strcmp(word, numbered_words[t]) == 0) {
            p->kind = PLACE_NUMBERED;
            p->numbered = (enum numbered)t;
            return *rest == '\0';
        }
    p->kind = PLACE_STATUS;
    if (strcmp(word, "status") == 0)
        return *rest == '\0';
    p->kind = strcmp(word, "active") == 0 ? PLACE_ACTIVE : PLACE_META;
    return (strcmp(word, "active") == 0 || strcmp(word, "meta") == 0) && take_number(&p->n, rest);
}

bool place_parse(struct place *out, const char *topic)
{
    struct place p = { .n = 0 };
    char word[NAME_BYTES];
    const char *at = topic + strlen(TOPIC_HEAD);

    if (strncmp(topic, TOPIC_HEAD, strlen(TOPIC_HEAD)) != 0)
        return false;
    at = take_level(p.ent, at);
    at = at == NULL ? NULL : take_level(p.gw, at);
    at = at == NULL ? NULL : take_level(word, at);
    if (at == NULL || !take_kind(&p, word, at))
        return false;
    *out = p;
    return true;
}

/* ---- times ---- */

/* Days since 1970 of a proleptic Gregorian date.
 * Source: H. Hinnant, chrono-compatible low-level date algorithms. */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
    int64_t year = m <= 2 ? y - 1 : y;
    int64_t era = year / 400;
    int64_t yoe = year - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static bool has_form(const char *text, const char *form)
{
    size_t i = 0;

    for (; text[i] != '\0' && form[i] != '\0'; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9'
                           : text[i] != form[i] && !(form[i] == '+' && text[i] == '-'))
            return false;
    return text[i] == form[i];
}

static int64_t digits(const char *at, int n)
{
    int64_t v = 0;

    for (int i = 0; i < n; i++)
        v = 10 * v + (at[i] - '0');
    return v;
}

bool time_parse(const char *t, int64_t *utc_ms)
{
    int64_t zone_min, day;

    if (t == NULL || !has_form(t, "0000-00-00T00:00:00.000+00:00"))
        return false;
    zone_min = digits(t + 24, 2) * 60 + digits(t + 27, 2);
    day = days_of(digits(t, 4), digits(t + 5, 2), digits(t + 8, 2));
    *utc_ms = ((day * 24 + digits(t + 11, 2)) * 60 + digits(t + 14, 2)) * 60000 +
              digits(t + 17, 2) * 1000 + digits(t + 20, 3) -
              (t[23] == '-' ? -zone_min : zone_min) * 60000;
    return digits(t + 5, 2) >= 1 && digits(t + 5, 2) <= 12 && digits(t + 8, 2) >= 1 &&
           digits(t + 8, 2) <= 31 && digits(t + 11, 2) <= 23 && digits(t + 14, 2) <= 59;
}

/* ---- the bytes ---- */

static size_t replay_end(const char *body, size_t len)
{
    static const char *const ends[] = { "\"replay\":false}", "\"replay\":true}" };

    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(ends[i]);

        if (len >= n && memcmp(body + len - n, ends[i], n) == 0)
            return n;
    }
    return 0;
}

void bytes_sum(unsigned char sum[SUM_BYTES], const void *body, size_t len)
{
    unsigned char all[EVP_MAX_MD_SIZE];

    if (EVP_Digest(body, len - replay_end(body, len), all, NULL, EVP_sha256(), NULL) != 1)
        abort();
    memcpy(sum, all, SUM_BYTES);
}

/* ---- the head ---- */

static const char *const head_numbered[] = { "v",  "ent", "gw",   "epoch", "seq",
                                             "ts", "clk", "mono", NULL };
static const char *const head_plain[] = { "v", "ent", "gw", "epoch", "ts", "clk", "mono", NULL };
static const char *const head_offline[] = { "v", "ent", "gw", "epoch", "ts", "online", NULL };

static bool begins_with(const json_t *body, const char *const *head)
{
    void *at = json_object_iter((json_t *)body);

    for (; *head != NULL; head++, at = json_object_iter_next((json_t *)body, at))
        if (at == NULL || strcmp(json_object_iter_key(at), *head) != 0)
            return false;
    return true;
}

static bool has_text(const json_t *body, const char *key, const char *text)
{
    const char *is = json_string_value(json_object_get(body, key));

    return is != NULL && strcmp(is, text) == 0;
}

static bool take_int(const json_t *body, const char *key, uint64_t max, uint64_t *out)
{
    const json_t *v = json_object_get(body, key);

    if (!json_is_integer(v) || json_integer_value(v) < 0 || (uint64_t)json_integer_value(v) > max)
        return false;
    *out = (uint64_t)json_integer_value(v);
    return true;
}

static bool take_names(const struct place *p, const json_t *body, struct envelope *e)
{
    return has_text(body, "ent", p->ent) && has_text(body, "gw", p->gw) &&
           take_int(body, "epoch", EPOCH_MAX, &e->epoch) && e->epoch > 0 &&
           (p->kind != PLACE_NUMBERED || (take_int(body, "seq", EPOCH_MAX, &e->seq) && e->seq > 0));
}

static bool head_is_right(const struct place *p, const json_t *body, struct envelope *e)
{
    uint64_t v = 0, mono = 0;
    bool is_right = take_int(body, "v", 1, &v) && v == 1 &&
                    time_parse(json_string_value(json_object_get(body, "ts")), &e->ts_ms);

    if (e->is_offline)
        return is_right && begins_with(body, head_offline);
    is_right =
        is_right && begins_with(body, p->kind == PLACE_NUMBERED ? head_numbered : head_plain);
    is_right = is_right && (has_text(body, "clk", "sync") || has_text(body, "clk", "unsync"));
    is_right = is_right && take_int(body, "mono", EPOCH_MAX, &mono);
    e->mono_ms = (int64_t)mono;
    return is_right;
}

bool envelope_check(struct tally *t, const struct place *p, const struct county_message *m,
                    const json_t *body, struct envelope *out)
{
    bool is_retained = p->kind != PLACE_NUMBERED;

    *out = (struct envelope){
        .is_offline = p->kind == PLACE_STATUS && json_is_false(json_object_get(body, "online")),
        .is_volatile = json_is_true(json_object_get(body, "volatile")),
    };
    if (!take_names(p, body, out)) {
        tally_note(t, COUNTY_ENVELOPE, "%s: ent, gw, epoch or seq", m->topic);
        return false;
    }
    if (!head_is_right(p, body, out))
        tally_note(t, COUNTY_ENVELOPE, "%s: epoch %llu seq %llu", m->topic,
                   (unsigned long long)out->epoch, (unsigned long long)out->seq);
    if (!out->is_offline && replay_end(m->body, m->len) == 0)
        tally_note(t, COUNTY_END, "%s: replay is not the last key", m->topic);
    if (m->retain != is_retained)
        tally_note(t, COUNTY_RETAIN, "%s: retain is %d", m->topic, m->retain);
    if (out->epoch >= EPOCH_VOLATILE && !out->is_volatile)
        tally_note(t, COUNTY_UNMARKED, "%s: epoch %llu without volatile", m->topic,
                   (unsigned long long)out->epoch);
    return true;
}
