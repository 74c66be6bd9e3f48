#include "config/json_schema.h"

#include <string.h>

#include "config/values.h"

static const struct {
    enum section section;
    const char *title, *zh, *en;
} chapters[] = {
    { SEC_ROOT, "MAIN AND INCLUDED FILES",
      "主文件含以下各节；include: 的文件只含 buses、areas、defaults、points、rules、uplinks。",
      "The main file holds these sections; an included file holds buses, areas, defaults, points, "
      "rules and "
      "uplinks only." },
    { SEC_SITE, "site", "企业与网关的身份。", "Who the enterprise and the gateway are." },
    { SEC_STORE, "store", "记录保存多久、占用多少。", "How long and how much is kept." },
    { SEC_CONTROL, "control", "控制套接字，供 riskgwctl 使用。",
      "The control socket, for riskgwctl." },
    { SEC_SHELVE, "shelve", "报警的限时搁置：最长多久，一级报警可否搁置。",
      "How long an alarm may be shelved at most, and whether priority 1 may be." },
    { SEC_TELEMETRY, "telemetry", "遥测周期，所有平台共用。",
      "One period of telemetry for all uplinks." },
    { SEC_BUS, "buses", "每条总线一个名称；tcp、port、rtu_over_tcp 三选一。",
      "One name for each bus; one of tcp, port and rtu_over_tcp." },
    { SEC_AREA, "areas", "测点所在区域；do 和 basis 为其限值的后备。",
      "Where points are; do and basis stand in for limits that have none." },
    { SEC_POINT, "points and defaults",
      "测点列表。defaults: "
      "只作用于本文件。同一个键的优先次序：测点、use（后者优先）、device、defaults。",
      "The list of points. defaults: count in their own file only. A key is taken from the point, "
      "else "
      "from use (the later wins), else from device, else from defaults." },
    { SEC_READ, "read", "如何读取。地址从 0 起（PDU）；riskgwctl show-config 同时显示 30001 写法。",
      "How it is read. Addresses begin at 0 (PDU); riskgwctl show-config prints the 30001 notation "
      "beside them." },
    { SEC_STATUS, "status",
      "设备自己对数值的评价。bits 的每一位是 sensor_fault、calibrating、warming_up、over_range 或 "
      "under_range；"
      "没有读到状态字的数值不可信。",
      "What the device itself says of its value. Each bit of bits is sensor_fault, calibrating, "
      "warming_up, over_range or under_range; a value whose status word was not read is not "
      "trusted." },
    { SEC_CHANNELS, "channels",
      "一个从站有多路的设备：模板写第 1 路的地址，测点写 channel，地址依次加 step。",
      "A device of several channels: its template has the addresses of channel 1, the point says "
      "channel, and each further channel is step registers on." },
    { SEC_IDENTITY, "identity",
      "从站的身份，例如序列号或型号文字。不符或尚未读到时，该从站的任何数值都不可信；恢复应答时和每"
      "分钟"
      "核对一次。",
      "What the unit must be, such as its serial number or a text of its model. While that is not "
      "read, or is another, none of the unit's values counts; it is read when the unit comes back "
      "and once a minute." },
    { SEC_LIMITS, "limits", "限值，按数值轴排列：LL < L < H < HH。",
      "On the axis of the value: LL < L < H < HH." },
    { SEC_LIMIT, "LL, L, H, HH",
      "高限：数值 >= at 成立，< clear 恢复；低限相反；两者之间保持。一级限值必须有 do 和 basis。",
      "A high level is true from value >= at and ends at value < clear, a low one the other way "
      "round; in "
      "between it holds. A priority-1 limit needs do and basis." },
    { SEC_RECORD, "record",
      "保存哪些采样。报警前后各 5 分钟的全部采样总会保存。all：保存每一个采样。",
      "Which samples are kept. All of the 5 minutes before and behind an alarm are kept anyway. "
      "all: every sample." },
    { SEC_DEVICE, "devices/NAME.yaml", "设备模板，一个型号一个文件。",
      "Device templates, one file for each model." },
    { SEC_RULES, "rules/NAME.yaml", "规则集：有出处的限值。",
      "Rule sets: limits with their clause." },
    { SEC_STRICTNESS, "strictness", "更宽松的限值会得到警告，例如 H: at most 24 ppm。",
      "A looser limit gets a warning; for example H: at most 24 ppm." },
    { SEC_RULE, "rules",
      "多测点规则。when 和 clear_when 是表达式：测点、带单位的数值、+ - * /、比较、and or not、is "
      "on、count(...)、rise(测点, 10min)、fall(...)、bad(测点)。未知的测点使结果未知，既不报警也不"
      "恢复。一级规则必须有 do 和 basis。",
      "Conditions over several points. when and clear_when are expressions: points, numbers with "
      "their unit, + - * /, comparisons, and or not, is on, count(...), rise(POINT, 10min), "
      "fall(...), bad(POINT). What is not known makes the answer unknown: it neither raises nor "
      "clears. A priority-1 rule needs do and basis." },
    { SEC_UPLINK, "uplinks", "平台，每个一个名称。", "Platforms, one name for each." },
    { SEC_TLS, "tls",
      "PEM 文件，相对于主文件。ssl:// 必须有 ca；证书链和主机名总是要验证，没有关闭的开关。cert 和 "
      "key 同时给出；私钥只允许属主读取。文件更新后无需重启。",
      "PEM files, relative to the main file. ssl:// needs ca; chain and host name are always "
      "verified, "
      "no switch turns that off. cert and key come together; only its owner may read the key. A "
      "renewed "
      "file needs no restart." },
};

static const char *const types[] = {
    [KEY_MAP] = "map",
    [KEY_LIST] = "list",
    [KEY_FILES] = "list of paths",
    [KEY_TEXT] = "text",
    [KEY_WORD] = "word",
    [KEY_NAME] = "name",
    [KEY_LABEL] = "text or {zh, en}",
    [KEY_DURATION] = "duration",
    [KEY_SIZE] = "size",
    [KEY_INT] = "number",
    [KEY_SHARE] = "percent",
    [KEY_BOOL] = "yes or no",
    [KEY_QUANTITY] = "number and unit",
    [KEY_RANGE] = "A .. B",
    [KEY_FACTOR] = "number",
    [KEY_RECORD] = "all or map",
    [KEY_CODE] = "number or 0xFFFF",
    [KEY_CODES] = "list of numbers or 0xFFFF",
    [KEY_SPANS] = "list of A or A..B",
};

/* scdoc gives _ and * a meaning. */
static void print_escaped(FILE *to, const char *s)
{
    for (; *s != '\0'; s++) {
        if (strchr("_*\\<>[]#~", *s) != NULL)
            fputc('\\', to);
        fputc(*s, to);
    }
}

static void print_row(FILE *to, const struct key_row *row)
{
    char limits[80];

    fputs("*", to);
    print_escaped(to, row->name);
    fprintf(to, "* (%s", types[row->type]);
    if (row->standard == NULL)
        fputs("; required", to);
    else if (row->standard[0] != '\0') {
        fputs("; default ", to);
        print_escaped(to, row->standard);
    }
    if (row->type == KEY_INT || row->type == KEY_SHARE || row->type == KEY_DURATION ||
        row->type == KEY_SIZE) {
        value_limits(row, limits, sizeof limits);
        fprintf(to, "; %s", limits);
    }
    fputs(")\n\t", to);
    print_escaped(to, row->help_zh);
    fputs(" / ", to);
    print_escaped(to, row->help_en);
    fputs("\n\n", to);
}

void manual_print(FILE *to)
{
    for (size_t c = 0; c < sizeof chapters / sizeof chapters[0]; c++) {
        size_t n;
        const struct key_row *rows = schema_section(chapters[c].section, &n);
        fprintf(to, "## %s\n\n", chapters[c].title);
        print_escaped(to, chapters[c].zh);
        fputs("++\n", to);
        print_escaped(to, chapters[c].en);
        fputs("\n\n", to);
        for (size_t i = 0; i < n; i++)
            if (rows[i].type != KEY_NOT_BUILT)
                print_row(to, &rows[i]);
    }
}
