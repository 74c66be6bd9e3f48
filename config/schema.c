#include "config/schema.h"

#include <string.h>

#define S    1000
#define MIN  (60 * (int64_t)S)
#define HOUR (60 * MIN)
#define DAY  (24 * HOUR)
#define KB   1000
#define MB   1000000
#define GB   (1000 * (int64_t)MB)
#define ANY  0, 0
#define LATER(section, name)                                                                       \
    {                                                                                              \
        section, name, KEY_NOT_BUILT, ANY, "", "", ""                                              \
    }

static const struct key_row root_rows[] = {
    { SEC_ROOT, "version", KEY_INT, 1, 1, NULL, "配置格式版本", "version of the format" },
    { SEC_ROOT, "site", KEY_MAP, ANY, NULL, "企业与网关", "enterprise and gateway" },
    { SEC_ROOT, "store", KEY_MAP, ANY, "", "记录", "the record" },
    { SEC_ROOT, "control", KEY_MAP, ANY, "", "控制接口", "control socket" },
    { SEC_ROOT, "templates", KEY_FILES, ANY, "[/usr/share/riskgwd]", "模板目录",
      "folders of templates" },
    { SEC_ROOT, "shelve", KEY_MAP, ANY, "", "搁置", "shelving" },
    { SEC_ROOT, "telemetry", KEY_MAP, ANY, "", "遥测", "telemetry" },
    { SEC_ROOT, "include", KEY_FILES, ANY, "", "包含文件", "further files" },
    { SEC_ROOT, "buses", KEY_MAP, ANY, "", "总线", "buses" },
    { SEC_ROOT, "areas", KEY_MAP, ANY, "", "区域", "areas" },
    { SEC_ROOT, "defaults", KEY_MAP, ANY, "", "本文件测点默认值",
      "defaults of this file's points" },
    { SEC_ROOT, "points", KEY_LIST, ANY, "", "测点", "points" },
    { SEC_ROOT, "rules", KEY_LIST, ANY, "", "多测点规则", "conditions over several points" },
    { SEC_ROOT, "uplinks", KEY_MAP, ANY, "", "上行平台", "uplinks" },
    LATER(SEC_ROOT, "web"),
    LATER(SEC_ROOT, "groups"),
};

static const struct key_row site_rows[] = {
    { SEC_SITE, "ent", KEY_NAME, ANY, NULL, "企业编码", "enterprise code" },
    { SEC_SITE, "gw", KEY_NAME, ANY, NULL, "网关编号", "gateway number" },
    { SEC_SITE, "zh", KEY_TEXT, ANY, "", "中文名称", "Chinese name" },
    { SEC_SITE, "en", KEY_TEXT, ANY, "", "英文名称", "English name" },
    { SEC_SITE, "zone", KEY_WORD, ANY, "+08:00", "时区", "offset of time" },
};

static const struct key_row store_rows[] = {
    { SEC_STORE, "keep", KEY_DURATION, DAY, 3650 * DAY, "365d", "保存期限", "how long it is kept" },
    { SEC_STORE, "max_size", KEY_SIZE, 10 * MB, 1000 * GB, "8 GB", "最大占用", "most bytes" },
    { SEC_STORE, "keep_sent", KEY_DURATION, HOUR, 365 * DAY, "7d", "已送报文保存",
      "of sent messages" },
    { SEC_STORE, "ring", KEY_SIZE, 64 * KB, GB, "4 MB", "内存中最近 5 分钟的采样（黑匣子）",
      "memory of the last 5 minutes of every point, the black box" },
};

static const struct key_row control_rows[] = {
    { SEC_CONTROL, "socket", KEY_TEXT, ANY, "/run/riskgwd/ctl", "控制套接字",
      "path of the socket" },
};

static const struct key_row shelve_rows[] = {
    { SEC_SHELVE, "max", KEY_DURATION, MIN, DAY, "8h", "最长搁置时间",
      "the longest time an alarm may be shelved" },
    { SEC_SHELVE, "p1", KEY_BOOL, ANY, "no", "一级报警可否搁置", "may priority 1 be shelved" },
};

static const struct key_row telemetry_rows[] = {
    { SEC_TELEMETRY, "every", KEY_DURATION, S, 300 * S, "60s", "遥测周期", "period" },
};

static const struct key_row bus_rows[] = {
    { SEC_BUS, "tcp", KEY_WORD, ANY, "", "主机:端口", "host:port" },
    { SEC_BUS, "port", KEY_TEXT, ANY, "", "串口设备", "serial device" },
    { SEC_BUS, "line", KEY_WORD, ANY, "9600 8N1", "串口参数", "line settings" },
    { SEC_BUS, "rtu_over_tcp", KEY_WORD, ANY, "", "串口服务器（透传 RTU 帧）的 主机:端口",
      "host:port of a serial server that passes RTU frames on" },
    { SEC_BUS, "timeout", KEY_DURATION, 20, 10 * S, "500ms", "应答超时", "reply timeout" },
    { SEC_BUS, "retries", KEY_INT, 0, 5, "1", "重试次数", "retries" },
    { SEC_BUS, "pause", KEY_DURATION, 0, 10 * S, "0s", "请求间隔",
      "silence after each transaction" },
    { SEC_BUS, "late_guard", KEY_DURATION, 0, 60 * S, "3s", "迟到应答防护",
      "guard against late replies" },
    { SEC_BUS, "dead_share", KEY_SHARE, 5, 50, "20 %", "不应答的从站最多占用的总线时间",
      "of the bus's time, what silent units may take at most" },
    { SEC_BUS, "in_flight", KEY_INT, 1, 8, "1", "同时在途的请求数（仅 Modbus TCP）",
      "requests on their way at once (Modbus TCP only)" },
    LATER(SEC_BUS, "connections"),
};

static const struct key_row area_rows[] = {
    { SEC_AREA, "zh", KEY_TEXT, ANY, "", "中文名称", "Chinese name" },
    { SEC_AREA, "en", KEY_TEXT, ANY, "", "英文名称", "English name" },
    { SEC_AREA, "basis", KEY_TEXT, ANY, "", "依据", "basis" },
    { SEC_AREA, "do", KEY_LABEL, ANY, "", "处置措施", "what to do" },
};

static const struct key_row point_rows[] = {
    { SEC_POINT, "id", KEY_NAME, ANY, NULL, "测点名", "name of the point" },
    { SEC_POINT, "zh", KEY_TEXT, ANY, "", "中文名称", "Chinese label" },
    { SEC_POINT, "en", KEY_TEXT, ANY, "", "英文名称", "English label" },
    { SEC_POINT, "bus", KEY_NAME, ANY, NULL, "总线", "bus" },
    { SEC_POINT, "unit_id", KEY_INT, 0, 255, NULL, "从站号", "unit id" },
    { SEC_POINT, "every", KEY_DURATION, 100, HOUR, NULL, "采集周期", "poll period" },
    { SEC_POINT, "area", KEY_NAME, ANY, "", "区域", "area" },
    { SEC_POINT, "county", KEY_TEXT, ANY, "", "县级编码", "county code" },
    { SEC_POINT, "device", KEY_NAME, ANY, "", "设备模板", "device template" },
    { SEC_POINT, "channel", KEY_INT, 1, 1024, "", "设备的第几路", "channel of the device" },
    { SEC_POINT, "use", KEY_LIST, ANY, "", "规则集", "rule sets" },
    { SEC_POINT, "read", KEY_MAP, ANY, NULL, "读取方式", "how it is read" },
    { SEC_POINT, "status", KEY_MAP, ANY, "", "设备自己的状态字", "the device's own status word" },
    { SEC_POINT, "warmup", KEY_DURATION, S, DAY, "", "标定、预热最长多久，默认 30min",
      "longest time of calibrating or warming up, 30min if not given" },
    { SEC_POINT, "identity", KEY_MAP, ANY, "", "从站必须给出的身份", "what its unit must be" },
    { SEC_POINT, "settle", KEY_DURATION, 0, 10 * MIN, "0s", "从站恢复应答后多久内数值不可信",
      "how long no value is believed when the unit comes back" },
    { SEC_POINT, "broken", KEY_CODES, ANY, "", "表示无值的原始码", "raw codes that say: no value" },
    { SEC_POINT, "unit", KEY_WORD, ANY, "", "工程单位", "unit of measure" },
    { SEC_POINT, "together", KEY_NAME, ANY, "", "一次读取的一组", "set that is read at once" },
    { SEC_POINT, "max_registers", KEY_INT, 1, 125, "", "一次最多读的寄存器数",
      "most registers of a request" },
    { SEC_POINT, "max_gap", KEY_INT, 0, 2000, "", "可一并读取的空隙",
      "most registers or bits read along that no point wants" },
    { SEC_POINT, "holes", KEY_SPANS, ANY, "", "设备拒绝的地址",
      "addresses that the device refuses" },
    { SEC_POINT, "range", KEY_RANGE, ANY, "", "量程", "range" },
    { SEC_POINT, "limits", KEY_MAP, ANY, "", "限值", "limits" },
    { SEC_POINT, "states", KEY_MAP, ANY, "", "各数值的含义", "what its numbers stand for" },
    { SEC_POINT, "record", KEY_RECORD, ANY, "", "记录方式：all，或 {every, deadband}",
      "what is kept of its values: all, or {every, deadband}" },
    { SEC_POINT, "basis", KEY_TEXT, ANY, "", "依据", "basis" },
    { SEC_POINT, "do", KEY_LABEL, ANY, "", "处置措施", "what to do" },
    LATER(SEC_POINT, "stuck"),
    LATER(SEC_POINT, "baseline"),
    LATER(SEC_POINT, "only_when"),
    LATER(SEC_POINT, "derive"),
    LATER(SEC_POINT, "was"),
    LATER(SEC_POINT, "cause"),
    LATER(SEC_POINT, "consequence"),
    LATER(SEC_POINT, "responsible"),
    LATER(SEC_POINT, "respond_within"),
};

static const struct key_row read_rows[] = {
    { SEC_READ, "fc", KEY_INT, 1, 4, NULL, "功能码", "function code" },
    { SEC_READ, "address", KEY_INT, 0, 465536, NULL,
      "PDU 地址 0 .. 65535；base: modicon 时如 30001",
      "PDU address 0 .. 65535; with base: modicon as 30001" },
    { SEC_READ, "base", KEY_WORD, ANY, "pdu", "地址的写法", "how the address is written" },
    { SEC_READ, "type", KEY_WORD, ANY, NULL, "数据类型", "type" },
    { SEC_READ, "order", KEY_WORD, ANY, "", "32 位或 64 位的字节序，默认 ABCD",
      "order of a 32- or 64-bit value, ABCD if not given" },
    { SEC_READ, "mask", KEY_CODE, ANY, "", "只取 u16 的这些位，右移到末位",
      "only these bits of a u16, shifted down" },
    { SEC_READ, "scale", KEY_FACTOR, ANY, "1", "倍率", "factor" },
    { SEC_READ, "offset", KEY_FACTOR, ANY, "0", "偏移", "added after the factor" },
    { SEC_READ, "raw", KEY_RANGE, ANY, "", "原始值的两点，例如 819 .. 4095",
      "two raw numbers, such as 819 .. 4095" },
    { SEC_READ, "to", KEY_RANGE, ANY, "", "这两点的数值，默认为 range",
      "the values at these two, the range if not given" },
    { SEC_READ, "broken", KEY_CODES, ANY, "", "表示无值的原始码", "raw codes that say: no value" },
    { SEC_READ, "ne43", KEY_BOOL, ANY, "no", "raw 是 4 mA 和 20 mA，按 NAMUR NE43 判断",
      "raw is 4 mA and 20 mA, judged by NAMUR NE43" },
};

static const struct key_row status_rows[] = {
    { SEC_STATUS, "read", KEY_MAP, ANY, NULL, "读取方式：u16、u32 或 bit",
      "how it is read: u16, u32 or bit" },
    { SEC_STATUS, "bits", KEY_MAP, ANY, NULL, "各位的含义，例如 {0: sensor_fault}",
      "what its bits mean, such as {0: sensor_fault}" },
};

static const struct key_row channels_rows[] = {
    { SEC_CHANNELS, "count", KEY_INT, 1, 1024, NULL, "路数", "how many" },
    { SEC_CHANNELS, "step", KEY_INT, 1, 4096, NULL, "相邻两路相隔的寄存器或位",
      "registers or bits from one to the next" },
};

static const struct key_row identity_rows[] = {
    { SEC_IDENTITY, "read", KEY_MAP, ANY, NULL, "读取方式：u16、u32、u64 或 text",
      "how it is read: u16, u32, u64 or text" },
    { SEC_IDENTITY, "equals", KEY_TEXT, ANY, NULL, "应读到的数或文字",
      "the number or text that must stand there" },
    { SEC_IDENTITY, "registers", KEY_INT, 1, 32, "", "text 的寄存器数，默认刚好容下 equals",
      "registers of a text; as many as equals needs if not given" },
};

static const struct key_row limits_rows[] = {
    { SEC_LIMITS, "LL", KEY_MAP, ANY, "", "低低限", "low-low limit" },
    { SEC_LIMITS, "L", KEY_MAP, ANY, "", "低限", "low limit" },
    { SEC_LIMITS, "H", KEY_MAP, ANY, "", "高限", "high limit" },
    { SEC_LIMITS, "HH", KEY_MAP, ANY, "", "高高限", "high-high limit" },
    LATER(SEC_LIMITS, "RISE"),
    LATER(SEC_LIMITS, "FALL"),
    LATER(SEC_LIMITS, "DEV"),
};

static const struct key_row limit_rows[] = {
    { SEC_LIMIT, "at", KEY_QUANTITY, ANY, NULL, "报警值", "the limit" },
    { SEC_LIMIT, "clear", KEY_QUANTITY, ANY, "", "恢复值", "where it ends" },
    { SEC_LIMIT, "after", KEY_DURATION, 0, HOUR, "0s", "报警延时", "on-delay" },
    { SEC_LIMIT, "clear_after", KEY_DURATION, 0, DAY, "0s", "恢复延时", "off-delay" },
    { SEC_LIMIT, "respond_within", KEY_DURATION, 0, DAY, "0s", "确认时限，超时逐级升级",
      "not acknowledged by then, it escalates step by step" },
    { SEC_LIMIT, "re_alarm", KEY_DURATION, 0, DAY, "0s", "确认后仍未恢复，再次提示",
      "acknowledged and still there, it is announced again" },
    { SEC_LIMIT, "priority", KEY_INT, 1, 4, "", "级别", "priority" },
    { SEC_LIMIT, "latch", KEY_BOOL, ANY, "no", "锁存", "latching" },
    { SEC_LIMIT, "basis", KEY_TEXT, ANY, "", "依据", "basis" },
    { SEC_LIMIT, "do", KEY_LABEL, ANY, "", "处置措施", "what to do" },
    LATER(SEC_LIMIT, "cause"),
    LATER(SEC_LIMIT, "consequence"),
    LATER(SEC_LIMIT, "responsible"),
};

static const struct key_row device_rows[] = {
    { SEC_DEVICE, "device", KEY_NAME, ANY, NULL, "型号", "model" },
    { SEC_DEVICE, "manual", KEY_TEXT, ANY, NULL, "手册出处", "manual and table" },
    { SEC_DEVICE, "channels", KEY_MAP, ANY, "", "多路设备：路数和间隔",
      "how many channels, and how far apart" },
    { SEC_DEVICE, "read", KEY_MAP, ANY, "", "读取方式", "how it is read" },
    { SEC_DEVICE, "status", KEY_MAP, ANY, "", "设备自己的状态字", "the device's own status word" },
    { SEC_DEVICE, "warmup", KEY_DURATION, S, DAY, "", "标定、预热最长多久",
      "longest time of calibrating or warming up" },
    { SEC_DEVICE, "identity", KEY_MAP, ANY, "", "从站必须给出的身份", "what its unit must be" },
    { SEC_DEVICE, "settle", KEY_DURATION, 0, 10 * MIN, "", "恢复应答后多久内数值不可信",
      "how long no value is believed when it comes back" },
    { SEC_DEVICE, "broken", KEY_CODES, ANY, "", "表示无值的原始码",
      "raw codes that say: no value" },
    { SEC_DEVICE, "unit", KEY_WORD, ANY, "", "工程单位", "unit of measure" },
    { SEC_DEVICE, "max_registers", KEY_INT, 1, 125, "", "一次最多读的寄存器数",
      "most registers of a request" },
    { SEC_DEVICE, "max_gap", KEY_INT, 0, 2000, "", "可一并读取的空隙",
      "most registers or bits read along that no point wants" },
    { SEC_DEVICE, "holes", KEY_SPANS, ANY, "", "设备拒绝的地址",
      "addresses that the device refuses" },
    { SEC_DEVICE, "range", KEY_RANGE, ANY, "", "量程", "range" },
    { SEC_DEVICE, "limits", KEY_MAP, ANY, "", "限值", "limits" },
    { SEC_DEVICE, "every", KEY_DURATION, 100, HOUR, "", "采集周期", "poll period" },
    LATER(SEC_DEVICE, "stuck"),
};

static const struct key_row rules_rows[] = {
    { SEC_RULES, "rule_set", KEY_NAME, ANY, NULL, "规则集名", "name of the rule set" },
    { SEC_RULES, "for_unit", KEY_WORD, ANY, NULL, "适用单位", "unit it is made for" },
    { SEC_RULES, "limits", KEY_MAP, ANY, NULL, "限值", "limits" },
    { SEC_RULES, "basis", KEY_TEXT, ANY, "", "依据", "basis" },
    { SEC_RULES, "do", KEY_LABEL, ANY, "", "处置措施", "what to do" },
    { SEC_RULES, "strictness", KEY_MAP, ANY, "", "不得宽于", "what may not be looser" },
};

static const struct key_row strictness_rows[] = {
    { SEC_STRICTNESS, "LL", KEY_WORD, ANY, "", "低低限要求", "of LL" },
    { SEC_STRICTNESS, "L", KEY_WORD, ANY, "", "低限要求", "of L" },
    { SEC_STRICTNESS, "H", KEY_WORD, ANY, "", "高限要求", "of H" },
    { SEC_STRICTNESS, "HH", KEY_WORD, ANY, "", "高高限要求", "of HH" },
};

static const struct key_row rule_rows[] = {
    { SEC_RULE, "id", KEY_NAME, ANY, NULL, "规则名", "name of the rule" },
    { SEC_RULE, "zh", KEY_TEXT, ANY, "", "中文名称", "Chinese label" },
    { SEC_RULE, "en", KEY_TEXT, ANY, "", "英文名称", "English label" },
    { SEC_RULE, "when", KEY_TEXT, ANY, NULL, "报警条件", "the condition" },
    { SEC_RULE, "clear_when", KEY_TEXT, ANY, "", "恢复条件，默认为报警条件不再成立",
      "where it ends, instead of the condition being false" },
    { SEC_RULE, "after", KEY_DURATION, 0, HOUR, "0s", "报警延时", "on-delay" },
    { SEC_RULE, "clear_after", KEY_DURATION, 0, DAY, "0s", "恢复延时", "off-delay" },
    { SEC_RULE, "respond_within", KEY_DURATION, 0, DAY, "0s", "确认时限，超时逐级升级",
      "not acknowledged by then, it escalates step by step" },
    { SEC_RULE, "re_alarm", KEY_DURATION, 0, DAY, "0s", "确认后仍未恢复，再次提示",
      "acknowledged and still there, it is announced again" },
    { SEC_RULE, "priority", KEY_INT, 1, 4, "2", "级别", "priority" },
    { SEC_RULE, "latch", KEY_BOOL, ANY, "no", "锁存", "latching" },
    { SEC_RULE, "area", KEY_NAME, ANY, "", "区域", "area" },
    { SEC_RULE, "basis", KEY_TEXT, ANY, "", "依据", "basis" },
    { SEC_RULE, "do", KEY_LABEL, ANY, "", "处置措施", "what to do" },
    LATER(SEC_RULE, "was"),
    LATER(SEC_RULE, "cause"),
    LATER(SEC_RULE, "consequence"),
    LATER(SEC_RULE, "responsible"),
};

static const struct key_row uplink_rows[] = {
    { SEC_UPLINK, "mqtt", KEY_WORD, ANY, NULL, "tcp:// 或 ssl://主机:端口",
      "tcp:// or ssl://host:port" },
    { SEC_UPLINK, "protocol", KEY_WORD, ANY, "5", "MQTT 版本", "MQTT version" },
    { SEC_UPLINK, "client_id", KEY_TEXT, ANY, NULL, "客户端标识", "client id" },
    { SEC_UPLINK, "user", KEY_TEXT, ANY, "", "用户名", "user name" },
    { SEC_UPLINK, "password_file", KEY_TEXT, ANY, "", "口令文件", "file of the password" },
    { SEC_UPLINK, "keepalive", KEY_DURATION, S, 10 * S, "10s", "保活周期", "keepalive" },
    { SEC_UPLINK, "receipts", KEY_WORD, ANY, "required", "平台回执", "receipts of the platform" },
    { SEC_UPLINK, "tls", KEY_MAP, ANY, "", "ssl:// 的证书", "certificates of ssl://" },
};

static const struct key_row tls_rows[] = {
    { SEC_TLS, "ca", KEY_TEXT, ANY, NULL, "信任的 CA 证书文件", "file of the trusted CAs" },
    { SEC_TLS, "cert", KEY_TEXT, ANY, "", "本机证书文件", "file of our certificate" },
    { SEC_TLS, "key", KEY_TEXT, ANY, "", "本机私钥文件", "file of our private key" },
    { SEC_TLS, "crl", KEY_TEXT, ANY, "", "吊销列表文件", "file of revoked certificates" },
};

static const struct key_row record_rows[] = {
    { SEC_RECORD, "every", KEY_DURATION, 100, DAY, "60s", "至少每隔多久记录一次",
      "one value at least so often" },
    { SEC_RECORD, "deadband", KEY_QUANTITY, ANY, "", "变化超过多少即记录；缺省为最高限值的 1 %",
      "and each that moved so far; by default 1 % of the highest limit" },
};

#define TABLE(section, rows) [section] = { rows, sizeof rows / sizeof rows[0] }
static const struct {
    const struct key_row *rows;
    size_t n;
} tables[SECTIONS] = {
    TABLE(SEC_ROOT, root_rows),
    TABLE(SEC_SITE, site_rows),
    TABLE(SEC_STORE, store_rows),
    TABLE(SEC_CONTROL, control_rows),
    TABLE(SEC_TELEMETRY, telemetry_rows),
    TABLE(SEC_BUS, bus_rows),
    TABLE(SEC_AREA, area_rows),
    TABLE(SEC_POINT, point_rows),
    TABLE(SEC_READ, read_rows),
    TABLE(SEC_STATUS, status_rows),
    TABLE(SEC_CHANNELS, channels_rows),
    TABLE(SEC_IDENTITY, identity_rows),
    TABLE(SEC_LIMITS, limits_rows),
    TABLE(SEC_LIMIT, limit_rows),
    TABLE(SEC_DEVICE, device_rows),
    TABLE(SEC_RULES, rules_rows),
    TABLE(SEC_STRICTNESS, strictness_rows),
    TABLE(SEC_RULE, rule_rows),
    TABLE(SEC_UPLINK, uplink_rows),
    TABLE(SEC_SHELVE, shelve_rows),
    TABLE(SEC_TLS, tls_rows),
    TABLE(SEC_RECORD, record_rows),
};
#undef TABLE

const struct key_row *schema_section(enum section s, size_t *n)
{
    *n = tables[s].n;
    return tables[s].rows;
}

const struct key_row *schema_find(enum section s, const char *name)
{
    for (size_t i = 0; i < tables[s].n; i++)
        if (tables[s].rows[i].name[0] == name[0] && strcmp(tables[s].rows[i].name, name) == 0)
            return &tables[s].rows[i];
    return NULL;
}

const struct key_row *schema_any(const char *name)
{
    const struct key_row *row = NULL;

    for (int s = 0; s < SECTIONS && row == NULL; s++)
        row = schema_find((enum section)s, name);
    return row;
}

const char *schema_home(enum section s)
{
    static const char *const homes[SECTIONS] = {
        [SEC_ROOT] = "riskgwd.yaml",
        [SEC_SITE] = "site",
        [SEC_STORE] = "store",
        [SEC_CONTROL] = "control",
        [SEC_TELEMETRY] = "telemetry",
        [SEC_BUS] = "buses",
        [SEC_AREA] = "areas",
        [SEC_POINT] = "points",
        [SEC_READ] = "read",
        [SEC_STATUS] = "status",
        [SEC_CHANNELS] = "channels",
        [SEC_IDENTITY] = "identity",
        [SEC_LIMITS] = "limits",
        [SEC_LIMIT] = "H",
        [SEC_DEVICE] = "devices/",
        [SEC_RULES] = "rules/",
        [SEC_STRICTNESS] = "strictness",
        [SEC_RULE] = "rules",
        [SEC_UPLINK] = "uplinks",
        [SEC_TLS] = "tls",
        [SEC_SHELVE] = "shelve",
        [SEC_RECORD] = "record",
    };

    return homes[s];
}
