"""A Modbus server that is not ours (pymodbus), with values written by its own
encoder: every type in every order.  stranger.py tcp PORT | rtu TTY

Prints READY when it listens.  VALUES says what stands where."""
import asyncio
import sys

from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer

ORDERS = {"ABCD": (Endian.Big, Endian.Big), "CDAB": (Endian.Big, Endian.Little),
          "BADC": (Endian.Little, Endian.Big), "DCBA": (Endian.Little, Endian.Little)}
# type, order, what the encoder is given; a float is one that f32 holds exactly
VALUES = [("u16", "ABCD", v) for v in (0, 1, 43707, 65535)]
VALUES += [("i16", "ABCD", v) for v in (-32768, -1, 32767)]
for order in ORDERS:
    VALUES += [("u32", order, v) for v in (0, 2864434397, 4294967295)]
    VALUES += [("i32", order, v) for v in (-2147483648, -1430532899, 2147483647)]
    VALUES += [("f32", order, v) for v in (186.0, -2.5, 0.15625, 16777215.0)]
BITS = [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0]
ADD = {"u16": "add_16bit_uint", "i16": "add_16bit_int", "u32": "add_32bit_uint",
       "i32": "add_32bit_int", "f32": "add_32bit_float"}


def places():
    """(address, type, order, value), each at its own address with a hole behind it."""
    return [(5 + 3 * i, *v) for i, v in enumerate(VALUES)]


def registers():
    words = [0xDEAD] * (5 + 3 * len(VALUES) + 8)
    for address, kind, order, value in places():
        byte, word = ORDERS[order]
        builder = BinaryPayloadBuilder(byteorder=byte, wordorder=word)
        getattr(builder, ADD[kind])(value)
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
    if sys.argv[1] == "tcp":
        await StartAsyncTcpServer(context=context, address=("127.0.0.1", int(sys.argv[2])))
    else:
        await StartAsyncSerialServer(context=context, framer=ModbusRtuFramer, port=sys.argv[2],
                                     baudrate=19200, bytesize=8, parity="N", stopbits=1, timeout=1)


if __name__ == "__main__":
    asyncio.run(main())
