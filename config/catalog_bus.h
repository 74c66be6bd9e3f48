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
      "one line is one bus: let its points name the same bus")

#endif
