/* config/catalog_keys.h - what is wrong with keys, names and plain values.
 * Rows as catalog.h says. */
#ifndef RG_CONFIG_CATALOG_KEYS_H
#define RG_CONFIG_CATALOG_KEYS_H

#define CATALOG_KEYS(X)                                                                            \
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
    X(62, E_NO_DASH, 0, "这一项里已经有 ‘{0}’（第 {1} 行）",                                       \
      "this entry has a ‘{0}’ already (line {1})",                                                 \
      "新的一项以 ‘- ’ 开头：补在它前面；否则删去其中一个",                                        \
      "a new entry begins with ‘- ’: put it in front, or remove one of them")                      \
    X(150, E_OWN_NAME, 0, "‘{0}’ 不能作为测点名：它属于网关自己的报警",                            \
      "no point can be named ‘{0}’: that is of the gateway's own alarms",                          \
      "unit/…、bus/…、sys/… 是从站、总线和网关自身的报警",                                         \
      "unit/.., bus/.., sys/.. are alarms of units, of buses and of the gateway")                  \
    X(90, E_NOT_BUILT, 0, "‘{0}’：本版本尚不支持", "‘{0}’: not in this version", "", "")

#endif
