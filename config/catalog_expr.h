/* config/catalog_expr.h - what is wrong with conditions, and with the rules and
 * points that they stand in.  Rows as catalog.h says. */
#ifndef RG_CONFIG_CATALOG_EXPR_H
#define RG_CONFIG_CATALOG_EXPR_H

#define CATALOG_EXPR(X)                                                                            \
    X(170, E_EXPR_SYNTAX, 0, "表达式读到 ‘{0}’ 处不通：这里应是{1}",                               \
      "the expression can't go on at ‘{0}’: {2} must stand here", "", "")                          \
    X(171, E_EXPR_KIND, 0, "‘{0}’ 是{1}", "‘{0}’ is {2}", "", "")                                  \
    X(172, E_EXPR_UNITS, 0, "单位不符：一边是 {0}，另一边是 {1}",                                  \
      "the units don't fit: {0} and {1}", "不同单位不会自动换算", "units are never converted")     \
    X(173, E_EXPR_NUMBER, 0, "除数为零，或数值过大", "division by zero, or a number too large",    \
      "", "")                                                                                      \
    X(174, E_EXPR_NO_POINT, 0, "这里没有用到任何测点：结果永远不变",                               \
      "no point is named here: the answer is always the same", "", "")                             \
    X(175, E_EXPR_RULE, 0, "‘{0}’ 是规则：条件中只能用测点",                                       \
      "‘{0}’ is a rule: a condition names points only", "把那条规则的条件写在这里",                \
      "write that rule's condition here")                                                          \
    X(176, E_EXPR_REACH, 0, "{0} 在可能的范围 {1} 之外：结果永远不变",                             \
      "{0} lies outside of what can be, {1}: the answer is always the same", "", "")               \
    X(177, E_EXPR_STATE, 0, "测点 {1} 没有状态 ‘{0}’", "point {1} has no state ‘{0}’",             \
      "（状态：{2}）", "(states: {2})")                                                            \
    X(178, E_EXPR_STATELESS, 0, "只有开关量或写了 states 的测点才能用 is",                         \
      "only a bit or a point with states can be compared by ‘is’", "", "")                         \
    X(179, E_EXPR_LONG, 0, "表达式太长或嵌套太深", "the expression is too long or too deep",       \
      "最多 256 步、64 层：拆成几条规则或派生测点",                                                \
      "at most 256 steps and 64 levels: make several rules or derived points of it")

#endif
