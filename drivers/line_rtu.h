/* drivers/line_rtu.h - a serial line, opened by libmodbus (termios, RS-485
 * direction) and then ours alone: its bytes are read and written by the loop.
 * Thread: the loop; opening a tty doesn't wait. */
#ifndef RG_DRIVERS_LINE_RTU_H
#define RG_DRIVERS_LINE_RTU_H

#include <stddef.h>

#include "config/model.h"

struct line_rtu;

/* A non-blocking descriptor and the line that owns it, or -1 and a sentence for
 * people in error[size]: no such port, in use elsewhere, or a speed that the
 * port did not really take. */
int line_rtu_open(struct line_rtu **out, const struct bus_conf *conf, char *error, size_t size);
void line_rtu_close(struct line_rtu *l); /* NULL-safe; closes the descriptor */

#endif
