/* config/catalog_plant.h - what is wrong with what points, limits and templates
 * say.
 * Rows as catalog.h says. */
#ifndef RG_CONFIG_CATALOG_PLANT_H
#define RG_CONFIG_CATALOG_PLANT_H

#define CATALOG_PLANT(X)                                                                           \
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
    X(110, E_MODICON, 0, "功能码 {1} 的寄存器号不会是 ‘{0}’",                                      \
      "‘{0}’ is no register number of function code {1}", "从 {2} 起", "they begin at {2}")        \
    X(111, E_NO_TO, 0, "raw 的两端是多少没有写明", "what the ends of raw mean is not said",        \
      "加上 to: 0 ppm .. 1000 ppm，或测点的 range",                                                \
      "add to: 0 ppm .. 1000 ppm, or the range of the point")                                      \
    X(112, E_MASK, 0, "mask ‘{0}’ 的各位不相连", "the bits of mask ‘{0}’ do not touch",            \
      "每个测点取一段相连的位", "one point takes one run of bits")                                 \
    X(113, E_NE43_RAW, 0, "ne43 需要知道电流：缺少 raw", "ne43 needs to know the current: no raw", \
      "raw 写 4 mA 和 20 mA 的原始值，例如 raw: 819 .. 4095",                                      \
      "raw has the raw numbers of 4 mA and 20 mA, such as raw: 819 .. 4095")                       \
    X(114, E_NE43_ROOM, 0, "{0} 放不下 3.6 mA 和 21 mA 的原始值（{1} 和 {2}）",                    \
      "{0} does not hold the raw numbers of 3.6 mA and 21 mA ({1} and {2})",                       \
      "看不见断线和短路：换类型或 raw，或去掉 ne43",                                               \
      "a broken wire would not be seen: take another type or raw, or no ne43")                     \
    X(100, E_HOLE, 0, "‘{0}’ 不是地址，也不是一段地址",                                            \
      "‘{0}’ is no address and no range of them", "写成 120 或 120..123", "write 120 or 120..123") \
    X(101, W_POINT_IN_HOLE, 1, "它读的地址在 holes 之中",                                          \
      "it reads addresses that holes excludes", "它将单独读取，设备多半会拒绝：核对地址",          \
      "it is asked by itself and most likely refused: check its address")                          \
    X(102, E_TOGETHER, 0, "‘{0}’ 这一组不能一次读取：{1}",                                         \
      "the set ‘{0}’ can't be read at once: {2}", "", "")                                          \
    X(103, E_TOO_WIDE, 0, "它占 {0} 个寄存器，而 max_registers 是 {1}",                            \
      "it takes {0} registers, and max_registers is {1}", "", "")                                  \
    X(63, W_MANUAL_ADDRESS, 1, "地址 {0} 像是手册中的写法：从 0 起应为 {1}",                       \
      "address {0} looks like a manual's number: counted from 0 it is {1}",                        \
      "若是手册的写法，可加 base: modicon；若 PDU 地址确实如此可忽略",                             \
      "a manual's number may stay with base: modicon; ignore it if the PDU address is that")

#endif
