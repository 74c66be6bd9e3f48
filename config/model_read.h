/* config/model_read.h - how a device's registers are read and what they mean.
 * Part of model.h, which says who owns it.  Thread: any (immutable). */
#ifndef RG_CONFIG_MODEL_READ_H
#define RG_CONFIG_MODEL_READ_H

#include <stdbool.h>
#include <stdint.h>

/* sm: a sign bit and a magnitude.  bcd: a decimal digit in each half byte. */
enum value_type {
    TYPE_BIT,
    TYPE_U16,
    TYPE_I16,
    TYPE_SM16,
    TYPE_BCD16,
    TYPE_U32,
    TYPE_I32,
    TYPE_SM32,
    TYPE_BCD32,
    TYPE_F32,
    TYPE_U64,
    TYPE_I64,
    TYPE_F64,
    VALUE_TYPES
};
/* What a status bit says of its device; what weighs more stands first. */
enum status_word {
    STATUS_SENSOR_FAULT,
    STATUS_CALIBRATING,
    STATUS_WARMING_UP,
    STATUS_OVER_RANGE,
    STATUS_UNDER_RANGE,
    STATUS_WORDS
};
/* Names tell where the bytes of the number 0xAABBCCDD stand on the wire; of a
 * 64-bit one: ABCDEFGH, GHEFCDAB, BADCFEHG, HGFEDCBA. */
enum byte_order { ORDER_ABCD, ORDER_CDAB, ORDER_BADC, ORDER_DCBA, BYTE_ORDERS };
struct read_conf {
    uint8_t fc;       /* 1, 2, 3, 4 */
    uint16_t address; /* PDU address, base 0 */
    enum value_type type;
    enum byte_order order; /* 32- and 64-bit types only */
    uint16_t mask;         /* of a u16: these bits, shifted down; 0: all */
    double scale;          /* value = raw * scale + offset */
    double offset;
    int8_t decimals; /* for people and JSON; -1: shortest form that reads back as the same f32,
                        -2: as the same f64 */
    bool ne43;       /* raw numbers are a current: */
    double raw_4_ma; /* what stands for 4 mA */
    double raw_20_ma;
    uint8_t n_broken;
    const uint64_t *broken; /* bits of the raw value that say: no value */
};

/* What the device itself says about the value, read from the same unit. */
struct status_conf {
    struct read_conf read;       /* fc 0: the point has none */
    uint32_t bits[STATUS_WORDS]; /* of the word, that say so */
    int64_t away_ms;             /* calibrating or warming up for longer is a sensor fault */
};

/* What its unit must say to be believed: a text, or the bits of a number. */
struct identity_conf {
    struct read_conf read; /* fc 0: none; of a unit one point has it */
    uint16_t registers;
    const char *text; /* ASCII, two characters in a register; NULL: */
    uint64_t code;
};

bool identity_is_same(const struct identity_conf *a, const struct identity_conf *b);

#endif
