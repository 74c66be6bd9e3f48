/* tests/sim/plantsim/help.h - what `plantsim --help` prints. */
#ifndef RG_PLANTSIM_HELP_H
#define RG_PLANTSIM_HELP_H

/* Lines, NULL behind the last. */
extern const char *const help_lines[];

#endif
