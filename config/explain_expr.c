#include "config/explain_parts.h"

#define POINTS                                                                                     \
    "defaults: {bus: b1, unit_id: 1, every: 1s, unit: ppm}\n"                                      \
    "points:\n"                                                                                    \
    "  - {id: co.a, county: c1, range: 0 ppm .. 1000 ppm, read: {fc: 3, address: 0, type: u16}}\n" \
    "  - {id: co.b, county: c2, read: {fc: 3, address: 1, type: u16}}\n"
#define PUMP                                                                                       \
    "defaults: {bus: b1, unit_id: 1, every: 1s}\n"                                                 \
    "points:\n"                                                                                    \
    "  - {id: pump, county: c1, read: {fc: 2, address: 0, type: bit}}\n"                           \
    "  - {id: level, county: c2, unit: m, read: {fc: 3, address: 1, type: u16}}\n"
#define RULE(when) "rules: [{id: r1, basis: x, do: y, when: " when "}]"

static const struct explanation rows[] = {
    { E_EXPR_SYNTAX,
      { "表达式由测点、带单位的数值和下列词组成：+ - * /，< <= > >= == !=，and or not，is on / is "
        "off / is 状态名，count(条件, ...)，rise(测点, 10min)，fall(测点, 10min)，bad(测点)，括号。"
        "测点名中可以有横线，所以减号两边要留空格。",
        "An expression is made of points, numbers with their unit and these words: + - * /, "
        "< <= > >= == !=, and or not, is on / is off / is STATE, count(CONDITION, ...), "
        "rise(POINT, 10min), fall(POINT, 10min), bad(POINT), brackets. A name may hold dashes, so "
        "a minus needs blanks around it." },
      EXAMPLE_ROOT,
      POINTS RULE("co.a ≥ 24 ppm"),
      POINTS RULE("co.a >= 24 ppm") },
    { E_EXPR_KIND,
      { "and、or、not、count 连接条件；比较和四则运算用数值。开关量要写成条件：fan is on。",
        "and, or, not and count join conditions; comparisons and arithmetic take numbers. A bit "
        "becomes a condition by `is`: fan is on." },
      EXAMPLE_ROOT,
      PUMP RULE("pump and level > 3 m"),
      PUMP RULE("pump is on and level > 3 m") },
    { E_EXPR_UNITS,
      { "比较、加、减的两边必须是同一个单位；乘除会合成单位，例如 m3/h 除以 m3/h 是纯数。ppm 与 "
        "mg/m3、mg/m3 与 g/m3 之间从不换算。",
        "Both sides of a comparison, a sum or a difference have the same unit; products and "
        "quotients make units, m3/h by m3/h is a bare number. ppm and mg/m3, or mg/m3 and g/m3, "
        "are never converted." },
      EXAMPLE_ROOT,
      POINTS RULE("co.a >= 30 mg/m3"),
      POINTS RULE("co.a >= 24 ppm") },
    { E_EXPR_NUMBER,
      { "写在文件里的除数不能为零，结果不能超出双精度数。运行中除数变为零时，结果为“未知”，既不报警"
        "也不恢复。",
        "A divisor that is written down can't be zero, nor may a result leave the double precision "
        "numbers. Where a divisor becomes zero while the plant runs, the result is unknown: it "
        "neither raises nor clears." },
      EXAMPLE_ROOT,
      POINTS RULE("co.a / 0 > co.b"),
      POINTS RULE("co.a / 2 > co.b") },
    { E_EXPR_NO_POINT,
      { "没有测点的条件永远成立或永远不成立，多半是写错了。",
        "A condition without a point is always true or never, most likely by mistake." },
      EXAMPLE_ROOT,
      POINTS RULE("24 ppm >= 20 ppm"),
      POINTS RULE("co.a >= 20 ppm") },
    { E_EXPR_RULE,
      { "规则之间不能互相引用：一条规则的延时、锁存和抑制不应悄悄影响另一条。",
        "Rules do not name each other: the delay, latch or suppression of one must not silently "
        "change another." },
      EXAMPLE_ROOT,
      POINTS "rules:\n  - {id: r1, basis: x, do: y, when: co.a > 24 ppm}\n"
             "  - {id: r2, basis: x, do: y, when: r1 > 5}",
      POINTS "rules:\n  - {id: r1, basis: x, do: y, when: co.a > 24 ppm}\n"
             "  - {id: r2, basis: x, do: y, when: co.a > 24 ppm and co.b > 5 ppm}" },
    { E_EXPR_REACH,
      { "同量程之外的数值比较，或要求 count 达到多于条件个数的值，结果永远不变，规则形同虚设。",
        "Compared with a number outside of the range, or a count with more than its conditions, "
        "the answer is always the same and the rule stands there for nothing." },
      EXAMPLE_ROOT,
      POINTS "rules:\n  - id: r1\n    when: count(co.a > 24 ppm, co.b > 24 ppm) >= 3\n",
      POINTS "rules:\n  - id: r1\n    when: count(co.a > 24 ppm, co.b > 24 ppm) >= 2\n" },
    { E_EXPR_STATE,
      { "状态名写在测点的 states: 下；开关量总有 on（1）和 off（0）。名称中有空格时加引号。",
        "States are named below states: of the point; a bit always has on (1) and off (0). A name "
        "with blanks is put in quotes." },
      EXAMPLE_ROOT,
      PUMP RULE("pump is running"),
      PUMP RULE("pump is on") },
    { E_EXPR_STATELESS,
      { "is 比较状态，数值用 >= 等比较。",
        "`is` compares states; numbers are compared by >= and its like." },
      EXAMPLE_ROOT,
      PUMP RULE("level is on"),
      PUMP RULE("level > 3 m") },
    { E_EXPR_LONG,
      { "为保证每个样本的计算时间有上限：一个表达式最多 256 步，同时等待的运算最多 64 个。",
        "So that the time for a sample is bounded: at most 256 steps an expression, at most 64 "
        "operations that wait at one time." },
      EXAMPLE_ROOT,
      POINTS RULE("((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((co.a > 5 ppm"
                  "))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"),
      POINTS RULE("co.a > 5 ppm") },
};

const struct explain_part explain_expr = { rows, sizeof rows / sizeof rows[0] };
