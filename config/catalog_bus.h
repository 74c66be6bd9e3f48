/* config/catalog_bus.h - what is wrong with lines and connections.
 * Rows as catalog.h says. */
#ifndef RG_CONFIG_CATALOG_BUS_H
#define RG_CONFIG_CATALOG_BUS_H

#define CATALOG_BUS(X)                                                                             \
    X(58, W_MOVING_PORT, 1, "{0} 的编号会随插拔和重启改变",                                        \
      "the number of {0} moves when it is plugged again",                                          \
      "用 /dev/serial/by-path/ 或 by-id/ 下的名称",                                                \
      "use its name under /dev/serial/by-path/ or by-id/")                                         \
    X(61, E_PORT_TWICE, 0, "端口 {0} 已由总线 {1} 使用",                                           \
      "the port {0} is already that of bus {1}", "一条线路就是一条总线：让它的测点都写同一个 bus", \
      "one line is one bus: let its points name the same bus")                                     \
    X(151, E_BUS_FULL, 0, "总线 {0} 问不完它的测点：{1}",                                          \
      "bus {0} can't ask for all its points in time: {2}",                                         \
      "加长 every、减少请求、提高波特率，或分到两条线路",                                          \
      "a longer every, fewer requests, a faster line, or two lines")                               \
    X(152, W_ASKED_LATE, 1, "总线 {0} 来不及：{1}", "bus {0} is too slow: {2}",                    \
      "加长 every、减少请求、提高波特率，或分到两条线路；从站应答时间为估计值",                    \
      "a longer every, fewer requests, a faster line, or two lines; what units take is assumed")   \
    X(153, W_LATE_AT_SILENCE, 1, "总线 {0} 有一个从站失联时：{1}",                                 \
      "when a unit of bus {0} falls silent: {2}", "缩短总线的 timeout 或减少 retries",             \
      "a shorter timeout or fewer retries of the bus")                                             \
    X(154, W_LATE_IN_SILENCE, 1, "总线 {0} 有从站长期无应答时：{1}",                               \
      "while units of bus {0} are silent: {2}", "缩短总线的 timeout，或给线路留出更多空闲",        \
      "a shorter timeout of the bus, or more of the line's time left free")                        \
    X(155, E_OTHER_IDENTITY, 0, "同一从站已有另一个身份（测点 {0}）",                              \
      "its unit has another identity already (point {0})",                                         \
      "一个从站是一台设备：身份只写一次，或处处相同",                                              \
      "a unit is one device: write its identity once, or the same everywhere")

#endif
