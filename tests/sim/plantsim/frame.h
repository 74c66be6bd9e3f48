/* tests/sim/plantsim/frame.h - Modbus framing of the plant's own, TCP and RTU.
 * Nothing is shared with drivers/: a simulator that reads the protocol by the
 * gateway's code would share its mistakes.
 * Sources: Modbus Application Protocol V1.1b3; Modbus over Serial Line V1.02;
 * Modbus Messaging on TCP/IP V1.0b. */
#ifndef RG_PLANTSIM_FRAME_H
#define RG_PLANTSIM_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define PDU_MAX 253 /* Application Protocol 4.1 */
#define MBAP    7   /* bytes before the PDU on TCP */
#define ADU_MAX 260

uint16_t get16(const uint8_t *at);
void put16(uint8_t *at, unsigned value);

uint16_t crc16(const uint8_t *bytes, size_t n);

/* The whole frame into `out` (n + 7, n + 3 bytes); its length comes back. */
size_t frame_tcp(uint8_t *out, unsigned tid, unsigned unit, const uint8_t *pdu, size_t n);
size_t frame_rtu(uint8_t *out, unsigned unit, const uint8_t *pdu, size_t n);

/* How long the RTU request that begins here is, by its function code;
 * 0: can not be known (too few bytes, or no function that we know). */
size_t frame_rtu_request_size(const uint8_t *in, size_t n);

#endif
