/* daemon/riskgwctl/phrases.h - the catalogue: one row a phrase, both languages;
 * and the words of the daemon's documents as people say them. */
#ifndef RG_DAEMON_RISKGWCTL_PHRASES_H
#define RG_DAEMON_RISKGWCTL_PHRASES_H

enum lang { LANG_ZH, LANG_EN, LANGS };

#define PHRASES(X)                                                                                 \
    X(LAST_GOOD, "配置文件有误：正按上一份有效配置运行",                                           \
      "THE CONFIGURATION FILE IS WRONG: the last good one runs")                                   \
    X(FULLY, "全部监测中", "FULLY MONITORED")                                                      \
    X(NOT_FULLY, "未全部监测", "NOT FULLY MONITORED")                                              \
    X(AND_MORE, "等", "and more")                                                                  \
    X(POINTS, "测点", "points")                                                                    \
    X(GOOD, "正常", "good")                                                                        \
    X(NO_DATA, "无数据", "no data")                                                                \
    X(BAD, "故障", "bad")                                                                          \
    X(ALARMS, "报警", "alarms")                                                                    \
    X(ACTIVE, "报警中", "active")                                                                  \
    X(NOT_ACKED, "未确认", "not acknowledged")                                                     \
    X(BUSES, "总线", "buses")                                                                      \
    X(UNITS, "从站应答", "units answering")                                                        \
    X(USE, "占用", "use")                                                                          \
    X(UPLINK, "上行", "uplink")                                                                    \
    X(CONNECTED, "已连接", "connected")                                                            \
    X(DISCONNECTED, "未连接", "not connected")                                                     \
    X(CERT_DUE, "证书需要更换", "a certificate needs renewal")                                     \
    X(QUEUE, "待发", "queue")                                                                      \
    X(OLDEST, "最早", "oldest")                                                                    \
    X(LAST_RECEIPT, "上次回执", "last receipt")                                                    \
    X(AGO, "前", " ago")                                                                           \
    X(NO_RECEIPTS, "未要求平台回执：代理应答即算送达",                                             \
      "no receipts asked for: a PUBACK ends an alarm")                                             \
    X(RECORD, "记录", "record")                                                                    \
    X(RECORD_OK, "正常", "ok")                                                                     \
    X(RECORD_BAD, "存储故障：报警照常上送，但未落盘",                                              \
      "STORE FAULT: alarms go out, but are not on disk")                                           \
    X(CLOCK, "时钟", "clock")                                                                      \
    X(SYNC, "已同步", "synchronised")                                                              \
    X(UNSYNC, "未同步", "not synchronised")                                                        \
    X(UPTIME, "运行", "up")                                                                        \
    X(POINT, "测点", "point")                                                                      \
    X(LABEL, "名称", "name")                                                                       \
    X(VALUE, "数值", "value")                                                                      \
    X(QUALITY, "质量", "quality")                                                                  \
    X(WHY, "原因", "reason")                                                                       \
    X(AGE, "数据龄", "age")                                                                        \
    X(UNIT, "从站", "unit")                                                                        \
    X(STATE, "状态", "state")                                                                      \
    X(LEVEL, "级别", "prio")                                                                       \
    X(RULE, "规则", "rule")                                                                        \
    X(TEXT, "内容", "what")                                                                        \
    X(SINCE, "起始", "since")                                                                      \
    X(LAST, "末值", "last")                                                                        \
    X(LIMIT, "限值", "limit")                                                                      \
    X(REQUESTS, "请求", "requests")                                                                \
    X(TIMEOUTS, "超时", "timeouts")                                                                \
    X(REJECTED, "拒收", "rejected")                                                                \
    X(NOISE, "坏帧 %", "bad %")                                                                    \
    X(BAD_FRAMES, "坏帧", "bad frames")                                                            \
    X(USE15, "15 分钟", "15 min")                                                                  \
    X(IDLE, "空闲", "idle")                                                                        \
    X(READING, "读取", "reading")                                                                  \
    X(EVERY, "every ms", "every ms")                                                               \
    X(SINCE_TIME, "自", "since")                                                                   \
    X(EXCEPTIONS, "异常应答", "exceptions")                                                        \
    X(RTT, "应答 ms p50/p95", "rtt ms p50/p95")                                                    \
    X(PERIOD, "周期 ms p50/p95", "period ms p50/p95")                                              \
    X(MASTER, "线上另有主站在问", "ANOTHER MASTER ASKS ON THIS LINE")                              \
    X(ONE_MASTER, "一条线只能有一个主站，请停掉它或把它接到别处",                                  \
      "a line has one master; switch it off, or give it a line of its own")                        \
    X(NO_SAMPLES, "这段时间没有记录", "nothing was recorded in that time")                         \
    X(NO_GAPS, "这段时间没有缺口", "no gaps in that time")                                         \
    X(NO_ALARMS, "没有未结束的报警", "no open alarms")                                             \
    X(ENDED, "已结束", "ended")                                                                    \
    X(LOST, "与网关断开，以上内容可能已过时",                                                      \
      "NO ANSWER FROM THE GATEWAY, what stands above is old")                                      \
    X(BACK, "与网关重新连上", "the gateway answers again")                                         \
    X(UNREACHABLE, "网关无应答", "the daemon does not answer at")                                  \
    X(IS_IT_RUNNING, "riskgwd 在运行吗？-c FILE 应与它的配置相同",                                 \
      "is riskgwd running? -c FILE must be its configuration")                                     \
    X(NO_WHOLE_ANSWER, "应答不完整", "no whole answer came")                                       \
    X(NOT_IN_VERSION, "not in this version（本版本尚无此命令）", "not in this version")            \
    X(NO_SUCH_VERB, "没有这个命令", "no such verb")                                                \
    X(NO_SUCH_NUMBER, "没有这个编号", "no such number")                                            \
    X(NO_SUCH_POINT, "没有这个测点", "no such point")                                              \
    X(OVER, "已恢复", "over, now")                                                                 \
    X(BUILT_IN, "内置默认", "built in")                                                            \
    X(FROM_FILE, "", "")                                                                           \
    X(DEFAULTS, "defaults", "defaults")                                                            \
    X(DEVICE, "设备模板", "device")                                                                \
    X(RULE_SET, "规则集", "rule set")                                                              \
    X(AREA, "区域", "area")                                                                        \
    X(DID_YOU_MEAN, "是不是", "did you mean")                                                      \
    X(NOT_UTF8, "参数不是 UTF-8 文本", "an argument is no UTF-8 text")                             \
    X(USAGE, "用法", "usage")                                                                      \
    X(VERBS, "命令", "verbs")                                                                      \
    X(OPTIONS, "选项", "options")

#define PHRASE_NUMBER(name, zh, en) PHRASE_##name,
enum phrase { PHRASES(PHRASE_NUMBER) PHRASE_COUNT };
#undef PHRASE_NUMBER

const char *phrase(enum phrase p, enum lang lang);
/* A code of the documents (quality, state, reason, unit state) in words; the
 * code itself where there are none. */
const char *phrase_of_code(const char *code, enum lang lang);

#endif
