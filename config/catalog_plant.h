/* config/catalog_plant.h - what is wrong with what the files say.
 * Rows as catalog.h says. */
#ifndef RG_CONFIG_CATALOG_PLANT_H
#define RG_CONFIG_CATALOG_PLANT_H

#define CATALOG_PLANT(X)                                                                           \
    X(20, E_UNKNOWN_KEY, 0, "未知的键 ‘{0}’", "unknown key ‘{0}’", "", "")                         \
    X(21, E_DUPLICATE_KEY, 0, "键 ‘{0}’ 重复（先前在第 {1} 行）",                                  \
      "duplicate key ‘{0}’ (first at line {1})", "请删去其中一个", "remove one of them")           \
    X(22, E_NULL, 0, "‘{0}’ 没有值", "‘{0}’ has no value", "请写上值，或删去这一行",               \
      "give it a value, or remove the line")                                                       \
    X(23, E_KIND, 0, "‘{0}’ 应为{1}", "‘{0}’ must be {2}", "", "")                                 \
    X(24, E_MISSING, 0, "缺少必需的键 ‘{0}’", "the key ‘{0}’ is missing", "", "")                  \
    X(25, E_ID, 0, "‘{0}’ 不能作为名称", "‘{0}’ can't be a name",                                  \
      "用字母、数字、点、横线、下划线，最多 63 个字符",                                            \
      "letters, digits, dot, dash, underscore; at most 63")                                        \
    X(26, E_TAKEN, 0, "名称 ‘{0}’ 已被使用（{1}）", "the name ‘{0}’ is already used ({1})",        \
      "所有文件中的总线、区域、测点共用一个名称空间",                                              \
      "buses, areas and points of all files share one name space")                                 \
    X(27, E_NO_SUCH, 0, "没有名为 ‘{0}’ 的{1}", "there is no {2} named ‘{0}’", "", "")             \
    X(28, E_TEMPLATE, 0, "找不到模板 {0}", "can't find the template {0}",                          \
      "先在主文件旁查找，再在 templates: 的目录中查找",                                            \
      "looked beside the main file, then in the folders of templates:")                            \
    X(29, E_OTHER_NAME, 0, "文件名是 {1}，里面却写着 ‘{0}’",                                       \
      "the file is named {1}, but says ‘{0}’", "名称应与文件名一致",                               \
      "the name must be that of the file")                                                         \
    X(30, E_NUMBER, 0, "‘{0}’ 不是数值", "‘{0}’ is no number", "例如 {1}", "for example {1}")      \
    X(31, E_UNKNOWN_UNIT, 0, "未知单位 ‘{0}’", "unknown unit ‘{0}’", "（单位：{1}）",              \
      "(units: {1})")                                                                              \
    X(32, E_UNIT_MISSING, 0, "数值 ‘{0}’ 缺少单位", "‘{0}’ has no unit", "例如 {1}",               \
      "for example {1}")                                                                           \
    X(33, E_UNIT_MISMATCH, 0, "单位 {0} 与测点单位 {1} 不符", "unit {0} where the point has {1}",  \
      "不同单位不会自动换算", "units are never converted")                                         \
    X(34, E_RANGE, 0, "‘{0}’ 超出允许范围 {1}", "‘{0}’ is outside {1}", "", "")                    \
    X(35, E_WORD, 0, "‘{0}’ 不是允许的值", "‘{0}’ is not one of the allowed words",                \
      "（允许：{1}）", "(one of: {1})")                                                            \
    X(36, E_FORM, 0, "‘{0}’ 的格式不对", "‘{0}’ has not the right form", "例如 {1}",               \
      "for example {1}")                                                                           \
    X(37, E_NOT_HERE, 0, "‘{0}’ 不能写在这里：{1}", "‘{0}’ can't stand here: {2}", "", "")         \
    X(40, E_LIMIT_ORDER, 0, "限值 {0} 必须高于 {1}", "limit {0} must be above {1}",                \
      "顺序：LL < L < H < HH", "the order is LL < L < H < HH")                                     \
    X(41, E_CLEAR_SIDE, 0, "限值 {0} 的 clear 应在 at 的{1}",                                      \
      "the clear of {0} must lie {2} its at", "", "")                                              \
    X(42, E_LIMIT_OUTSIDE, 0, "限值 {0} 不在量程之内：{1}",                                        \
      "limit {0} lies outside the range: {2}", "", "")                                             \
    X(43, E_NO_BASIS, 0, "一级限值 {0} 必须有 {1}", "a priority-1 limit ({0}) needs {1}",          \
      "写在限值、规则集、测点或区域上", "on the limit, rule set, point or area")                   \
    X(44, E_FC_TYPE, 0, "功能码 {0} 不能读类型 {1}", "function code {0} can't read type {1}",      \
      "1、2 读 bit；3、4 读寄存器", "1 and 2 read bit, 3 and 4 read registers")                    \
    X(45, E_COUNTY_TWICE, 0, "县级编码 ‘{0}’ 重复（{1}）",                                         \
      "the county code ‘{0}’ is used twice ({1})", "", "")                                         \
    X(46, E_SECRET, 0, "口令文件不可用：{0}", "the password file can't be used: {0}",              \
      "口令文件只允许属主读取（chmod 600），内容为一行口令",                                       \
      "only its owner may read it (chmod 600); it holds the password in one line")                 \
    X(47, E_CERT, 0, "{0} 不可用：{1}", "{0} can't be used: {2}",                                  \
      "证书、私钥和吊销列表都是 PEM 文件，私钥只允许属主读取",                                     \
      "certificates, keys and lists are PEM files; only its owner may read the key")               \
    X(48, E_CERT_ENDED, 0, "{0} 已于 {1} 到期", "{0} ended on {1}", "请换上新的文件，无需重启",    \
      "put a new file in its place; no restart is needed")                                         \
    X(49, E_CERT_EARLY, 0, "{0} 从 {1} 起才有效", "{0} is not valid before {1}",                   \
      "检查文件，以及本机的时钟", "look at the file, and at the clock of this machine")            \
    X(50, W_NO_BASIS, 1, "限值 {0} 没有 {1}", "limit {0} has no {1}", "值班人员会看到空白",        \
      "the person on duty will see nothing there")                                                 \
    X(51, W_LOOSER, 1, "限值 {0} 比规则集的要求宽松：{1}",                                         \
      "limit {0} is looser than its rule set: {2}", "", "")                                        \
    X(52, W_NO_COUNTY, 1, "测点没有县级编码 county", "the point has no county code", "", "")       \
    X(53, W_NO_DEADBAND, 1, "限值 {0} 没有 clear：在限值附近会反复报警",                           \
      "limit {0} has no clear: it will chatter at the limit", "", "")                              \
    X(54, W_SAME_REGISTER, 1, "与测点 {0} 读同一个寄存器", "reads the same register as {0}",       \
      "若是有意为之可忽略", "ignore it if it is meant")                                            \
    X(55, W_NO_POINTS, 1, "没有任何测点：不监测任何东西", "no points: nothing is monitored", "",   \
      "")                                                                                          \
    X(56, W_HASH_CUT, 1, "文字在 ‘ #’ 处结束，之后是注释",                                         \
      "the text ends before ‘ #’; a comment follows", "若 # 是文字的一部分，请加引号",             \
      "quote the text if # is part of it")                                                         \
    X(57, W_SECRET, 1, "当前用户无权读取口令文件，未检查：{0}",                                    \
      "this user may not read the password file, it was not checked: {0}",                         \
      "以 root 或 riskgwd 用户再检查一次", "check again as root or as the user riskgwd")           \
    X(58, W_MOVING_PORT, 1, "{0} 的编号会随插拔和重启改变",                                        \
      "the number of {0} moves when it is plugged again",                                          \
      "用 /dev/serial/by-path/ 或 by-id/ 下的名称",                                                \
      "use its name under /dev/serial/by-path/ or by-id/")                                         \
    X(59, W_CERT_ENDS, 1, "{0} 将于 {1} 到期", "{0} ends on {1}", "请及时换上新的文件，无需重启",  \
      "put a new file in its place in time; no restart is needed")                                 \
    X(60, W_CERT_UNSEEN, 1, "当前用户无权读取 {0}，未检查",                                        \
      "this user may not read {0}, it was not checked", "以 root 或 riskgwd 用户再检查一次",       \
      "check again as root or as the user riskgwd")                                                \
    X(61, E_PORT_TWICE, 0, "串口 {0} 已由总线 {1} 使用",                                           \
      "the port {0} is already that of bus {1}", "一条线路就是一条总线：让它的测点都写同一个 bus", \
      "one line is one bus: let its points name the same bus")                                     \
    X(62, E_NO_DASH, 0, "这一项里已经有 ‘{0}’（第 {1} 行）",                                       \
      "this entry has a ‘{0}’ already (line {1})",                                                 \
      "新的一项以 ‘- ’ 开头：补在它前面；否则删去其中一个",                                        \
      "a new entry begins with ‘- ’: put it in front, or remove one of them")                      \
    X(63, W_MANUAL_ADDRESS, 1, "地址 {0} 像是手册中的写法：从 0 起应为 {1}",                       \
      "address {0} looks like a manual's number: counted from 0 it is {1}",                        \
      "若 PDU 地址确实如此可忽略", "ignore it if the PDU address is really that")                  \
    X(90, E_NOT_BUILT, 0, "‘{0}’：本版本尚不支持", "‘{0}’: not in this version", "", "")

#endif
