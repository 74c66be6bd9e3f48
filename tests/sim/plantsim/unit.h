/* tests/sim/plantsim/unit.h - one Modbus unit: its four tables and what it
 * answers to a request PDU.  No I/O, no clock. */
#ifndef RG_PLANTSIM_UNIT_H
#define RG_PLANTSIM_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/plantsim/fault.h"

enum table { TABLE_COIL, TABLE_DISCRETE, TABLE_INPUT, TABLE_HOLD, TABLES };
extern const char *const table_names[TABLES];

enum exception {
    EXC_FUNCTION = 1, /* Application Protocol 7 */
    EXC_ADDRESS = 2,
    EXC_VALUE = 3,
    EXC_BUSY = 6
};

struct cells {
    uint16_t v[65536];
    uint8_t has[65536 / 8];
};

struct unit {
    uint8_t id;   /* under which it answers */
    uint8_t mark; /* the id it was made with: what tag values tell */
    bool tag;     /* every register is there and tells unit and address */
    bool zero;    /* all values read 0 (rebooting) */
    int64_t zero_until_ns;
    struct cells *cells[TABLES];
    struct fault faults[FAULTS];
};

struct unit *unit_new(uint8_t id);
void unit_free(struct unit *u);

/* A cell becomes there.  false: no memory, or it was there already. */
bool unit_add(struct unit *u, enum table t, unsigned address);
bool unit_has(const struct unit *u, enum table t, unsigned address);
/* What a request reads; the cell must be there. */
uint16_t unit_read(const struct unit *u, enum table t, unsigned address);
/* true: the cell has changed by it. */
bool unit_write(struct unit *u, enum table t, unsigned address, uint16_t value);

/* The reply PDU to a request PDU, in at most PDU_MAX bytes; its length. */
size_t unit_answer(struct unit *u, const uint8_t *request, size_t n, uint8_t *reply);
/* The reply that refuses it. */
size_t unit_refuse(uint8_t function, unsigned code, uint8_t *reply);

#endif
