#include "config/explain_parts.h"

static const struct explanation rows[] = {
    { W_MOVING_PORT,
      { "ttyUSB、ttyACM 的编号按插入先后分配：两个转换器换个次序，测点就会读到另一条总线。by-path "
        "名称"
        "对应固定的插口，by-id 名称对应固定的转换器。",
        "Numbers of ttyUSB and ttyACM go by the order of plugging in: two adapters that change "
        "places "
        "would give each other's values. A by-path name belongs to a socket, a by-id name to an "
        "adapter." },
      EXAMPLE_ROOT,
      "buses: {b2: {port: /dev/ttyUSB0}}",
      "buses: {b2: {port: /dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0}}" },
    { E_PORT_TWICE,
      { "一条 RS-485 线路上只能有一个主站在问。同一个串口（或同一个串口服务器端口 rtu_over_tcp）"
        "写成两条总线，两边会互相抢对方的应答。",
        "One master may ask on a line. With one port, or one rtu_over_tcp of a serial server, in "
        "two buses each would take the other's replies." },
      EXAMPLE_ROOT,
      "buses: {b2: {port: /dev/ttyS1}, b3: {port: /dev/ttyS1}}",
      "buses: {b2: {port: /dev/ttyS1}, b3: {port: /dev/ttyS2}}" },
};

const struct explain_part explain_bus = { rows, sizeof rows / sizeof rows[0] };
