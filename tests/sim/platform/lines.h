/* tests/sim/platform/lines.h - messages as lines of a file, their bytes as they
 * came.  {"topic":T,"retain":B,"t":MS,"body":BYTES}; bytes that are no JSON
 * object on one line stand as "body":null,"hex":"...". */
#ifndef RG_TESTS_SIM_PLATFORM_LINES_H
#define RG_TESTS_SIM_PLATFORM_LINES_H

#include <stdbool.h>
#include <stdio.h>

#include "tests/sim/platform/county.h"

/* Appends to a file; a torn last line of an earlier life is cut off.  NULL on
 * an error, with errno. */
FILE *lines_open(const char *path);
bool lines_add(FILE *f, const struct county_message *m);
bool lines_sync(FILE *f); /* on disk when it returns */
/* Each line of the file to county_recall(); the number of them, or -1. */
long lines_recall(const char *path, struct county *c);

#endif
