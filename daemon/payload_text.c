#include "daemon/payload_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LABEL_BYTES 150 /* a longer label is cut, so that the value behind it is not */

struct line {
    char *buf;
    size_t size;
    size_t len;
};

/* What a sentence adds behind its subject. */
enum { SAYS_VALUE = 1, SAYS_DURATION = 2, SAYS_PERSON = 4, SAYS_WHY = 8 };
struct sentence {
    const char *words;
    int says;
};

static const struct sentence sentences[EVENT_TYPES] = {
    [EV_RAISE] = { "", SAYS_VALUE },
    [EV_LEVEL_UP] = { "（升级）", SAYS_VALUE },
    [EV_LEVEL_DOWN] = { "（降级）", SAYS_VALUE },
    [EV_RE_RAISE] = { "（再次报警）", SAYS_VALUE },
    [EV_ACK] = { "报警已确认", SAYS_PERSON },
    [EV_CLEAR] = { "报警恢复正常", SAYS_DURATION },
    [EV_RTN_LATCHED] = { "报警数值已恢复，等待复位", 0 },
    [EV_RESET] = { "报警已复位", SAYS_PERSON },
    [EV_HANDLE] = { "报警已处置", SAYS_PERSON },
    [EV_CLOSE] = { "报警已销警", SAYS_PERSON },
    [EV_COMMENT] = { "报警有新的备注", SAYS_PERSON },
    [EV_ESCALATE] = { "报警到时无人确认，升级通知", 0 },
    [EV_SHELVE] = { "报警被搁置", SAYS_PERSON },
    [EV_UNSHELVE] = { "报警的搁置结束", SAYS_PERSON },
    [EV_OOS] = { "报警停用", SAYS_PERSON },
    [EV_IN_SERVICE] = { "报警恢复投用", SAYS_PERSON },
    [EV_SUPPRESS] = { "报警并入总线中断报警", SAYS_PERSON },
    [EV_UNSUPPRESS] = { "报警不再并入总线中断报警", SAYS_PERSON },
    [EV_FAULT_RAISE] = { "", SAYS_WHY },
    [EV_FAULT_CLEAR] = { "恢复正常", SAYS_DURATION },
    [EV_RETIRE] = { "的报警结束：规则已从配置中移除", 0 },
};
static const struct {
    uint8_t bit;
    const char *begins, *ends;
} hold_words[] = {
    { SUPP_RULE, "报警按设计抑制", "报警不再按设计抑制" },
    { SUPP_MAINT, "进入维护", "的维护结束" },
};
static const char *const level_words[LEVELS] = { "低低", "低", "高", "高高" };
static const char *const fault_words[QUALITY_COUNT] = {
    [Q_COMM_FAIL] = "读取失败",      [Q_SENSOR_FAULT] = "传感器故障",
    [Q_OVER_RANGE] = "超出量程上限", [Q_UNDER_RANGE] = "低于量程下限",
    [Q_IDENTITY] = "设备身份不符",   [Q_STUCK] = "数值卡滞",
};
static const char *const why_words[WHY_CODE_COUNT] = {
    [WHY_CRC] = "校验错误",
    [WHY_TID] = "事务号不符",
    [WHY_PROTO] = "协议号不符",
    [WHY_LEN] = "长度不符",
    [WHY_UNIT] = "应答地址不符",
    [WHY_FC] = "功能码不符",
    [WHY_COUNT] = "字节数不符",
    [WHY_LATE] = "应答迟到",
    [WHY_DUP] = "重复应答",
    [WHY_ECHO] = "收到自身回波",
    [WHY_NOISE] = "线路干扰",
    [WHY_TIMEOUT] = "应答超时",
    [WHY_EXCEPTION] = "设备拒绝",
    [WHY_QUARANTINE] = "等待迟到的应答",
    [WHY_RANGE] = "数值越过量程",
    [WHY_NAN] = "数值无效",
    [WHY_LINK] = "线路断开",
    [WHY_NEVER] = "从未读到",
    [WHY_BROKEN] = "传感器给出无效码",
    [WHY_NE43] = "电流越出 NE43",
    [WHY_BIT] = "设备状态位",
    [WHY_SETTLING] = "从站刚恢复应答",
    [WHY_IDENTITY] = "设备身份不符或未核对",
};
static const char *const status_words[STATUS_WORDS] = {
    [STATUS_SENSOR_FAULT] = "传感器故障",  [STATUS_CALIBRATING] = "标定中",
    [STATUS_WARMING_UP] = "预热中",        [STATUS_OVER_RANGE] = "超出量程上限",
    [STATUS_UNDER_RANGE] = "低于量程下限",
};
static const char *const sys_words[SYS_FAULTS] = {
    [SYS_STORE] = "网关数据存储故障",
    [SYS_TIME] = "网关时钟未同步",
    [SYS_CONFIG] = "网关配置文件有误，正按上一份有效配置运行",
    [SYS_IDENTITY] = "另一台网关正在使用本网关的身份",
    [SYS_UPLINK] = "中断",
    [SYS_CERT] = "的证书需要更换",
};
static const struct {
    const char *reason, *words;
} restart_words[] = {
    { "first", "首次启动" },      { "stop", "正常停机后启动" }, { "crash", "程序异常退出后启动" },
    { "watchdog", "看门狗复位" }, { "power", "断电后启动" },
};

__attribute__((format(printf, 2, 3))) static void add(struct line *l, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(l->buf + l->len, l->size - l->len, format, args);
    va_end(args);
    if (n > 0)
        l->len = l->len + (size_t)n < l->size ? l->len + (size_t)n : l->size - 1;
}

/* Takes back the bytes of a character that did not fit whole. */
static size_t whole_chars(const char *s, size_t n)
{
    size_t start = n;

    if (s[n] == '\0')
        return n;
    while (start > 0 && ((unsigned char)s[start] & 0xC0) == 0x80)
        start--;
    return start;
}

static void add_cut(struct line *l, const char *text, size_t max)
{
    size_t n = whole_chars(text, strnlen(text, max));

    add(l, "%.*s%s", (int)n, text, text[n] == '\0' ? "" : "…");
}

static void add_name(struct line *l, const struct text *label, const char *id)
{
    const char *zh = text_pick(label, "zh");

    add_cut(l, zh[0] == '\0' ? id : zh, LABEL_BYTES);
}

static void add_label(struct line *l, const struct point_conf *p)
{
    add_name(l, &p->label, p->id);
}

/* 186.0 is written 186: the sentence is for people. */
static void add_number(struct line *l, double v, int decimals, const struct point_conf *p)
{
    const char *unit = unit_name(p->unit_of_value);
    char digits[JSON_NUMBER_MAX];
    size_t n;

    json_digits(digits, v, decimals);
    n = strlen(digits);
    if (strchr(digits, '.') != NULL && strchr(digits, 'e') == NULL)
        while (digits[n - 1] == '0' || digits[n - 1] == '.')
            if (digits[--n] == '.')
                break;
    add(l, "%.*s%s%s", (int)n, digits, unit[0] == '\0' ? "" : " ", unit);
}

static void add_duration(struct line *l, int64_t ms)
{
    int64_t s = ms / 1000;

    add(l, "，持续 ");
    if (s >= 3600)
        add(l, "%lld 小时 ", (long long)(s / 3600));
    if (s >= 60)
        add(l, "%lld 分 ", (long long)(s / 60 % 60));
    add(l, "%lld 秒", (long long)(s % 60));
}

/* ---- limits ---- */

struct reading {
    bool has_val;
    double val;
    enum quality q;
};

static bool is_high(enum alarm_kind kind)
{
    return kind == KIND_H || kind == KIND_HH;
}

/* "186 ppm ≥ 160 ppm"; between the limit and its deadband the sign would be
 * untrue, and the limit stands in brackets. */
static void add_reading(struct line *l, const struct point_conf *p, enum alarm_kind kind,
                        const struct reading *r)
{
    const struct limit_conf *limit = part_limit(p, kind);
    bool is_over = r->q == Q_OVER_RANGE && is_high(kind);
    bool is_under = r->q == Q_UNDER_RANGE && !is_high(kind);
    bool holds;

    if (limit == NULL)
        return;
    holds = is_over || is_under ||
            (r->has_val && (is_high(kind) ? r->val >= limit->at : r->val <= limit->at));
    if (is_over || is_under)
        add(l, " %s", fault_words[r->q]);
    else if (r->has_val) {
        add(l, " ");
        add_number(l, r->val, p->read.decimals, p);
    }
    add(l, holds ? is_high(kind) ? " ≥ " : " ≤ " : "（限值 ");
    add_number(l, limit->at, part_limit_decimals(p, limit->at), p);
    if (!holds)
        add(l, "）");
}

/* ---- faults ---- */

static void add_subject(struct line *l, const struct envelope *e, const struct slot *s,
                        enum alarm_kind kind, const struct alarm_state *st)
{
    const struct plant *p = e->plant;

    switch (s->type) {
    case SLOT_LIMIT:
        add_label(l, &p->points[s->ref]);
        add(l, " %s", level_words[kind <= KIND_HH ? kind : KIND_H]);
        break;
    case SLOT_RULE:
        add_name(l, &p->rules[s->ref].label, p->rules[s->ref].id);
        break;
    case SLOT_POINT_FAULT:
        add_label(l, &p->points[s->ref]);
        add(l, " %s", fault_words[st->q] == NULL ? "数据无效" : fault_words[st->q]);
        break;
    case SLOT_UNIT:
        add(l, "总线 %s 的 %u 号设备通信中断", p->buses[p->units[s->ref].bus].name,
            (unsigned)p->units[s->ref].unit_id);
        break;
    case SLOT_BUS:
        add(l, "总线 %s 通信中断", p->buses[s->ref].name);
        break;
    case SLOT_SYS:
        if (s->sys >= SYS_UPLINK)
            add(l, "上传链路 %s ", p->uplinks[s->ref].name);
        add(l, "%s", sys_words[s->sys]);
        break;
    }
}

static void add_why(struct line *l, struct why why)
{
    if (why.code == WHY_NONE)
        return;
    add(l, "（%s", why_words[why.code]);
    if (why.code == WHY_EXCEPTION)
        add(l, "，异常码 %u", (unsigned)why.arg);
    if (why.code == WHY_BIT)
        add(l, "：%s", status_words[why.arg % STATUS_WORDS]);
    add(l, "）");
}

static size_t count_points(const struct plant *p, const struct slot *s)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_points; i++)
        n += s->type == SLOT_UNIT ? p->points[i].unit == s->ref : p->points[i].bus == s->ref;
    return n;
}

static void add_reach(struct line *l, const struct envelope *e, const struct slot *s,
                      uint32_t pending)
{
    if (s->type == SLOT_UNIT || s->type == SLOT_BUS)
        add(l, "，影响 %zu 个测点", count_points(e->plant, s));
    if (pending != 0)
        add(l, "；此前的超限报警未解除");
}

/* ---- whole sentences ---- */

static const char *words_of(const struct event *ev)
{
    for (size_t i = 0; i < sizeof hold_words / sizeof hold_words[0]; i++) {
        if (ev->hold == hold_words[i].bit && ev->type == EV_SUPPRESS)
            return hold_words[i].begins;
        if (ev->hold == hold_words[i].bit && ev->type == EV_UNSUPPRESS)
            return hold_words[i].ends;
    }
    return sentences[ev->type].words;
}

static void add_slot_event(struct line *l, const struct envelope *e, const struct event *ev)
{
    const struct slot *s = engine_slot(e->engine, ev->slot);
    const struct sentence *say = &sentences[ev->type];

    add_subject(l, e, s, ev->kind, &ev->after);
    add(l, "%s", words_of(ev));
    if ((say->says & SAYS_VALUE) != 0 && s->type == SLOT_LIMIT)
        add_reading(l, &e->plant->points[s->ref], ev->kind,
                    &(struct reading){ ev->has_val, ev->val, ev->q });
    if ((say->says & SAYS_WHY) != 0) {
        add_why(l, ev->after.why);
        add_reach(l, e, s, ev->pending);
    }
    if ((say->says & SAYS_DURATION) != 0)
        add_duration(l, ev->duration_ms);
    if ((say->says & SAYS_PERSON) != 0 && ev->by[0] != '\0')
        add(l, "：%s", ev->by);
}

void text_event(char *out, size_t size, const struct envelope *e, const struct event *ev)
{
    struct line l = { out, size, 0 };

    out[0] = '\0';
    if (ev->slot != SLOT_NONE)
        add_slot_event(&l, e, ev);
    else if (ev->type == EV_RETIRE)
        add(&l, "%s %s", ev->comment, sentences[EV_RETIRE].words);
    else
        add(&l, "网关时钟跳变 %+.3f 秒", (double)ev->offset_ms / 1000);
}

void text_restart(char *out, size_t size, const char *reason, size_t n_open)
{
    struct line l = { out, size, 0 };
    const char *words = "原因不明的重新启动";

    for (size_t i = 0; i < sizeof restart_words / sizeof restart_words[0]; i++)
        if (strcmp(reason, restart_words[i].reason) == 0)
            words = restart_words[i].words;
    add(&l, "网关%s，未结束报警 %zu 条", words, n_open);
}

void text_standing(char *out, size_t size, const struct envelope *e, uint32_t slot, bool is_now)
{
    const struct slot *s = engine_slot(e->engine, slot);
    struct reading r = { .q = Q_GOOD };
    struct line l = { out, size, 0 };

    add_subject(&l, e, s, part_kind(s), &s->st);
    if (s->type == SLOT_LIMIT) {
        if (is_now) {
            const struct point_state *now = engine_point(e->engine, s->ref);

            r.q = now->q;
            r.has_val = quality_class(now->q) == QC_GOOD && isfinite(now->val);
            r.val = now->val;
        }
        add_reading(&l, &e->plant->points[s->ref], part_kind(s), &r);
    } else if (s->st.active) {
        add_why(&l, s->st.why);
    }
    if (alarm_is_listed(&s->st) && !s->st.active)
        add(&l, s->st.latched ? "，数值已恢复，等待复位" : "，已恢复，未确认");
}
