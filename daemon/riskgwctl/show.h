/* daemon/riskgwctl/show.h - the daemon's documents as text for people, in
 * Chinese or English.  Each takes a parsed document and writes to `to`. */
#ifndef RG_DAEMON_RISKGWCTL_SHOW_H
#define RG_DAEMON_RISKGWCTL_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

enum lang { LANG_ZH, LANG_EN, LANGS };

struct show {
    FILE *to;
    enum lang lang;
    bool colour; /* never the only carrier of a meaning */
};

void show_status(const struct show *s, const json_t *doc);
void show_points(const struct show *s, const json_t *doc);
void show_alarms(const struct show *s, const json_t *doc);
void show_alarm_line(const struct show *s, const json_t *alarm);
void show_bus(const struct show *s, const json_t *doc);

/* The catalogue: one row a phrase, both languages. */
#define PHRASES(X)                                                             \
    X(FULLY, "全部监测中", "FULLY MONITORED")                                  \
    X(NOT_FULLY, "未全部监测", "NOT FULLY MONITORED")                          \
    X(POINTS, "测点", "points")                                                \
    X(GOOD, "正常", "good")                                                    \
    X(NO_DATA, "无数据", "no data")                                            \
    X(BAD, "故障", "bad")                                                      \
    X(ALARMS, "报警", "alarms")                                                \
    X(ACTIVE, "报警中", "active")                                              \
    X(NOT_ACKED, "未确认", "not acknowledged")                                 \
    X(BUSES, "总线", "buses")                                                  \
    X(UNITS, "从站", "units")                                                  \
    X(USE, "占用", "use")                                                      \
    X(UPLINK, "上行", "uplink")                                                \
    X(CONNECTED, "已连接", "connected")                                        \
    X(DISCONNECTED, "未连接", "not connected")                                 \
    X(QUEUE, "待发", "queue")                                                  \
    X(RECORD, "记录", "record")                                                \
    X(RECORD_OK, "正常", "ok")                                                 \
    X(RECORD_BAD, "存储故障：报警照常上送，但未落盘",                          \
      "STORE FAULT: alarms go out, but are not on disk")                       \
    X(CLOCK, "时钟", "clock")                                                  \
    X(SYNC, "已同步", "synchronised")                                          \
    X(UNSYNC, "未同步", "not synchronised")                                    \
    X(NONE, "无", "none")                                                      \
    X(POINT, "测点", "point")                                                  \
    X(VALUE, "数值", "value")                                                  \
    X(QUALITY, "质量", "quality")                                              \
    X(WHY, "原因", "reason")                                                   \
    X(AGE, "数据龄", "age")                                                    \
    X(UNIT, "从站", "unit")                                                    \
    X(STATE, "状态", "state")                                                  \
    X(LEVEL, "级别", "prio")                                                   \
    X(RULE, "规则", "rule")                                                    \
    X(TEXT, "内容", "text")                                                    \
    X(SINCE, "起始", "since")                                                  \
    X(REQUESTS, "请求", "requests")                                            \
    X(TIMEOUTS, "超时", "timeouts")                                            \
    X(REJECTED, "拒收", "rejected")                                            \
    X(RTT, "应答 ms", "rtt ms")                                                \
    X(PERIOD, "周期 ms", "period ms")                                          \
    X(NO_RECEIPTS, "未要求平台回执：只能以 PUBACK 为准",                       \
      "no receipts asked for: a PUBACK ends an alarm")

#define PHRASE_NUMBER(name, zh, en) PHRASE_##name,
enum phrase { PHRASES(PHRASE_NUMBER) PHRASE_COUNT };
#undef PHRASE_NUMBER

const char *phrase(enum phrase p, enum lang lang);

#endif
