#include "daemon/riskgwctl/verbs.h"

#include <stdlib.h>
#include <string.h>

#include "config/loader.h"
#include "daemon/riskgwctl/check.h"
#include "daemon/riskgwctl/client.h"
#include "daemon/riskgwctl/explain.h"
#include "daemon/riskgwctl/schema.h"
#include "daemon/riskgwctl/show_config.h"
#include "daemon/riskgwctl/table.h"
#include "daemon/riskgwctl/test.h"

#define RELOAD_S 60

#define SAID_WORD(name, word) [name] = word,
const char *const said_words[SAID_COUNT] = { SAID(SAID_WORD) };
#undef SAID_WORD

static const struct verb verbs[] = {
    { "status",
      0,
      0,
      false,
      NULL,
      show_status,
      verb_ask,
      "status",
      { "是否全部监测中；哪些没有、多久了", "is everything monitored; what is not, since when" } },
    { "points",
      0,
      1,
      false,
      "point",
      show_points,
      verb_ask,
      "points [ID]",
      { "测点的数值，或没有数值的原因", "the value of each point, or why there is none" } },
    { "alarms",
      0,
      0,
      false,
      NULL,
      show_alarms,
      verb_ask,
      "alarms [--all]",
      { "未结束的报警；--all 列出全部规则", "open alarms; --all lists every rule" } },
    { "watch",
      0,
      0,
      false,
      NULL,
      NULL,
      verb_watch,
      "watch",
      { "持续显示报警变化，新报警响铃", "follow the alarms; a new one rings the bell" } },
    { "bus",
      0,
      1,
      false,
      "bus",
      show_bus,
      verb_ask,
      "bus [NAME]",
      { "总线和从站的通信统计", "how each bus and unit answers" } },
    { "ack",
      1,
      1,
      false,
      "rule",
      NULL,
      verb_ask,
      "ack RULE|ALARM_ID [--comment TEXT] [--by NAME]",
      { "确认报警", "acknowledge an alarm" } },
    { "reset",
      1,
      1,
      false,
      "rule",
      NULL,
      verb_ask,
      "reset RULE|ALARM_ID [--by NAME]",
      { "复位锁存的报警", "reset a latched alarm" } },
    { "comment",
      1,
      1,
      false,
      "rule",
      NULL,
      verb_ask,
      "comment RULE|ALARM_ID --comment TEXT [--by NAME]",
      { "给报警加备注", "write a note to an alarm" } },
    { "handle",
      1,
      1,
      false,
      "rule",
      NULL,
      verb_ask,
      "handle ALARM_ID|RULE --cause TEXT --action TEXT [--by NAME]",
      { "记录处置：原因与措施", "record the cause and what was done" } },
    { "close",
      1,
      1,
      false,
      "rule",
      NULL,
      verb_ask,
      "close ALARM_ID|RULE [--by NAME]",
      { "销警（已恢复、已确认、已处置）",
        "close the case of an alarm that is over, acknowledged and handled" } },
    { "shelve",
      1,
      1,
      false,
      "rule",
      NULL,
      verb_ask,
      "shelve RULE --for 30m [--once] --reason TEXT [--by NAME]",
      { "限时搁置：不再提示，照常记录和上送",
        "set aside for a time: not announced, recorded and sent as ever" } },
    { "unshelve",
      1,
      1,
      false,
      "rule",
      NULL,
      verb_ask,
      "unshelve RULE [--by NAME]",
      { "结束搁置", "end it" } },
    { "oos",
      1,
      1,
      false,
      "rule",
      NULL,
      verb_ask,
      "oos RULE --permit N --until TIME [--by NAME]",
      { "凭许可证停用", "take out of service by a permit" } },
    { "in-service",
      1,
      1,
      false,
      "rule",
      NULL,
      verb_ask,
      "in-service RULE [--by NAME]",
      { "恢复投用", "put back in service" } },
    { "maint",
      2,
      2,
      false,
      "point",
      NULL,
      verb_maint,
      "maint start|stop POINT [--for 20m --reason TEXT] [--by NAME]",
      { "测点维护：开始、结束", "maintenance of a point: start, stop" } },
    { "history",
      1,
      1,
      false,
      "point",
      NULL,
      verb_read,
      "history POINT [--from T] [--to T]",
      { "一个测点的记录", "what was recorded of a point" } },
    { "gaps",
      0,
      1,
      false,
      "point",
      NULL,
      verb_read,
      "gaps [POINT] [--from T] [--to T]",
      { "哪些时间没有数据，为什么", "when there were no values, and why" } },
    { "incident",
      1,
      1,
      false,
      "alarm",
      NULL,
      verb_read,
      "incident ALARM_ID",
      { "报警前后各 5 分钟的全部采样",
        "all samples from 5 minutes before an alarm to 5 behind it" } },
    { "export",
      1,
      2,
      false,
      "point",
      NULL,
      verb_export,
      "export csv [POINT] [--from T] [--to T]",
      { "导出为 CSV（Excel、WPS 可直接打开）", "CSV for Excel, LibreOffice and WPS" } },
    { "check",
      0,
      1,
      true,
      NULL,
      NULL,
      verb_check,
      "check [FILE] [--strict]",
      { "检查配置文件；--strict 时警告也算失败",
        "judge a configuration; --strict: warnings count" } },
    { "test",
      1,
      WORDS_MAX,
      true,
      NULL,
      NULL,
      verb_test,
      "test FILE... [--print]",
      { "按场景文件试验报警规则，不需要网关", "try the rules by a scenario, without a daemon" } },
    { "show-config",
      0,
      1,
      true,
      NULL,
      NULL,
      verb_show_config,
      "show-config [POINT]",
      { "生效的配置值及其出处", "every effective value and the line that says it" } },
    { "schema",
      0,
      1,
      true,
      NULL,
      NULL,
      verb_schema,
      "schema [man]",
      { "配置文件的 JSON Schema（供编辑器使用）",
        "JSON Schema of the configuration, for editors" } },
    { "explain",
      1,
      1,
      true,
      NULL,
      NULL,
      verb_explain,
      "explain E0nn|all",
      { "详细说明一个检查编号", "the long text of a finding's number" } },
    { "reload",
      0,
      0,
      false,
      NULL,
      show_reload,
      verb_reload,
      "reload [--by NAME]",
      { "重新读取配置；有错则什么都不变",
        "read the configuration again; with a mistake nothing changes" } },
};

static const char *const planned[] = {
    "fmt",      "doctor", "health",   "uplink", "drill",          "handover",
    "audit",    "scan",   "listen",   "probe",  "read",           "replay",
    "backtest", "tune",   "rollback", "db",     "support-bundle", "completion",
};

const struct verb *verb_find(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

bool verb_is_planned(const char *name)
{
    for (size_t i = 0; i < sizeof planned / sizeof planned[0]; i++)
        if (strcmp(planned[i], name) == 0)
            return true;
    return false;
}

const char *verb_near(const char *name)
{
    const char *names[sizeof verbs / sizeof verbs[0]];

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        names[i] = verbs[i].name;
    return nearest(name, names, sizeof names / sizeof names[0]);
}

void verb_list(FILE *to, enum lang lang)
{
    struct table t;

    table_init(&t, 3, 0);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        table_row(&t, (const char *[]){ "", verbs[i].usage, verbs[i].help[lang] }, NULL);
    table_print(to, &t);
    table_fini(&t);
}

void show_reload(const struct show *s, const json_t *doc)
{
    fputs(show_text(doc, "findings"), s->to);
}

static char *request_of(const struct verb *v, const struct call *c)
{
    json_t *body = json_pack("{s:s}", "verb", v->name);
    bool is_text = true;
    char *text;

    if (v->word_key != NULL && c->n_words > 0)
        is_text =
            json_object_set_new(body, v->word_key, json_string(c->words[c->n_words - 1])) == 0;
    if (c->by != NULL)
        is_text = json_object_set_new(body, "by", json_string(c->by)) == 0 && is_text;
    for (int i = 0; i < SAID_COUNT; i++)
        if (c->said[i] != NULL)
            is_text =
                json_object_set_new(body, said_words[i], json_string(c->said[i])) == 0 && is_text;
    if (c->n_words > 1)
        is_text = json_object_set_new(body, "do", json_string(c->words[0])) == 0 && is_text;
    if (c->once)
        json_object_set_new(body, "once", json_true());
    json_object_set_new(body, "lang", json_string(c->show.lang == LANG_ZH ? "zh" : "en"));
    if (c->all)
        json_object_set_new(body, "all", json_true());
    text = is_text ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);
    return text;
}

static void show_answer(const struct verb *v, const struct call *c, const struct answer *a)
{
    json_t *doc;

    if (a->message[0] != '\0')
        fprintf(a->exit == EXIT_FINE ? c->show.to : stderr, "%s\n", a->message);
    if (a->len == 0)
        return;
    if (c->json) {
        fprintf(c->show.to, "%s\n", a->doc);
        return;
    }
    doc = json_loadb(a->doc, a->len, 0, NULL);
    if (doc != NULL && v->show != NULL)
        v->show(&c->show, doc);
    json_decref(doc);
}

int verb_ask(const struct verb *v, const struct call *c)
{
    char *request = request_of(v, c);
    struct answer a;
    int code;

    if (request == NULL) {
        fprintf(stderr, "riskgwctl: %s\n", show_word(&c->show, PHRASE_NOT_UTF8));
        return EXIT_USAGE;
    }
    client_ask(c->socket, request, c->show.lang, c->wait_s, &a);
    free(request);
    show_answer(v, c, &a);
    code = a.exit;
    answer_fini(&a);
    return code;
}

int verb_maint(const struct verb *v, const struct call *c)
{
    if (strcmp(c->words[0], "start") == 0 || strcmp(c->words[0], "stop") == 0)
        return verb_ask(v, c);
    fprintf(stderr, "%s: riskgwctl %s\n", show_word(&c->show, PHRASE_USAGE), v->usage);
    return EXIT_USAGE;
}

int verb_reload(const struct verb *v, const struct call *c)
{
    struct call patient = *c;

    patient.wait_s = RELOAD_S;
    return verb_ask(v, &patient);
}
