#include "config/explain_parts.h"

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
      EXAMPLE_NONE,
      NULL,
      NULL },
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
      EXAMPLE_NONE,
      NULL,
      NULL },
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
    { W_HASH_CUT,
      { "空格加 # 之后是注释，文字在此被截断。若 # 是文字的一部分，请加引号。",
        "Behind a blank, # begins a comment; the text ends there. Quote the text if # belongs to "
        "it." },
      EXAMPLE_POINT,
      "zh: 热风炉 #2",
      "zh: \"热风炉 #2\"" },
};

const struct explain_part explain_yaml = { rows, sizeof rows / sizeof rows[0] };
