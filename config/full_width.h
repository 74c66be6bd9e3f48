/* config/full_width.h - what Chinese input methods type for ASCII. */
#ifndef RG_CONFIG_FULL_WIDTH_H
#define RG_CONFIG_FULL_WIDTH_H

#include <stddef.h>

/* The ASCII character that the one at s stands for, *len its bytes; '\0': none.
 * Blanks count, quotes and brackets of every style too. */
char full_width_ascii(const char *s, size_t *len);

#endif
