#include "config/explain_parts.h"

static const struct explanation rows[] = {
    { E_LIMIT_ORDER,
      { "同一测点的限值按数值轴排列：LL < L < H < HH。",
        "The limits of one point lie on the axis of its value: LL < L < H < HH." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm, clear: 20 ppm}, HH: {at: 20 ppm, clear: 18 ppm, priority: 2}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}, HH: {at: 160 ppm, clear: 140 ppm, priority: 2}}" },
    { E_CLEAR_SIDE,
      { "高限在数值低于 clear 时恢复，低限在高于 clear "
        "时恢复；两者之差是回差，防止在限值附近反复报警。",
        "A high limit ends below its clear, a low one above it; what lies between is the deadband, "
        "which keeps the alarm from chattering." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm, clear: 25 ppm}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}" },
    { E_LIMIT_OUTSIDE,
      { "限值必须在测点的 range 之内，否则永远达不到；clear "
        "之外还必须有量程，否则报警永远不会恢复。",
        "A limit must lie inside the range of its point, else it is never reached; beyond its "
        "clear "
        "there must be range left, else the alarm never ends." },
      EXAMPLE_POINT,
      "range: 0 ppm .. 100 ppm\nlimits: {H: {at: 160 ppm, clear: 140 ppm}}",
      "range: 0 ppm .. 1000 ppm\nlimits: {H: {at: 160 ppm, clear: 140 ppm}}" },
    { E_NO_BASIS,
      { "一级报警必须说明现在怎么办（do）和依据（basis）。可以写在限值、规则集、测点或区域上，就近"
        "者有效。",
        "A priority-1 alarm must say what to do now (do) and on what ground (basis). Both may "
        "stand on "
        "the limit, the rule set, the point or the area; the nearest counts." },
      EXAMPLE_POINT,
      "limits: {HH: {at: 160 ppm, clear: 140 ppm}}",
      "limits: {HH: {at: 160 ppm, clear: 140 ppm, do: 撤离, basis: 规程 3}}" },
    { E_HOLE,
      { "holes 列出设备拒绝读取的地址（从 0 起的 PDU 地址），与该测点 read 的功能码相同；请求不会跨"
        "过它们。",
        "holes lists PDU addresses, from 0, that the device refuses, of the function code of the "
        "point's read; no request reaches over them." },
      EXAMPLE_POINT,
      "holes: [120-123]",
      "holes: [120..123]" },
    { W_POINT_IN_HOLE,
      { "测点读的地址被 holes 排除。它会单独读取，若设备确实拒绝，测点的原因是 exc_2 或 exc_3。",
        "The point reads what holes excludes.  It is asked by itself; if the device really "
        "refuses, "
        "the point's reason is exc_2 or exc_3." },
      EXAMPLE_POINT,
      "holes: [0..3]",
      "holes: [8..11]" },
    { E_TOGETHER,
      { "同一组的测点在一次请求中读取，因此必须是同一总线、从站、功能码和周期，一个请求能读完，"
        "中间没有 holes，也没有比 max_gap 更长的空隙。",
        "A set is read in one request: its points have one bus, unit, function code and period, "
        "one "
        "request holds them, and no hole and no gap longer than max_gap lies between." },
      EXAMPLE_ROOT,
      "defaults: {bus: b1, unit_id: 1, every: 1s, together: g}\npoints:\n"
      "  - {id: x1, county: x1, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: x2, county: x2, read: {fc: 3, address: 200, type: u16}}",
      "defaults: {bus: b1, unit_id: 1, every: 1s, together: g}\npoints:\n"
      "  - {id: x1, county: x1, read: {fc: 3, address: 0, type: u16}}\n"
      "  - {id: x2, county: x2, read: {fc: 3, address: 100, type: u16}}" },
    { E_TOO_WIDE,
      { "32 位值占 2 个寄存器，64 位值占 4 个，必须一次读完。",
        "A 32-bit value takes 2 registers, a 64-bit one 4, and it is never read in parts." },
      EXAMPLE_POINT,
      "read: {fc: 3, address: 0, type: f32}\nmax_registers: 1",
      "read: {fc: 3, address: 0, type: f32}\nmax_registers: 2" },
    { E_FC_TYPE,
      { "功能码 1、2 读线圈和离散输入（bit），3、4 读寄存器（u16、f32 等）。",
        "Function codes 1 and 2 read coils and discrete inputs (bit), 3 and 4 read registers (u16, "
        "f32 "
        "and so on)." },
      EXAMPLE_POINT,
      "read: {fc: 1, address: 0, type: u16}",
      "read: {fc: 3, address: 0, type: u16}" },
    { E_COUNTY_TWICE,
      { "县级编码在平台上唯一标识一个测点，两个测点不能相同。",
        "The county code names one point at the platform; no two points may have the same." },
      EXAMPLE_POINT,
      "county: twice",
      "county: once" },
    { W_NO_BASIS,
      { "没有处置措施 do 或依据 "
        "basis。报警来时，值班人员不知道该做什么，检查时也说不清限值从何而来。",
        "There is no do or no basis. When the alarm comes the person on duty does not know what to "
        "do, "
        "and nobody can say where the limit is from." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm, clear: 20 ppm}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm, do: 查漏, basis: 表 1}}" },
    { W_LOOSER,
      { "测点的限值比它引用的规则集（标准条款）宽松。若有依据，请写入 basis 并留存文件。",
        "The limit of the point is looser than the rule set (the clause of a standard) that it "
        "uses. If "
        "there is a ground for it, say so in basis and keep the document." },
      EXAMPLE_POINT,
      "use: [CO]\nlimits: {H: {at: 30 ppm, clear: 25 ppm}}",
      "use: [CO]" },
    { W_NO_COUNTY,
      { "没有县级编码，平台可能无法把数据对应到测点。编码由平台方提供。",
        "Without a county code the platform may not know whose value it gets. The platform's "
        "people "
        "hand the codes out." },
      EXAMPLE_ROOT,
      "points: [{id: p2, bus: b1, unit_id: 1, every: 1s, read: {fc: 2, address: 0, type: bit}}]",
      "areas: {}" },
    { W_NO_DEADBAND,
      { "没有 clear（或与 at 相同）时没有回差，数值在限值附近波动会反复报警。",
        "Without a clear (or with one equal to at) there is no deadband: a value near the limit "
        "will "
        "raise the alarm again and again." },
      EXAMPLE_POINT,
      "limits: {H: {at: 24 ppm, do: 查漏, basis: 表 1}}",
      "limits: {H: {at: 24 ppm, clear: 20 ppm, do: 查漏, basis: 表 1}}" },
    { W_SAME_REGISTER,
      { "两个测点读同一从站的同一寄存器。多半是复制一行后忘了改地址或从站号。",
        "Two points read the same register of the same unit. Most often a line was copied and its "
        "address or unit id not changed." },
      EXAMPLE_POINT,
      "read: {fc: 3, address: 900, type: u16}",
      "read: {fc: 3, address: 901, type: u16}" },
    { W_NO_POINTS,
      { "配置有效，但没有测点：网关什么也不监测。检查 include: 是否包含了测点文件。",
        "The configuration is valid but has no points: the gateway monitors nothing. Does include: "
        "name "
        "the files with the points?" },
      EXAMPLE_ROOT,
      "areas: {}",
      "points: [{id: p2, county: x, bus: b1, unit_id: 1, every: 1s, read: {fc: 2, address: 0, "
      "type: bit}}]" },
    { E_MODICON,
      { "base: modicon 的地址带种类位并从 1 起数：线圈 00001、离散输入 10001、输入寄存器 "
        "30001、保持寄存器 "
        "40001 起，功能码依次为 1、2、4、3。",
        "With base: modicon an address has its kind in front and counts from 1: coils begin at "
        "00001, "
        "discrete inputs at 10001, input registers at 30001, holding registers at 40001; their "
        "function codes are 1, 2, 4, 3." },
      EXAMPLE_POINT,
      "read: {fc: 3, address: 30001, base: modicon, type: u16}",
      "read: {fc: 4, address: 30001, base: modicon, type: u16}" },
    { E_NO_TO,
      { "raw 给出两个原始值，to 给出它们代表的数值。没有 to 时用测点的 "
        "range；两者都没有就无法换算。",
        "raw has two raw numbers, to the values that they stand for. Without to the range of the "
        "point "
        "is taken; without both nothing can be scaled." },
      EXAMPLE_POINT,
      "read: {fc: 3, address: 0, type: u16, raw: 819 .. 4095}",
      "read: {fc: 3, address: 0, type: u16, raw: 819 .. 4095, to: 0 ppm .. 1000 ppm}" },
    { E_MASK,
      { "mask 取出 u16 中相连的几位并移到末位：0x0F00 取第 8 到 11 位，得到 0 到 15。",
        "mask takes bits of a u16 that stand together and shifts them down: 0x0F00 takes bits 8 to "
        "11 "
        "and gives 0 to 15." },
      EXAMPLE_POINT,
      "read: {fc: 3, address: 0, type: u16, mask: 0x0101}",
      "read: {fc: 3, address: 0, type: u16, mask: 0x0001}" },
    { E_NE43_RAW,
      { "NE43 按电流判断：低于 3.6 mA 或达到 21 mA 持续 4 秒是传感器故障，3.8 到 20.5 mA "
        "之外是超量程。所以要用 "
        "raw 写明 4 mA 和 20 mA 的原始值。",
        "NE43 judges the current: below 3.6 mA or from 21 mA on for 4 s is a sensor fault, outside "
        "of "
        "3.8 to 20.5 mA is beyond the range. So raw must say which raw numbers 4 mA and 20 mA "
        "are." },
      EXAMPLE_POINT,
      "range: 0 ppm .. 1000 ppm\nread: {fc: 3, address: 0, type: u16, ne43: yes}",
      "range: 0 ppm .. 1000 ppm\n"
      "read: {fc: 3, address: 0, type: u16, raw: 819 .. 4095, ne43: yes}" },
    { E_NE43_ROOM,
      { "量程两端已占满该类型的全部数值，断线（低于 3.6 mA）和短路（21 mA 以上）读不出来。例如 4 "
        "mA 为 0 的 "
        "u16，3.6 mA 应是负数：模块若用补码，请写 i16。",
        "The two points take all numbers of the type: a broken wire (below 3.6 mA) or a short one "
        "(from "
        "21 mA) can't be read. If 4 mA is 0, 3.6 mA is negative: of a module that tells it so the "
        "type "
        "is i16." },
      EXAMPLE_POINT,
      "range: 0 ppm .. 1000 ppm\n"
      "read: {fc: 3, address: 0, type: u16, raw: 0 .. 27648, ne43: yes}",
      "range: 0 ppm .. 1000 ppm\n"
      "read: {fc: 3, address: 0, type: i16, raw: 0 .. 27648, ne43: yes}" },
    { W_MANUAL_ADDRESS,
      { "手册常在寄存器号前加一位表示种类，并从 1 起数：保持寄存器 40013 就是 address: 12，或 "
        "address: "
        "40013, base: modicon。",
        "Manuals often put the kind of register in front and count from 1: holding register 40013 "
        "is address: 12, or address: 40013, base: modicon." },
      EXAMPLE_POINT,
      "read: {fc: 3, address: 40013, type: u16}",
      "read: {fc: 3, address: 12, type: u16}" },
};

const struct explain_part explain_plant = { rows, sizeof rows / sizeof rows[0] };
