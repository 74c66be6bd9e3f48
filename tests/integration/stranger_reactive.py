"""pymodbus' own fault-injecting server (ReactiveServer).
stranger_reactive.py tcp PORT | rtu TTY

Register A of unit 7 holds 7 x 256 + A.  Each line of the input is what it does
to its replies from then on, as its web page takes it; READY and ok answer."""
import asyncio
import json
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.server.reactive.main import ReactiveServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

UNIT = 7


def context():
    words = ModbusSequentialDataBlock(0, [UNIT * 256 + a for a in range(100)])
    return ModbusServerContext(slaves={UNIT: ModbusSlaveContext(hr=words, zero_mode=True)}, single=False)


async def serve(kind, place):
    if kind == "tcp":
        server = ModbusTcpServer(context(), framer=ModbusSocketFramer, address=("127.0.0.1", int(place)),
                                 allow_reuse_address=True)
    else:
        server = ModbusSerialServer(context(), framer=ModbusRtuFramer, port=place, baudrate=19200, timeout=1)
        await server.start()
    return server, asyncio.get_running_loop().create_task(server.serve_forever())


async def main():
    loop = asyncio.get_running_loop()
    server, task = await serve(*sys.argv[1:3])
    reactive = ReactiveServer("127.0.0.1", 0, server)
    print("READY", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        reactive.update_manipulator_config(json.loads(line))
        print("ok", flush=True)
    task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
