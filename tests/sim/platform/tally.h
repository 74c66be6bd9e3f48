/* tests/sim/platform/tally.h - counts of findings by name, the first of them as
 * lines for people, and the memory of a tool that may give up. */
#ifndef RG_TESTS_SIM_PLATFORM_TALLY_H
#define RG_TESTS_SIM_PLATFORM_TALLY_H

#include <stdint.h>
#include <stdlib.h>

#include "tests/sim/platform/findings.h"

#define LINES_KEPT 64
#define LINE_BYTES 240

struct tally {
    uint64_t n[COUNTY_KINDS];
    size_t n_lines;
    char lines[LINES_KEPT][LINE_BYTES];
};
__attribute__((format(printf, 3, 4))) void tally_note(struct tally *t, enum county_finding f,
                                                      const char *format, ...);

void *must(void *memory); /* aborts on NULL */
/* Room for one more of *v, doubled when needed. */
#define MAKE_ROOM(v, n, room)                                                                      \
    do {                                                                                           \
        if ((n) == (room)) {                                                                       \
            (room) = (room) == 0 ? 8 : 2 * (room);                                                 \
            (v) = must(realloc((v), (room) * sizeof *(v)));                                        \
        }                                                                                          \
    } while (0)

#endif
