/* A Modbus server that is not ours (libmodbus), TCP or RTU on a tty:
 *   stranger_libmodbus tcp PORT | rtu TTY
 * Register A of unit 7 holds 7 x 256 + A mod 256.  As in libmodbus' own test
 * server some addresses misbehave: busy, a wrong transaction id, late, drip. */
#include <errno.h>
#include <modbus.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define UNIT      7
#define REGISTERS 0x200
#define LATE_MS   700
#define DRIP_MS   5

enum { BUSY = 0x170, WRONG_TID, LATE, DRIP };

static void wait_ms(int ms)
{
    (void)poll(NULL, 0, ms);
}

/* Byte by byte, as a slow serial server passes it on. */
static void drip(modbus_t *m, const uint8_t *query, int head)
{
    uint8_t reply[] = { query[0], query[1], 0, 0, 0, 5, UNIT, 3, 2, UNIT, DRIP & 0xFF };
    int fd = modbus_get_socket(m);

    for (size_t i = 0; head == 7 && i < sizeof reply; i++) {
        if (write(fd, &reply[i], 1) != 1)
            return;
        wait_ms(DRIP_MS);
    }
}

static void answer(modbus_t *m, uint8_t *query, int n, modbus_mapping_t *map)
{
    int head = modbus_get_header_length(m);
    int address = query[head + 1] << 8 | query[head + 2];

    if (address == BUSY) {
        modbus_reply_exception(m, query, MODBUS_EXCEPTION_SLAVE_OR_SERVER_BUSY);
        return;
    }
    if (address == DRIP && head == 7) {
        drip(m, query, head);
        return;
    }
    if (address == WRONG_TID)
        query[1]++; /* of the transaction id; RTU has none: another function, refused */
    if (address == LATE)
        wait_ms(LATE_MS);
    modbus_reply(m, query, n, map);
}

static void serve(modbus_t *m, modbus_mapping_t *map)
{
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];

    for (;;) {
        int n = modbus_receive(m, query);

        if (n > 0)
            answer(m, query, n, map);
        else if (n < 0 && errno == ECONNRESET)
            return;
    }
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 64;
    int is_tcp = strcmp(argv[1], "tcp") == 0;
    modbus_t *m = is_tcp ? modbus_new_tcp("127.0.0.1", (int)strtol(argv[2], NULL, 10))
                         : modbus_new_rtu(argv[2], 19200, 'N', 8, 1);
    modbus_mapping_t *map = modbus_mapping_new(0, 0, REGISTERS, 0);

    if (m == NULL || map == NULL || modbus_set_slave(m, UNIT) != 0)
        return 1;
    for (int a = 0; a < REGISTERS; a++)
        map->tab_registers[a] = (uint16_t)(UNIT * 256 + a % 256);
    int listener = is_tcp ? modbus_tcp_listen(m, 1) : modbus_connect(m);
    if (listener < 0)
        return 1;
    printf("READY\n");
    fflush(stdout);
    do {
        if (is_tcp && modbus_tcp_accept(m, &listener) < 0)
            return 1;
        serve(m, map);
    } while (is_tcp);
    return 0;
}
