/* config/catalog.h - every finding that a configuration can get, by number,
 * in Chinese and English.  {0} {1} {2} are filled in.  A number is never given
 * to another finding: people look it up.
 * X(number, name, is a warning, zh, en, way out zh, way out en) */
#ifndef RG_CONFIG_CATALOG_H
#define RG_CONFIG_CATALOG_H

#define CATALOG(X)                                                                                 \
    X(1, E_SYNTAX, 0, "YAML 语法错误：{0}", "YAML syntax: {0}", "", "")                            \
    X(2, E_FULL_WIDTH, 0, "语法位置出现中文输入法字符 ‘{0}’（{2}）",                               \
      "Chinese input-method character ‘{0}’ ({2}) outside quotes", "请改用英文半角 ‘{1}’",         \
      "type an ASCII ‘{1}’")                                                                       \
    X(3, E_NOT_UTF8, 0, "文件不是 UTF-8 编码（{0}）", "the file is not UTF-8 ({0})", "转换：{1}",  \
      "convert it: {1}")                                                                           \
    X(4, E_TAB, 0, "缩进中有制表符", "a tab in the indentation", "请用空格缩进",                   \
      "indent with spaces")                                                                        \
    X(5, E_NUL, 0, "有 NUL 字节", "a NUL byte", "文本中不能有它", "no text holds one")             \
    X(6, E_TOO_LARGE, 0, "{0}", "{1}", "上限：每个文件 4 MiB，嵌套 32 层，64 个文件",              \
      "at most 4 MiB a file, 32 levels, 64 files")                                                 \
    X(7, E_NOT_ALLOWED, 0, "不允许使用 {0}", "{0} is not allowed", "请把内容写全", "write it out") \
    X(8, E_CANNOT_READ, 0, "无法读取文件 {0}：{1}", "can't read {0}: {1}", "", "")                 \
    X(9, W_BOM_CRLF, 1, "文件带有 {0}，已接受", "the file has {0}; accepted",                      \
      "请存为无 BOM 的 UTF-8、LF 换行", "save it as UTF-8 without BOM, with LF")                   \
    X(10, E_NO_SPACE, 0, "‘{0}’ 后面缺少空格", "a blank is missing after ‘{0}’",                   \
      "YAML 要求 ‘: ’ 和 ‘- ’", "YAML wants ‘: ’ and ‘- ’")                                        \
    X(11, E_HASH, 0, "‘#’ 之后是注释：这个值是空的", "‘#’ begins a comment: there is no value",    \
      "以 # 开头的文字要加引号，例如 \"#1高炉\"",                                                  \
      "quote a text that begins with it, such as \"#1\"")                                          \
    X(12, E_RESERVED, 0, "值不能以 ‘{0}’ 开头", "a value can't begin with ‘{0}’",                  \
      "文字要加引号；单位写作 LEL%、VOL%", "quote a text; the units are LEL% and VOL%")            \
    X(13, E_UNCLOSED, 0, "这里的 ‘{0}’ 没有结束", "the ‘{0}’ here is not closed", "", "")          \
    X(14, E_NO_COMMA, 0, "前面缺少逗号 ‘,’", "a ‘,’ is missing before this",                       \
      "在 {..} 和 [..] 中用逗号分隔", "entries of {..} and [..] are parted by it")                 \
    X(15, E_TWICE, 0, "文件 {0} 被包含了两次", "{0} is included twice", "请删去其中一个",          \
      "remove one of them")                                                                        \
    X(16, E_NO_COLON, 0, "这一行没有 ‘: ’", "this line has no ‘: ’", "写作 键: 值",                \
      "write key: value")                                                                          \
    X(17, E_INDENT, 0, "缩进与上面的行不符", "the indentation fits no line above",                 \
      "同一层的键从同一列开始", "keys of one level begin in one column")                           \
    X(18, E_MISPLACED, 0, "‘{0}’ 应写在 ‘{1}’ 之内", "‘{0}’ belongs inside of ‘{1}’",              \
      "检查缩进：它要比所属的键多缩进",                                                            \
      "mind the indentation: deeper than the key that it belongs to")                              \
    X(19, E_STRAY, 0, "这里不能出现 ‘{0}’", "‘{0}’ can't stand here", "文字中含有它时要加引号",    \
      "quote a text that holds it")                                                                \
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
    X(43, E_NO_BASIS, 0, "一级限值 {0} 必须有 do 和 basis",                                        \
      "a priority-1 limit ({0}) needs do and basis", "写在限值、规则集、测点或区域上",             \
      "on the limit, rule set, point or area")                                                     \
    X(44, E_FC_TYPE, 0, "功能码 {0} 不能读类型 {1}", "function code {0} can't read type {1}",      \
      "1、2 读 bit；3、4 读寄存器", "1 and 2 read bit, 3 and 4 read registers")                    \
    X(45, E_COUNTY_TWICE, 0, "县级编码 ‘{0}’ 重复（{1}）",                                         \
      "the county code ‘{0}’ is used twice ({1})", "", "")                                         \
    X(46, E_SECRET, 0, "口令文件不可用：{0}", "the password file can't be used: {0}",              \
      "口令文件只允许属主读取（chmod 600），内容为一行口令",                                       \
      "only its owner may read it (chmod 600); it holds the password in one line")                 \
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
    X(90, E_NOT_BUILT, 0, "‘{0}’：本版本尚不支持", "‘{0}’: not in this version", "", "")

#define CATALOG_NAME(number, name, warning, zh, en, hzh, hen) name,
enum finding { CATALOG(CATALOG_NAME) FINDINGS };
#undef CATALOG_NAME

#endif
