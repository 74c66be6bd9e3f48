/* config/load_read.h - what the files of `read:` share.  Thread: one a run. */
#ifndef RG_CONFIG_LOAD_READ_H
#define RG_CONFIG_LOAD_READ_H

#include "config/loader.h"

/* One row of the table of types. */
struct read_type {
    const char *name;
    enum value_type type;
    uint8_t registers;  /* 0: a bit */
    double least, most; /* numbers that it holds; of f32 and f64: all */
};

/* load_read.c: where it stands, so many addresses on, and as which type; its keys
 * are `f`.  NULL: reported. */
const struct read_type *read_place(struct loader *l, const struct fields *f, uint32_t shift,
                                   struct read_conf *read);
/* Its function code and address alone; false: reported. */
bool read_address(struct loader *l, const struct fields *f, uint32_t shift, struct read_conf *read);
/* Registers, or one bit. */
uint32_t read_width(enum value_type type);
/* The numbers that the raw value can be, with its mask. */
void read_numbers(const struct read_type *type, uint16_t mask, double *least, double *most);
/* load_scale.c: scale and offset, or raw and to; the point has its unit and
 * range if `unit_known`,
 * and was not meant to have a range if `no_range`. */
void load_scale(struct loader *l, const struct fields *f, const struct read_type *type,
                struct point_conf *p, bool unit_known, bool no_range);
/* load_code.c: mask and broken.  n: the list of broken codes. */
void load_mask(struct loader *l, const struct fields *f, const struct read_type *type,
               struct read_conf *read);
/* One code, in hexadecimal as it stands in the registers or as a number. */
bool read_code(struct loader *l, const struct node *n, const struct read_type *type, uint16_t mask,
               uint64_t *code);
void load_broken(struct loader *l, const struct node *n, const struct read_type *type,
                 struct read_conf *read);

#endif
