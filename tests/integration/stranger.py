"""A Modbus server that is not ours (pymodbus), with values written by its own
encoder: every type in every order.  stranger.py tcp PORT | rtutcp PORT | rtu TTY

Prints READY when it listens.  VALUES says what stands where; STATUS has words with
a bit each, behind them."""
import asyncio
import sys

from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

ORDERS = {"ABCD": (Endian.Big, Endian.Big), "CDAB": (Endian.Big, Endian.Little),
          "BADC": (Endian.Little, Endian.Big), "DCBA": (Endian.Little, Endian.Little)}
ORDERS_64 = {"ABCD": "ABCDEFGH", "CDAB": "GHEFCDAB", "BADC": "BADCFEHG", "DCBA": "HGFEDCBA"}
# type, order, what the encoder is given; a float is one that f32 holds exactly
VALUES = [("u16", "ABCD", v) for v in (0, 1, 43707, 65535)]
VALUES += [("i16", "ABCD", v) for v in (-32768, -1, 32767)]
for order in ORDERS:
    VALUES += [("u32", order, v) for v in (0, 2864434397, 4294967295)]
    VALUES += [("i32", order, v) for v in (-2147483648, -1430532899, 2147483647)]
    VALUES += [("f32", order, v) for v in (186.0, -2.5, 0.15625, 16777215.0)]
    VALUES += [("sm32", order, v) for v in (-2147483647, 65538)]
    VALUES += [("bcd32", order, v) for v in (12345678, 99999999)]
    VALUES += [("u64", order, v) for v in (283686952306183, 2**53, 2**64 - 1)]
    VALUES += [("i64", order, v) for v in (-2, -2**63, 2**53 - 1)]
    VALUES += [("f64", order, v) for v in (186.123456789, -1e-300, 1 / 3)]
VALUES += [("sm16", "ABCD", v) for v in (-32767, 5)]
VALUES += [("bcd16", "ABCD", v) for v in (1234, 9999)]
# what a status word says: the quality that its value gets
STATUS = [(0, "good"), (1, "sensor_fault"), (2, "over_range"), (4, "calib"), (8, "warm_up"), (16, "good")]
CHANNELS = 16  # of a controller, as config/devices/demo-gac-16.yaml says: value and word side by side
CONTROLLER = 1000
STEP = 6  # registers from one value to the next, the widest has 4
BITS = [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0]
ADD = {"u16": "add_16bit_uint", "i16": "add_16bit_int", "u32": "add_32bit_uint",
       "i32": "add_32bit_int", "f32": "add_32bit_float", "u64": "add_64bit_uint",
       "i64": "add_64bit_int", "f64": "add_64bit_float", "sm16": "add_16bit_uint",
       "sm32": "add_32bit_uint", "bcd16": "add_16bit_uint", "bcd32": "add_32bit_uint"}


def places():
    """(address, type, order, value), each at its own address with a hole behind it."""
    return [(5 + STEP * i, *v) for i, v in enumerate(VALUES)]


def status_places():
    """(address of the value, of its word, what the word says, the quality of the value)."""
    first = 5 + STEP * len(VALUES)
    return [(first + 20 * i, first + 20 * i + 3, word, q) for i, (word, q) in enumerate(STATUS)]


def channels():
    """(value, word, quality) of each channel: 1.1, 2.2, ..., and a fault of every fifth."""
    return [(11 * k, 256 if k % 5 == 0 else 0, "sensor_fault" if k % 5 == 0 else "good") for k in range(1, CHANNELS + 1)]


def code_of(kind, value):
    """The encoder knows no BCD and no sign and magnitude: it gets their bits."""
    if kind.startswith("bcd"):
        return int(str(value), 16)
    return abs(value) | (value < 0) << int(kind[2:]) - 1 if kind.startswith("sm") else value


def registers():
    words = [0xDEAD] * (CONTROLLER + 2 * CHANNELS + 8)
    for k, (value, word, _) in enumerate(channels()):
        words[CONTROLLER + 2 * k:CONTROLLER + 2 * k + 2] = [value, word | 16 * (k % 4)]
    for value, word, says, _ in status_places():
        words[value], words[word] = 4711, says
    for address, kind, order, value in places():
        byte, word = ORDERS[order]
        builder = BinaryPayloadBuilder(byteorder=byte, wordorder=word)
        getattr(builder, ADD[kind])(code_of(kind, value))
        got = builder.to_registers()
        words[address:address + len(got)] = got
    return words


async def main():
    words = registers()
    one = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, words), ir=ModbusSequentialDataBlock(0, words),
                             co=ModbusSequentialDataBlock(0, BITS + [0] * 8),
                             di=ModbusSequentialDataBlock(0, BITS + [0] * 8), zero_mode=True)
    context = ModbusServerContext(slaves={1: one, 7: one}, single=False)
    asyncio.get_running_loop().call_later(0.3, lambda: print("READY", flush=True))
    if sys.argv[1] in ("tcp", "rtutcp"):
        await StartAsyncTcpServer(context=context, address=("127.0.0.1", int(sys.argv[2])),
                                  framer=ModbusRtuFramer if sys.argv[1] == "rtutcp" else ModbusSocketFramer)
    else:
        await StartAsyncSerialServer(context=context, framer=ModbusRtuFramer, port=sys.argv[2],
                                     baudrate=115200, bytesize=8, parity="N", stopbits=1, timeout=1)


if __name__ == "__main__":
    asyncio.run(main())
