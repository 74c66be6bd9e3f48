/* config/units.h - the units of measure that a plant file may name.
 * A unit stands on every number that has a dimension, and a mismatch is
 * refused: g/m3 and mg/m3, LEL% and VOL%, ppm and mg/m3 are never converted
 * into one another here.  Thread: any (constant data). */
#ifndef RG_CONFIG_UNITS_H
#define RG_CONFIG_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS(X)                                                                                   \
    X(UNIT_NONE, "")                                                                               \
    X(UNIT_PERCENT, "%")                                                                           \
    X(UNIT_PPM, "ppm")                                                                             \
    X(UNIT_LEL, "LEL%")                                                                            \
    X(UNIT_VOL, "VOL%")                                                                            \
    X(UNIT_MG_M3, "mg/m3")                                                                         \
    X(UNIT_G_M3, "g/m3")                                                                           \
    X(UNIT_CELSIUS, "°C")                                                                          \
    X(UNIT_PA, "Pa")                                                                               \
    X(UNIT_KPA, "kPa")                                                                             \
    X(UNIT_MPA, "MPa")                                                                             \
    X(UNIT_M_S, "m/s")                                                                             \
    X(UNIT_M3_H, "m3/h")                                                                           \
    X(UNIT_L_MIN, "L/min")                                                                         \
    X(UNIT_MM, "mm")                                                                               \
    X(UNIT_M, "m")                                                                                 \
    X(UNIT_M3, "m3")                                                                               \
    X(UNIT_MA, "mA")                                                                               \
    X(UNIT_V, "V")                                                                                 \
    X(UNIT_A, "A")                                                                                 \
    X(UNIT_HZ, "Hz")                                                                               \
    X(UNIT_RPM, "rpm")                                                                             \
    X(UNIT_MM_S, "mm/s")

#define UNIT_NUMBER(name, text) name,
enum unit_id { UNITS(UNIT_NUMBER) UNIT_COUNT };
#undef UNIT_NUMBER

/* As written in files and messages; static storage. */
const char *unit_name(enum unit_id u);
/* UNIT_COUNT when the word is no unit. */
enum unit_id unit_find(const char *word);
/* The unit that people mean by another spelling, such as ℃ or %LEL; NULL. */
const char *unit_meant(const char *word);
/* Length of [+-]digits[.digits][e[+-]digits] at the start of s; 0: no number. */
size_t number_length(const char *s);

#endif
