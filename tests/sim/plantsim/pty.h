/* tests/sim/plantsim/pty.h - a pty that plays a serial port. */
#ifndef RG_PLANTSIM_PTY_H
#define RG_PLANTSIM_PTY_H

#include <stdbool.h>
#include <stdint.h>

/* The master's descriptor, non-blocking; `path` becomes a symbolic link to the
 * other end (a link that was there is replaced, another file is not).
 * -1 with errno. */
int pty_open(const char *path, uint32_t baud);

/* The rate that the other end has set; 0: not known. */
uint32_t pty_baud(int fd);

/* Somebody has the other end open. */
bool pty_is_open(int fd);

/* What the other end has not read is gone, as in a port that was closed. */
void pty_flush(int fd);

#endif
