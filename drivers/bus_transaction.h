/* drivers/bus_transaction.h - one request on its way, and what is remembered of
 * those before it.  Only the files of the bus see it.  Thread: the loop. */
#ifndef RG_DRIVERS_BUS_TRANSACTION_H
#define RG_DRIVERS_BUS_TRANSACTION_H

#include "drivers/frame.h"

#define IN_FLIGHT_MAX 8
#define TIDS          64

struct block;

struct transaction {
    struct block *block; /* NULL: the line is free */
    struct request request;
    bool is_unsent;
    bool is_probe;
    bool is_scout;  /* does its unit live?  A short wait tells, for now */
    bool is_spoilt; /* something came that may have been its answer: */
    struct why spoilt;
    bool is_own; /* and can't have been anything else */
    int64_t sent_us;
    int64_t deadline_us;
};

struct tid_mark {
    uint16_t tid;
    bool answered;
};

#endif
