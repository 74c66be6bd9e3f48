#include "daemon/riskgwctl/phrases.h"

#include <stddef.h>
#include <string.h>

#define PHRASE_ROW(name, zh, en) { zh, en },
static const char *const rows[PHRASE_COUNT][LANGS] = { PHRASES(PHRASE_ROW) };
#undef PHRASE_ROW

static const struct {
    const char *code, *words[LANGS];
} codes[] = {
    /* qualities */
    { "good", { "正常", "good" } },
    { "uncertain", { "存疑", "uncertain" } },
    { "maint", { "维护中", "in maintenance" } },
    { "never_read", { "从未读到", "never read" } },
    { "stale", { "过期", "stale" } },
    { "warm_up", { "预热中", "warming up" } },
    { "settling", { "稳定中", "settling" } },
    { "calib", { "标定中", "calibrating" } },
    { "comm_fail", { "通信中断", "no communication" } },
    { "sensor_fault", { "传感器故障", "sensor fault" } },
    { "over_range", { "超量程上限", "over range" } },
    { "under_range", { "低于量程下限", "under range" } },
    { "identity", { "设备身份不符", "wrong device" } },
    { "stuck", { "数值卡滞", "stuck" } },
    /* states of an alarm */
    { "normal", { "正常", "normal" } },
    { "unacked", { "未确认", "UNACKED" } },
    { "acked", { "已确认", "acked" } },
    { "rtn_unacked", { "已恢复未确认", "returned, unacked" } },
    { "latched_unacked", { "锁存未确认", "LATCHED, unacked" } },
    { "latched_acked", { "锁存待复位", "latched, reset it" } },
    { "shelved", { "搁置", "shelved" } },
    { "suppressed", { "抑制", "suppressed" } },
    { "oos", { "停用", "out of service" } },
    /* states of a unit, a bus */
    { "unknown", { "未知", "unknown" } },
    { "late", { "迟缓", "late" } },
    { "silent", { "无应答", "SILENT" } },
    { "refusing", { "拒绝", "refusing" } },
    { "up", { "接通", "up" } },
    { "down", { "断开", "DOWN" } },
    /* reasons */
    { "timeout", { "应答超时", "no answer" } },
    { "quarantine", { "等待迟到的应答", "waiting for a late answer" } },
    { "range", { "越过量程", "beyond the range" } },
    { "broken", { "传感器给出无效码", "the code for no value" } },
    { "ne43", { "电流越出 NE43", "current beyond NE43" } },
    { "bit:sensor_fault", { "设备报传感器故障", "the device says: sensor fault" } },
    { "bit:calibrating", { "设备正在标定", "the device says: calibrating" } },
    { "bit:warming_up", { "设备正在预热", "the device says: warming up" } },
    { "bit:over_range", { "设备报超量程上限", "the device says: over range" } },
    { "bit:under_range", { "设备报低于量程下限", "the device says: under range" } },
    { "nan", { "数值无效", "not a number" } },
    { "link", { "线路断开", "line down" } },
    { "gap", { "网关自身停顿过", "the gateway itself stood still" } },
    { "exc_1", { "设备不支持该功能码（异常 1）", "not this function code (exception 1)" } },
    { "exc_2", { "设备没有该地址（异常 2）", "no such address (exception 2)" } },
    { "exc_3", { "设备不接受该数量（异常 3）", "not so many registers (exception 3)" } },
    { "exc_4", { "设备故障（异常 4）", "device failure (exception 4)" } },
    { "exc_6", { "设备忙（异常 6）", "busy (exception 6)" } },
    { "exc_10", { "网关没有通路（异常 10）", "no path in the gateway (exception 10)" } },
    { "exc_11",
      { "网关后的设备无应答（异常 11）", "no answer behind the gateway (exception 11)" } },
    { "exc_5", { "设备已受理，尚未完成（异常 5）", "accepted, not done yet (exception 5)" } },
    { "crc", { "校验错误", "wrong CRC" } },
    { "tid", { "事务号不符", "wrong transaction id" } },
    { "proto", { "协议号不符", "wrong protocol id" } },
    { "len", { "长度不符", "wrong length" } },
    { "unit", { "另一从站应答", "another unit answered" } },
    { "fc", { "功能码不符", "wrong function code" } },
    { "count", { "字节数不符", "wrong byte count" } },
    { "dup", { "重复应答", "answered twice" } },
    { "echo", { "收到自身回波", "our own echo" } },
    { "noise", { "线路干扰", "noise on the line" } },
    { "master", { "线上另有主站", "another master on the line" } },
};

const char *phrase(enum phrase p, enum lang lang)
{
    return rows[p][lang];
}

const char *phrase_of_code(const char *code, enum lang lang)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(codes[i].code, code) == 0)
            return codes[i].words[lang];
    return code;
}
