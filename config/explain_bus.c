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
    { E_BUS_FULL,
      { "即使每个从站都立即应答，按各测点的 every "
        "轮询也超过线路的全部时间。这样的配置永远不能按时采到数据。算式：请求数、字节数 × "
        "每字符时间，加上每帧之后的静默和 pause。",
        "Even if each unit answered at once, one poll for each `every` takes more than all of the "
        "line's time: such a plan can never be kept. The arithmetic: bytes x time of a character, "
        "and for each request the silence behind a frame and the bus's pause." },
      EXAMPLE_ROOT,
      "buses: {b1: {port: /dev/ttyS1, line: 1200 8N1}}\n"
      "points: [{id: p1, bus: b1, unit_id: 1, every: 100ms, read: {fc: 3, address: 0, type: u16}}]",
      "buses: {b1: {port: /dev/ttyS1, line: 9600 8N1}}\n"
      "points: [{id: p1, bus: b1, unit_id: 1, every: 100ms, read: {fc: 3, address: 0, type: "
      "u16}}]" },
    { W_ASKED_LATE,
      { "所有从站都正常应答时，最坏情况下（各测点同时到期）此测点仍可能隔两个 every "
        "以上才有应答：数据会按线路允许的周期采集，而不是所写的周期。从站的应答时间未知，串口按 20 "
        "ms、TCP 按 10 ms 估计，`riskgwctl bus` 显示实测值。",
        "With every unit answering, the point may still wait for more than two periods in the "
        "worst "
        "case, when all polls fall due together: it is read with the period that the line allows, "
        "not the one that is written. What units take to answer is not known: 20 ms is assumed on "
        "a "
        "serial line, 10 ms over TCP; `riskgwctl bus` shows what they really take." },
      EXAMPLE_ROOT,
      "buses: {b1: {port: /dev/ttyS1, line: 9600 8N1}}\n"
      "points:\n"
      "  - {id: p1, bus: b1, unit_id: 1, every: 100ms, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: p2, bus: b1, unit_id: 2, every: 100ms, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: p3, bus: b1, unit_id: 3, every: 100ms, read: {fc: 3, address: 0, type: u16}}",
      "buses: {b1: {port: /dev/ttyS1, line: 9600 8N1}}\n"
      "points:\n"
      "  - {id: p1, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: p2, bus: b1, unit_id: 2, every: 1s, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: p3, bus: b1, unit_id: 3, every: 1s, read: {fc: 3, address: 0, type: u16}}" },
    { W_LATE_AT_SILENCE,
      { "一个从站刚失联时，它的每次轮询都要等满 timeout，并按 retries "
        "重试，直到判为无应答；其他从站要等它。等得太久，网关会把正常的测点也当作失联（3 × every + "
        "1 "
        "s），或者报警延时 after 走完而其间没有一次新的采样。",
        "When a unit falls silent each of its polls waits for the whole timeout, and again for "
        "each "
        "retry, until it counts as silent; the others wait for it. If that takes too long the "
        "gateway calls points lost that are not (3 x every + 1 s), or the delay `after` of an "
        "alarm "
        "passes without one more sample." },
      EXAMPLE_ROOT,
      "buses: {b1: {tcp: \"h:502\", timeout: 2s, retries: 1}}\n"
      "points:\n"
      "  - {id: p1, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: p2, bus: b1, unit_id: 2, every: 1s, read: {fc: 3, address: 0, type: u16}}",
      "buses: {b1: {tcp: \"h:502\", timeout: 300ms, retries: 1}}\n"
      "points:\n"
      "  - {id: p1, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: p2, bus: b1, unit_id: 2, every: 1s, read: {fc: 3, address: 0, type: u16}}" },
    { W_LATE_IN_SILENCE,
      { "长期无应答的从站只用探询去问，合起来最多占线路时间的五分之一（不论有多少个），但一次探询可"
        "能"
        "要等满 timeout。线路本来就忙，或 timeout 很长，应答的从站就会被拖延。",
        "Units that have been silent for long are only probed: a fifth of the line's time at most, "
        "however many they are, but one probe may wait for the whole timeout. On a busy line, or "
        "with a long timeout, that holds up the units that answer." },
      EXAMPLE_ROOT,
      "buses: {b1: {tcp: \"h:502\", timeout: 10s, retries: 0}}\n"
      "points:\n"
      "  - {id: p1, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: p2, bus: b1, unit_id: 2, every: 1s, read: {fc: 3, address: 0, type: u16}}",
      "buses: {b1: {tcp: \"h:502\", timeout: 500ms, retries: 0}}\n"
      "points:\n"
      "  - {id: p1, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: p2, bus: b1, unit_id: 2, every: 1s, read: {fc: 3, address: 0, type: u16}}" },
    { E_OTHER_IDENTITY,
      { "identity 属于从站：同一总线、同一从站号的测点读的是同一台设备。",
        "identity is of the unit: points of one bus and unit_id read one device." },
      EXAMPLE_ROOT,
      "points:\n"
      "  - {id: p1, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16},\n"
      "     identity: {read: {fc: 3, address: 90, type: u16}, equals: 7}}\n"
      "  - {id: p2, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 1, type: u16},\n"
      "     identity: {read: {fc: 3, address: 90, type: u16}, equals: 8}}",
      "points:\n"
      "  - {id: p1, bus: b1, unit_id: 1, every: 1s, read: {fc: 3, address: 0, type: u16},\n"
      "     identity: {read: {fc: 3, address: 90, type: u16}, equals: 7}}\n"
      "  - {id: p2, bus: b1, unit_id: 2, every: 1s, read: {fc: 3, address: 1, type: u16},\n"
      "     identity: {read: {fc: 3, address: 90, type: u16}, equals: 8}}" },
};

const struct explain_part explain_bus = { rows, sizeof rows / sizeof rows[0] };
