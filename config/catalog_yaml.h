/* config/catalog_yaml.h - what is wrong with files and their syntax.
 * Rows as catalog.h says. */
#ifndef RG_CONFIG_CATALOG_YAML_H
#define RG_CONFIG_CATALOG_YAML_H

#define CATALOG_YAML(X)                                                                            \
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
    X(8, E_CANNOT_READ, 0, "无法读取文件 {0}：{1}", "can't read {0}: {1}",                         \
      "相对路径从主文件所在目录算起；主文件用 -c FILE 指定",                                       \
      "a relative path begins at the main file's folder; -c FILE names the main file")             \
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
    X(56, W_HASH_CUT, 1, "文字在 ‘ #’ 处结束，之后是注释",                                         \
      "the text ends before ‘ #’; a comment follows", "若 # 是文字的一部分，请加引号",             \
      "quote the text if # is part of it")

#endif
