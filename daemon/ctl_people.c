#include "daemon/ctl_people.h"

#include <stdio.h>
#include <string.h>

#include "config/err.h"
#include "daemon/gateway_people.h"
#include "daemon/log.h"
#include "daemon/until.h"

/* How an act ends: the exit code, what a person reads. */
static const struct {
    enum ctl_exit exit;
    const char *zh, *en;
} verdicts[REFUSALS] = {
    [ACT_DONE] = { CTL_FINE, "完成", "done" },
    [ACT_ALREADY] = { CTL_FINE, "此前已确认", "already acknowledged" },
    [ACT_NO_RULE] = { CTL_INPUT, "没有这个报警规则、编号或测点（见 riskgwctl alarms --all）",
                      "there is no alarm rule, alarm id or point of that name (see: riskgwctl "
                      "alarms --all)" },
    [ACT_NOTHING_OPEN] = { CTL_NO, "拒绝：没有未结束的报警（见 riskgwctl alarms）",
                           "refused, no such alarm is open (see: riskgwctl alarms)" },
    [ACT_NO_CASE] = { CTL_NO, "拒绝：没有未销的报警",
                      "refused, it has no alarm whose case is open" },
    [ACT_NOT_LATCHED] = { CTL_NO, "拒绝：不是锁存的报警", "refused, it is not a latched alarm" },
    [ACT_STILL_ACTIVE] = { CTL_NO, "拒绝：数值尚未恢复", "refused, its value is not back yet" },
    [ACT_NOT_ACKED] = { CTL_NO, "拒绝：请先确认", "refused, acknowledge it first" },
    [ACT_NOT_HANDLED] = { CTL_NO, "拒绝：请先处置（原因与措施）",
                          "refused, handle it first (cause and action)" },
    [ACT_IS_OOS] = { CTL_NO, "拒绝：已停用", "refused, it is out of service" },
    [ACT_BARRED_CLASS] = { CTL_NO, "拒绝：一级报警不得搁置（配置 shelve: p1）",
                           "refused, priority 1 may not be shelved (configuration, shelve: p1)" },
    [ACT_TOO_LONG] = { CTL_NO, "拒绝：超过允许的最长时间（配置 shelve: max）",
                       "refused, longer than is allowed (configuration, shelve: max)" },
    [ACT_NO_END] = { CTL_USAGE, "需要将来的结束时间（--for 或 --until）",
                     "it needs an end in the future (--for or --until)" },
    [ACT_NO_REASON] = { CTL_USAGE, "需要说明（原因、措施、许可证号或备注）",
                        "it needs its words (reason, cause and action, permit, or comment)" },
    [ACT_NOT_HELD] = { CTL_NO, "拒绝：并不处于该状态", "refused, it is not in that state" },
    [ACT_IS_HELD] = { CTL_NO, "拒绝：已处于该状态", "refused, it is in that state already" },
    [ACT_TOO_MANY] = { CTL_NO, "拒绝：同时搁置、维护、停用的过多",
                       "refused, too many are shelved, in maintenance or out of service" },
};

/* Which keys of a request carry what. */
struct act_words {
    const char *verb, *sub; /* sub: the value of the key `do`; NULL: none */
    enum act act;
    const char *what;    /* key of the rule or point */
    const char *comment; /* key of what is said */
};
static const struct act_words rows[] = {
    { "ack", NULL, ACT_ACK, "rule", "comment" },
    { "reset", NULL, ACT_RESET, "rule", "comment" },
    { "comment", NULL, ACT_COMMENT, "rule", "comment" },
    { "handle", NULL, ACT_HANDLE, "rule", "cause" },
    { "close", NULL, ACT_CLOSE, "rule", "comment" },
    { "shelve", NULL, ACT_SHELVE, "rule", "reason" },
    { "unshelve", NULL, ACT_UNSHELVE, "rule", "comment" },
    { "oos", NULL, ACT_OOS, "rule", "permit" },
    { "in-service", NULL, ACT_IN_SERVICE, "rule", "comment" },
    { "maint", "start", ACT_MAINT, "point", "reason" },
    { "maint", "stop", ACT_MAINT_STOP, "point", "comment" },
};

static const char *text_of(const json_t *body, const char *key)
{
    return json_string_value(json_object_get(body, key));
}

static const struct act_words *find_row(const json_t *body)
{
    const char *verb = text_of(body, "verb"), *sub = text_of(body, "do");

    for (size_t i = 0; verb != NULL && i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].verb, verb) == 0 &&
            (rows[i].sub == NULL || (sub != NULL && strcmp(rows[i].sub, sub) == 0)))
            return &rows[i];
    return NULL;
}

static bool in_chinese(const json_t *body)
{
    const char *lang = text_of(body, "lang");

    return lang != NULL && strcmp(lang, "zh") == 0;
}

/* Bytes of text that are whole characters and at most max. */
static int whole(const char *text, size_t max)
{
    size_t n = strnlen(text, max + 1);

    if (n <= max)
        return (int)n;
    for (n = max; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80; n--)
        ;
    return (int)n;
}

void ctl_person(const struct peer *who, const char *named, char out[PERSON_MAX])
{
    if (named == NULL || named[0] == '\0' || strcmp(named, who->name) == 0)
        snprintf(out, PERSON_MAX, "%s", who->name);
    else
        snprintf(out, PERSON_MAX, "%.*s (%.*s)", whole(named, 30), named, whole(who->name, 30),
                 who->name);
}

/* ---- the trail ---- */

static void log_entry(const struct audit_entry *e)
{
    char plain[SLOT_KEY_MAX];

    snprintf(plain, sizeof plain, "%s", e->what == NULL ? "" : e->what);
    for (char *quote = plain; (quote = strchr(quote, '"')) != NULL;)
        *quote = '\''; /* nobody writes fields of his own into the line */
    log_event(strcmp(e->result, "denied") == 0 ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "audit",
              "verb=%s rule=\"%s\" user=%s result=\"%s\"", e->verb, plain, e->user, e->result);
}

static void write_down(const struct ctl_subject *s, const struct audit_entry *e)
{
    log_entry(e);
    if (s->gateway != NULL && gateway_audit(s->gateway, e, clock_now(s->clock)) != RG_OK)
        log_event(LOG_LEVEL_ERROR, "audit_lost", "verb=%s user=%s", e->verb, e->user);
}

void ctl_audit_denied(const struct ctl_subject *s, const struct peer *who, const char *verb,
                      const json_t *body)
{
    const struct act_words *row = find_row(body);

    write_down(s, &(struct audit_entry){ .user = who->name,
                                         .by = text_of(body, "by"),
                                         .verb = verb,
                                         .what = row == NULL ? NULL : text_of(body, row->what),
                                         .result = "denied" });
}

/* ---- one act ---- */

static void say(const json_t *body, const char *what, const char *zh, const char *en,
                struct ctl_answer *a)
{
    snprintf(a->message, sizeof a->message, "%s %.100s: %s", text_of(body, "verb"), what,
             in_chinese(body) ? zh : en);
}

static bool is_too_long(const json_t *body, const struct act_words *row)
{
    const char *keys[] = { row->what, row->comment, "action" };
    bool holds = row->act == ACT_SHELVE || row->act == ACT_OOS || row->act == ACT_MAINT;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = text_of(body, keys[i]);

        if (text != NULL && strlen(text) >= (holds && i == 1 ? REASON_MAX : COMMENT_MAX))
            return true;
    }
    return false;
}

/* --for or --until; false: written in a way that nobody understands. */
static bool read_end(const struct ctl_subject *s, const json_t *body, int64_t *for_ms)
{
    const char *length = text_of(body, "for"), *until = text_of(body, "until");
    int64_t utc_ms;

    *for_ms = 0;
    if (length != NULL)
        return duration_read(length, for_ms);
    if (until == NULL)
        return true;
    if (!until_read(until, s->plant->site.zone_min, &utc_ms))
        return false;
    *for_ms = utc_ms - clock_now(s->clock).utc_ms;
    return true;
}

static void carry_out(const struct ctl_subject *s, const struct ctl_asker *asker,
                      const json_t *body, const struct act_words *row, struct ctl_answer *a)
{
    const char *named = text_of(body, "by");
    char by[PERSON_MAX];
    struct person_act act = { .act = row->act,
                              .what = text_of(body, row->what),
                              .by = by,
                              .comment = text_of(body, row->comment),
                              .action = row->act == ACT_HANDLE ? text_of(body, "action") : NULL,
                              .once = json_is_true(json_object_get(body, "once")) };
    enum refusal verdict;

    ctl_person(asker->who, named, by);
    if (!read_end(s, body, &act.for_ms)) {
        a->exit = CTL_USAGE;
        say(body, act.what, "看不懂时间：例如 --for 30m，--until \"2026-11-23 18:00\"",
            "the time can't be read: for example --for 30m, --until \"2026-11-23 18:00\"", a);
        return;
    }
    verdict = gateway_do(s->gateway, &act, clock_now(s->clock));
    write_down(s, &(struct audit_entry){ .user = asker->who->name,
                                         .by = named,
                                         .verb = row->sub == NULL        ? row->verb
                                                 : row->act == ACT_MAINT ? "maint start"
                                                                         : "maint stop",
                                         .what = act.what,
                                         .why = act.comment,
                                         .result = refusal_word(verdict) });
    a->exit = verdicts[verdict].exit;
    say(body, act.what, verdicts[verdict].zh, verdicts[verdict].en, a);
}

void ctl_act(const struct ctl_subject *s, const struct ctl_asker *asker, const json_t *body,
             struct ctl_answer *a)
{
    const struct act_words *row = find_row(body);

    if (row == NULL || text_of(body, row->what) == NULL) {
        a->exit = CTL_USAGE;
        say(body, "", row == NULL ? "需要 start 或 stop" : "需要报警规则、报警编号或测点",
            row == NULL ? "it needs start or stop" : "it needs a rule, an alarm id or a point", a);
        return;
    }
    if (is_too_long(body, row)) {
        write_down(s, &(struct audit_entry){ .user = asker->who->name,
                                             .by = text_of(body, "by"),
                                             .verb = row->verb,
                                             .what = text_of(body, row->what),
                                             .result = "text_too_long" });
        a->exit = CTL_INPUT;
        say(body, "", "文字过长（备注、原因、措施不超过 399 字节，搁置理由 199 字节）",
            "a text is too long (399 bytes; the reason of a hold 199)", a);
        return;
    }
    carry_out(s, asker, body, row, a);
}
