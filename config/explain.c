#include "config/explain.h"

#include <stdlib.h>
#include <string.h>

#include "config/report.h"

#define NO_EXAMPLE EXAMPLE_NONE, NULL, NULL

static const struct explanation rows[] = {
    { E_SYNTAX,
      { "YAML 解析器在这里读不下去。双引号内的反斜杠是转义符；路径和单位请用单引号。",
        "The YAML parser can't go on here. Inside double quotes a backslash begins an escape; use "
        "single quotes for texts that hold one." },
      EXAMPLE_POINT,
      "zh: \"C:\\q\"",
      "zh: 'C:\\q'" },
    { E_FULL_WIDTH,
      { "语法符号（冒号、逗号、括号、引号、横线、空格）必须是英文半角。中文标点只能出现在 zh、en、"
        "do、basis 等文字之中。程序已按半角继续检查其余内容。",
        "The marks of the syntax (colon, comma, brackets, quotes, dash, blank) must be ASCII. "
        "Chinese marks may stand inside of texts such as zh, en, do, basis. The check went on as "
        "if "
        "the mark were ASCII." },
      EXAMPLE_POINT,
      "zh：炉顶，东侧",
      "zh: 炉顶，东侧" },
    { E_NOT_UTF8,
      { "文件必须是 UTF-8。中文 Windows 的记事本常存为 GBK（ANSI）或 UTF-16。运行提示中的 iconv "
        "命令，或在编辑器中另存为 UTF-8。",
        "The file must be UTF-8. A Chinese Windows editor often saves GBK (ANSI) or UTF-16. Run "
        "the "
        "iconv command of the message, or save the file as UTF-8." },
      NO_EXAMPLE },
    { E_TAB,
      { "缩进只能用空格：制表符的宽度因编辑器而异。请在编辑器中设置“用空格代替制表符”。",
        "Only blanks may indent: a tab is as wide as each editor likes. Let the editor insert "
        "blanks "
        "for tabs." },
      EXAMPLE_POINT,
      "limits:\n\tH: {at: 24 ppm, clear: 20 ppm, do: 查漏, basis: 表 1}",
      "limits:\n  H: {at: 24 ppm, clear: 20 ppm, do: 查漏, basis: 表 1}" },
    { E_NUL,
      { "文字中有值为零的字节（或 \\0）。文件可能损坏，或不是文本文件。",
        "A byte of value zero (or \\0) stands in a text. The file may be damaged, or is no text "
        "file." },
      EXAMPLE_POINT,
      "zh: \"a\\0b\"",
      "zh: ab" },
    { E_TOO_LARGE,
      { "为防止错误或恶意的文件耗尽内存：每个文件最多 4 MiB，嵌套最多 32 层，连同模板最多 64 "
        "个文件。"
        "一个现场再大也用不到。",
        "So that no broken or hostile file can take all memory: at most 4 MiB a file, 32 levels "
        "and, "
        "with the templates, 64 files. No plant needs more." },
      EXAMPLE_POINT,
      "zh: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
      "zh: 一号" },
    { E_NOT_ALLOWED,
      { "不支持 YAML 的锚点 &、别名 *、标签 !、合并键 << 和第二个文档 "
        "---：它们会让人看不出某个限值到底是"
        "多少。公共内容请写入 defaults:、设备模板或规则集。",
        "YAML's anchors &, aliases *, tags !, merge keys << and second documents --- are not "
        "supported: they hide what a limit really is. Put what points share into defaults:, a "
        "device "
        "template or a rule set." },
      EXAMPLE_POINT,
      "zh: &a 一号",
      "zh: 一号" },
    { E_CANNOT_READ,
      { "文件不存在或无权读取。相对路径以主文件所在目录为准。",
        "The file does not exist or may not be read. A relative path begins at the folder of the "
        "main file." },
      EXAMPLE_ROOT,
      "include: [no-such-file.yaml]",
      "include: []" },
    { W_BOM_CRLF,
      { "Windows 编辑器加上的字节序标记或换行。已按正常文件读取，不影响使用。",
        "A byte order mark or line ends of a Windows editor. The file was read as usual; nothing "
        "is "
        "lost." },
      NO_EXAMPLE },
    { E_NO_SPACE,
      { "YAML 只把“冒号 + 空格”和“横线 + 空格”当作语法；没有空格时整段都是文字。",
        "YAML takes only ‘: ’ and ‘- ’ with their blank for syntax; without it all is one text." },
      EXAMPLE_POINT,
      "zh:一号",
      "zh: 一号" },
    { E_HASH,
      { "# 之后直到行末都是注释，所以这个值是空的。以 # 开头的文字要加引号。",
        "What follows # is a comment up to the end of the line, so the value is empty. Quote a "
        "text "
        "that begins with #." },
      EXAMPLE_POINT,
      "zh: #1高炉",
      "zh: \"#1高炉\"" },
    { E_RESERVED,
      { "YAML 中文字不能以 %、@、` 开头。单位写作 LEL%、VOL%；其他文字加引号。",
        "In YAML no text begins with %, @ or `. The units are LEL% and VOL%; quote any other "
        "text." },
      EXAMPLE_POINT,
      "zh: @炉顶",
      "zh: \"@炉顶\"" },
    { E_UNCLOSED,
      { "引号或括号没有成对出现，程序指出的是开始的那一个。",
        "A quote or bracket has no end; the place is that of the one that begins." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm, clear: 20 ppm}\nen: x",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}\nen: x" },
    { E_NO_COMMA,
      { "{..} 和 [..] 中的各项之间要有逗号。",
        "Between the entries of {..} and [..] there must be a comma." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm clear: 20 ppm}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}" },
    { E_TWICE,
      { "同一个文件在 include: 中出现两次，或包含了主文件自己。",
        "A file stands in include: twice, or the main file includes itself." },
      EXAMPLE_ROOT,
      "include: [p.yaml]",
      "include: []" },
    { E_NO_COLON,
      { "这一行应是“键: 值”，但没有“冒号 + 空格”。",
        "The line should be ‘key: value’ but has no colon with a blank behind it." },
      EXAMPLE_POINT,
      "zh 一号\nen: x",
      "zh: 一号\nen: x" },
    { E_INDENT,
      { "同一层的键必须从同一列开始；下一层要更靠右。请与上下行对齐。",
        "Keys of one level begin in one column, those of the next level further right. Align the "
        "line with its neighbours." },
      EXAMPLE_POINT,
      "zh: 一号\n  en: x",
      "zh: 一号\nen: x" },
    { E_MISPLACED,
      { "这个键存在，但属于另一个位置。多半是缩进错误：例如 H 要在 limits 之内。",
        "There is such a key, but it belongs elsewhere. Most often the indentation is wrong: H "
        "belongs inside of limits." },
      EXAMPLE_POINT,
      "limits:\nH: {at: 24 ppm, clear: 20 ppm}",
      "limits:\n  H: {at: 24 ppm, clear: 20 ppm}" },
    { E_STRAY,
      { "这个字符不能出现在这里。文字中含有“冒号 + 空格”或引号之后还有内容时，把整段文字加上引号。",
        "The character can't stand here. Quote the whole text when it holds ‘: ’ or goes on behind "
        "a "
        "quote." },
      EXAMPLE_POINT,
      "zh: 炉顶: 东侧",
      "zh: \"炉顶: 东侧\"" },
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
    { E_LIMIT_ORDER,
      { "同一测点的限值按数值轴排列：LL < L < H < HH。",
        "The limits of one point lie on the axis of its value: LL < L < H < HH." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm, clear: 20 ppm}, HH: {at: 20 ppm, clear: 18 ppm, priority: 2}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}, HH: {at: 160 ppm, clear: 140 ppm, priority: 2}}" },
    { E_CLEAR_SIDE,
      { "高限在数值低于 clear 时恢复，低限在高于 clear "
        "时恢复；两者之差是回差，防止在限值附近反复报警。",
        "A high limit ends below its clear, a low one above it; what lies between is the deadband, "
        "which keeps the alarm from chattering." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm, clear: 25 ppm}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}" },
    { E_LIMIT_OUTSIDE,
      { "限值必须在测点的 range 之内，否则永远达不到；clear "
        "之外还必须有量程，否则报警永远不会恢复。",
        "A limit must lie inside the range of its point, else it is never reached; beyond its "
        "clear "
        "there must be range left, else the alarm never ends." },
      EXAMPLE_POINT,
      "range: 0 ppm .. 100 ppm\nlimits: {H: {at: 160 ppm, clear: 140 ppm}}",
      "range: 0 ppm .. 1000 ppm\nlimits: {H: {at: 160 ppm, clear: 140 ppm}}" },
    { E_NO_BASIS,
      { "一级报警必须说明现在怎么办（do）和依据（basis）。可以写在限值、规则集、测点或区域上，就近"
        "者有效。",
        "A priority-1 alarm must say what to do now (do) and on what ground (basis). Both may "
        "stand on "
        "the limit, the rule set, the point or the area; the nearest counts." },
      EXAMPLE_POINT,
      "limits: {HH: {at: 160 ppm, clear: 140 ppm}}",
      "limits: {HH: {at: 160 ppm, clear: 140 ppm, do: 撤离, basis: 规程 3}}" },
    { E_FC_TYPE,
      { "功能码 1、2 读线圈和离散输入（bit），3、4 读寄存器（u16、f32 等）。",
        "Function codes 1 and 2 read coils and discrete inputs (bit), 3 and 4 read registers (u16, "
        "f32 "
        "and so on)." },
      EXAMPLE_POINT,
      "read: {fc: 1, address: 0, type: u16}",
      "read: {fc: 3, address: 0, type: u16}" },
    { E_COUNTY_TWICE,
      { "县级编码在平台上唯一标识一个测点，两个测点不能相同。",
        "The county code names one point at the platform; no two points may have the same." },
      EXAMPLE_POINT,
      "county: twice",
      "county: once" },
    { E_SECRET,
      { "口令文件不存在、为空、过长，或者其他用户可以读取。网关不使用任何人都能看到的口令。由 "
        "systemd 的 "
        "LoadCredential= 提供的文件（$CREDENTIALS_DIRECTORY）不受权限位限制。",
        "The password file is missing, empty or too long, or others may read it. The gateway uses "
        "no "
        "password that anyone can see. Files of systemd's LoadCredential= ($CREDENTIALS_DIRECTORY) "
        "are "
        "exempt from the mode." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x, user: u, password_file: no-such-file}}",
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x}}" },
    { E_CERT,
      { "tls 的文件不存在、无权读取、不是 "
        "PEM、已加密、私钥与证书不符，或者其他用户可以读取私钥。$CREDENTIALS_DIRECTORY "
        "下的文件不受权限位限制。",
        "A file of tls is missing, no PEM, encrypted, not the key of its certificate, or others "
        "may read the key. Files of systemd's LoadCredential= ($CREDENTIALS_DIRECTORY) are exempt "
        "from the mode." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: missing.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
    { E_CERT_ENDED,
      { "到期后平台会拒绝本机（cert），本机会拒绝平台（ca、crl）：报警将送不出去。换上新文件后一分"
        "钟内自动生效。",
        "After its end the platform refuses us (cert) or we refuse the platform (ca, crl): no "
        "alarm gets through. A new file is taken up within a minute, without a restart." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ended.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
    { E_CERT_EARLY,
      { "有效期还没有开始。多半是本机的时钟不对，或者签发机构的时钟快了。",
        "Its time has not come. Most often the clock of this machine is wrong, or that of the CA "
        "was fast." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: early.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
    { W_NO_BASIS,
      { "没有处置措施 do 或依据 "
        "basis。报警来时，值班人员不知道该做什么，检查时也说不清限值从何而来。",
        "There is no do or no basis. When the alarm comes the person on duty does not know what to "
        "do, "
        "and nobody can say where the limit is from." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm, do: 查漏, basis: 表 1}}" },
    { W_LOOSER,
      { "测点的限值比它引用的规则集（标准条款）宽松。若有依据，请写入 basis 并留存文件。",
        "The limit of the point is looser than the rule set (the clause of a standard) that it "
        "uses. If "
        "there is a ground for it, say so in basis and keep the document." },
      EXAMPLE_POINT,
      "use: [CO]\nlimits: {H: {at: 30 ppm, clear: 25 ppm}}",
      "use: [CO]" },
    { W_NO_COUNTY,
      { "没有县级编码，平台可能无法把数据对应到测点。编码由平台方提供。",
        "Without a county code the platform may not know whose value it gets. The platform's "
        "people "
        "hand the codes out." },
      EXAMPLE_ROOT,
      "points: [{id: p2, bus: b1, unit_id: 1, every: 1s, read: {fc: 2, address: 0, type: bit}}]",
      "areas: {}" },
    { W_NO_DEADBAND,
      { "没有 clear（或与 at 相同）时没有回差，数值在限值附近波动会反复报警。",
        "Without a clear (or with one equal to at) there is no deadband: a value near the limit "
        "will "
        "raise the alarm again and again." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm, do: 查漏, basis: 表 1}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm, do: 查漏, basis: 表 1}}" },
    { W_SAME_REGISTER,
      { "两个测点读同一从站的同一寄存器。多半是复制一行后忘了改地址或从站号。",
        "Two points read the same register of the same unit. Most often a line was copied and its "
        "address or unit id not changed." },
      EXAMPLE_POINT,
      "read: {fc: 3, address: 900, type: u16}",
      "read: {fc: 3, address: 901, type: u16}" },
    { W_NO_POINTS,
      { "配置有效，但没有测点：网关什么也不监测。检查 include: 是否包含了测点文件。",
        "The configuration is valid but has no points: the gateway monitors nothing. Does include: "
        "name "
        "the files with the points?" },
      EXAMPLE_ROOT,
      "areas: {}",
      "points: [{id: p2, county: x, bus: b1, unit_id: 1, every: 1s, read: {fc: 2, address: 0, "
      "type: bit}}]" },
    { W_HASH_CUT,
      { "空格加 # 之后是注释，文字在此被截断。若 # 是文字的一部分，请加引号。",
        "Behind a blank, # begins a comment; the text ends there. Quote the text if # belongs to "
        "it." },
      EXAMPLE_POINT,
      "zh: 热风炉 #2",
      "zh: \"热风炉 #2\"" },
    { W_SECRET,
      { "口令文件属于另一个用户，无法替它检查。这不影响网关运行。",
        "The password file belongs to another user, so it could not be looked at. The gateway "
        "itself is "
        "not concerned." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x, user: u, password_file: not-mine}}",
      "uplinks: {c: {mqtt: tcp://h:1883, client_id: x}}" },
    { W_MOVING_PORT,
      { "ttyUSB、ttyACM 的编号按插入先后分配：两个转换器换个次序，测点就会读到另一条总线。by-path "
        "名称"
        "对应固定的插口，by-id 名称对应固定的转换器。",
        "Numbers of ttyUSB and ttyACM go by the order of plugging in: two adapters that change "
        "places "
        "would give each other's values. A by-path name belongs to a socket, a by-id name to an "
        "adapter." },
      EXAMPLE_ROOT,
      "buses: {b2: {port: /dev/ttyUSB0}}",
      "buses: {b2: {port: /dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0}}" },
    { W_CERT_ENDS,
      { "证书在 30 天内到期，吊销列表在一天内到期。运行中的网关此时会发出 sys/cert 报警。",
        "A certificate ends within 30 days, or a list of revoked ones within a day. A running "
        "gateway raises sys/cert then." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ending.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
    { W_CERT_UNSEEN,
      { "文件属于另一个用户，无法替它检查。这不影响网关运行。",
        "The file belongs to another user, so it could not be looked at. The gateway itself is not "
        "concerned." },
      EXAMPLE_ROOT,
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: unseen.pem}}}",
      "uplinks: {c: {mqtt: ssl://h:8883, client_id: x, tls: {ca: ca.pem}}}" },
    { E_PORT_TWICE,
      { "一条 RS-485 线路上只能有一个主站在问。同一个串口写成两条总线，两边会互相抢对方的应答。",
        "One master may ask on a line. With one port in two buses each would take the other's "
        "replies." },
      EXAMPLE_ROOT,
      "buses: {b2: {port: /dev/ttyS1}, b3: {port: /dev/ttyS1}}",
      "buses: {b2: {port: /dev/ttyS1}, b3: {port: /dev/ttyS2}}" },
    { E_NO_DASH,
      { "列表中一项的第一个键又出现了一次：多半是下一项忘了写 ‘- ’。其余重复的键不再一一列出。",
        "The first key of a list's entry stands there again: most likely the dash of the next "
        "entry is missing. The other keys that are there twice are not listed." },
      EXAMPLE_ROOT,
      "points:\n  - id: a\n    zh: 一号\n    id: b\n    zh: 二号",
      "points:\n  - id: a\n    zh: 一号\n  - id: b\n    zh: 二号" },
    { W_MANUAL_ADDRESS,
      { "手册常在寄存器号前加一位表示种类，并从 1 起数：保持寄存器 40013 就是 address: 12。",
        "Manuals often put the kind of register in front and count from 1: holding register 40013 "
        "is address: 12." },
      EXAMPLE_POINT,
      "read: {fc: 3, address: 40013, type: u16}",
      "read: {fc: 3, address: 12, type: u16}" },
    { E_NOT_BUILT,
      { "文档中有这个键，但本版本尚未实现。绝不接受而不执行。请删去，或等待支持它的版本。",
        "The key is documented but not built yet in this version. It is never accepted and "
        "ignored. "
        "Remove it, or wait for a version that has it." },
      EXAMPLE_POINT,
      "warmup: 180s",
      "zh: 一号" },
};

const struct explanation *explain_at(size_t i)
{
    return i < sizeof rows / sizeof rows[0] ? &rows[i] : NULL;
}

const struct explanation *explain_find(const char *number)
{
    const char *digits = number + (number[0] == 'E' || number[0] == 'e');
    char *end;
    long wanted = strtol(digits, &end, 10);

    if (strspn(digits, "0123456789") == 0 || *end != '\0')
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (finding_number(rows[i].finding) == wanted)
            return &rows[i];
    return NULL;
}

static void print_lines(FILE *to, const char *title, const char *lines)
{
    fprintf(to, "\n%s\n", title);
    for (const char *line = lines; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        fprintf(to, "    %.*s\n", (int)strcspn(line, "\n"), line);
    }
}

void explain_print(FILE *to, const struct explanation *e, enum diag_lang lang)
{
    bool zh = lang == DIAG_ZH;
    char title[256];

    finding_title(e->finding, lang, title, sizeof title);
    fprintf(to, "E%03d %s: %s\n\n%s\n", finding_number(e->finding),
            finding_is_warning(e->finding) ? (zh ? "警告" : "warning") : (zh ? "错误" : "error"),
            title, e->text[lang]);
    if (e->wrong == NULL)
        return;
    print_lines(to, zh ? "错误示例：" : "wrong:", e->wrong);
    print_lines(to, zh ? "正确写法：" : "right:", e->right);
}

void explain_index(FILE *to)
{
    char zh[256], en[256];

    fputs("# 检查编号 / Findings of a check\n\n`riskgwctl explain E0nn` 显示同样的内容 / shows the "
          "same.\n",
          to);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct explanation *e = &rows[i];
        finding_title(e->finding, DIAG_ZH, zh, sizeof zh);
        finding_title(e->finding, DIAG_EN, en, sizeof en);
        fprintf(to, "\n## E%03d%s\n**%s** / **%s**\n\n%s\n\n%s\n", finding_number(e->finding),
                finding_is_warning(e->finding) ? " 警告 / warning" : "", zh, en, e->text[DIAG_ZH],
                e->text[DIAG_EN]);
        if (e->wrong != NULL)
            fprintf(to, "\n```yaml\n# 错误 / wrong\n%s\n# 正确 / right\n%s\n```\n", e->wrong,
                    e->right);
    }
}
