#include "config/explain_parts.h"

static const struct explanation rows[] = {
    { E_UNKNOWN_KEY,
      { "没有这个键。不认识的键绝不忽略：拼错的 limits 会让测点没有报警。全部键见 riskgwctl schema "
        "和"
        " riskgwd.yaml(5)。",
        "There is no such key. An unknown key is never ignored: a misspelt ‘limits’ would leave "
        "the "
        "point without an alarm. All keys: riskgwctl schema, riskgwd.yaml(5)." },
      EXAMPLE_POINT,
      "limts: {}",
      "limits: {}" },
    { E_DUPLICATE_KEY,
      { "同一个映射中，一个键只能出现一次，否则看不出哪一个有效。",
        "A key may stand in one map once, else nobody can tell which one counts." },
      EXAMPLE_POINT,
      "zh: 一号\nzh: 二号",
      "zh: 一号" },
    { E_NULL,
      { "键后面没有值（空、~、null）。不用的键请整行删去。",
        "The key has no value (nothing, ~ or null). Remove a key that is not used." },
      EXAMPLE_POINT,
      "limits:",
      "limits: {}" },
    { E_KIND,
      { "这里需要另一种形式：一个值、列表 [..] 或映射 {键: 值}。",
        "Another form is wanted here: one value, a list [..] or a map {key: value}." },
      EXAMPLE_POINT,
      "use: CO",
      "use: [CO]" },
    { E_MISSING,
      { "缺少必需的键。测点的 bus、every 等可以写在同一文件的 defaults: 中，read、unit、range "
        "也可以来自"
        "设备模板。",
        "A key is missing that must be there. A point's bus, every and so on may stand in the "
        "defaults: of its file; read, unit and range may come from its device template." },
      EXAMPLE_ROOT,
      "uplinks: {county: {mqtt: tcp://127.0.0.1:1883}}",
      "uplinks: {county: {mqtt: tcp://127.0.0.1:1883, client_id: gw01}}" },
    { E_ID,
      { "名称会出现在报警、主题和命令行中，因此只能用字母、数字、点、横线和下划线。中文名称写在 "
        "zh。",
        "Names appear in alarms, topics and on the command line, hence letters, digits, dot, dash "
        "and "
        "underscore only. The Chinese name goes into zh." },
      EXAMPLE_ROOT,
      "areas: {高炉区: {zh: 高炉区}}",
      "areas: {bf: {zh: 高炉区}}" },
    { E_TAKEN,
      { "所有文件中的总线、区域和测点共用一个名称空间，名称不能重复。",
        "Buses, areas and points of all files share one name space; no name may stand in it "
        "twice." },
      EXAMPLE_ROOT,
      "areas: {b1: {zh: 一区}}",
      "areas: {a1: {zh: 一区}}" },
    { E_NO_SUCH,
      { "引用的总线或区域没有在任何文件中定义。",
        "No file defines the bus or area that is named here." },
      EXAMPLE_POINT,
      "area: bf",
      "zh: 一号" },
    { E_TEMPLATE,
      { "先在主文件旁的 devices/ 或 rules/ 中查找，再在 templates: 列出的目录中查找 名称.yaml。",
        "NAME.yaml is looked up in devices/ or rules/ beside the main file, then in the folders of "
        "templates:." },
      EXAMPLE_POINT,
      "use: [NO-SUCH-SET]",
      "use: [CO]" },
    { E_OTHER_NAME,
      { "模板文件的文件名必须与其中的 device: 或 rule_set: 相同；多半是复制文件后没有改名。",
        "The name of a template's file must be that of its device: or rule_set:; most often a copy "
        "was "
        "not renamed inside." },
      EXAMPLE_POINT,
      "use: [misnamed]",
      "use: [CO]" },
    { E_NUMBER,
      { "这里需要数值：可带符号、小数点和指数，不用千位分隔符和十六进制。",
        "A number is wanted here: sign, decimal point and exponent are fine, no thousands "
        "separator, "
        "no hexadecimal." },
      EXAMPLE_POINT,
      "limits: {H: {at: high, clear: 20 ppm}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}" },
    { E_UNKNOWN_UNIT,
      { "没有这个单位。单位区分大小写，写法固定；百分数单位写作 LEL%、VOL%。",
        "There is no such unit. Units are spelt in one way and mind upper and lower case; the per "
        "cent "
        "ones are LEL% and VOL%." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 pmm, clear: 20 ppm}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}" },
    { E_UNIT_MISSING,
      { "有量纲的数值必须带单位：mg/m3 与 g/m3、ppm 与 mg/m3 混淆会出人命。",
        "A number that has a dimension carries its unit: mg/m3 taken for g/m3, or ppm for mg/m3, "
        "has "
        "killed." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24, clear: 20 ppm}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}" },
    { E_UNIT_MISMATCH,
      { "单位与测点的单位不同。程序从不换算：ppm 与 mg/m3 的关系取决于气体、温度和压力。",
        "The unit is not that of the point. Nothing is ever converted: ppm and mg/m3 depend on "
        "gas, "
        "temperature and pressure." },
      EXAMPLE_POINT,
      "limits: {H: {at: 30 mg/m3, clear: 20 ppm}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}" },
    { E_RANGE,
      { "数值超出允许范围，范围见提示。串口总线的从站号为 1 到 247。",
        "The value is outside of what is allowed; the message says the range. Unit ids of a serial "
        "bus "
        "go from 1 to 247." },
      EXAMPLE_ROOT,
      "telemetry: {every: 10min}",
      "telemetry: {every: 5min}" },
    { E_WORD,
      { "只能是提示中列出的几个词之一。",
        "Only one of the words that the message lists may stand here." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x, receipts: yes}}",
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x, receipts: required}}" },
    { E_FORM,
      { "写法不对，正确的写法见提示中的例子。",
        "The form is not right; the message shows one that is." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: 127.0.0.1:1883, client_id: x}}",
      "uplinks: {c: {mqtt: tcp://127.0.0.1:1883, client_id: x}}" },
    { E_NOT_HERE,
      { "这个键在这里没有作用，因此不接受：没有作用的设置会让人误以为它生效。",
        "The key would do nothing here and is therefore refused: a setting without effect deceives "
        "its "
        "reader." },
      EXAMPLE_ROOT,
      "defaults: {zh: 一号}",
      "defaults: {every: 1s}" },
    { E_NO_DASH,
      { "列表中一项的第一个键又出现了一次：多半是下一项忘了写 ‘- ’。其余重复的键不再一一列出。",
        "The first key of a list's entry stands there again: most likely the dash of the next "
        "entry is missing. The other keys that are there twice are not listed." },
      EXAMPLE_ROOT,
      "points:\n  - id: a\n    zh: 一号\n    id: b\n    zh: 二号",
      "points:\n  - id: a\n    zh: 一号\n  - id: b\n    zh: 二号" },
    { E_NOT_BUILT,
      { "文档中有这个键，但本版本尚未实现。绝不接受而不执行。请删去，或等待支持它的版本。",
        "The key is documented but not built yet in this version. It is never accepted and "
        "ignored. "
        "Remove it, or wait for a version that has it." },
      EXAMPLE_ROOT,
      "web: {listen: \"127.0.0.1:8480\"}",
      "areas: {}" },
    { E_OWN_NAME,
      { "报警按 测点/级别 命名，从站、总线和网关自身的报警是 "
        "unit/总线/从站号、bus/总线、sys/…。名为 "
        "bus 的测点与名为 fault 的总线，报警名都会是 bus/fault。",
        "Alarms are named POINT/LEVEL, those of units, buses and of the gateway unit/BUS/N, "
        "bus/NAME, sys/..: a point named bus and a bus named fault would both have bus/fault." },
      EXAMPLE_ROOT,
      "points: [{id: bus, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16}}]",
      "points: [{id: bus.1, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: "
      "u16}}]" },
};

const struct explain_part explain_keys = { rows, sizeof rows / sizeof rows[0] };
