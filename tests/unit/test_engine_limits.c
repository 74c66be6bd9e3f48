#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rules_rig.h"

/* H at 100 (clear below 90), HH at 200 (below 190), of one point `a`. */
struct limits_row {
    struct rig_limit h, hh;
    struct rig_row row;
};

#define H(...)                                                                                     \
    {                                                                                              \
        100, __VA_ARGS__                                                                           \
    }
#define HH(...)                                                                                    \
    {                                                                                              \
        200, __VA_ARGS__                                                                           \
    }
#define NO_HH                                                                                      \
    {                                                                                              \
        0, 0, 0, false                                                                             \
    }

static const struct limits_row rows[] = {
    { H(0, 0, 0), NO_HH, { "the first sample at the limit raises", "0 v a 100", "0 raise a/H" } },
    { H(0, 0, 0),
      NO_HH,
      { "a sample below the limit is silent", "0 v a 99.9; 9000 end",
        "4000 fault_raise unit/b/1 p3 timeout" } },
    { H(0, 0, 0),
      NO_HH,
      { "the band holds, below it clears", "0 v a 100; 1000 v a 90; 2000 v a 89.9; 3000 v a 99",
        "0 raise a/H; 2000 clear a/H" } },
    { H(1500, 0, 0),
      NO_HH,
      { "an on-delay ends on its timer", "0 v a 100; 1000 v a 101; 2000 v a 102",
        "1500 raise a/H since 0" } },
    { H(1500, 0, 0),
      NO_HH,
      { "a fleeting excess is silent", "0 v a 100; 1000 v a 50; 2000 v a 50", "" } },
    { H(1500, 0, 0),
      NO_HH,
      { "the band keeps an on-delay going", "0 v a 100; 1000 v a 95; 2000 v a 95",
        "1500 raise a/H since 0" } },
    { H(2000, 0, 0),
      NO_HH,
      { "a sample comes before the timer of its instant", "0 v a 100; 1000 v a 100; 2000 v a 50",
        "" } },
    { H(0, 1500, 0),
      NO_HH,
      { "an off-delay ends on its timer", "0 v a 100; 1000 v a 50; 2000 v a 50; 3000 v a 50",
        "0 raise a/H; 2500 clear a/H" } },
    { H(0, 1500, 0),
      NO_HH,
      { "the band lets an off-delay run on", "0 v a 100; 1000 v a 50; 2000 v a 95; 3000 v a 95",
        "0 raise a/H; 2500 clear a/H" } },
    { H(0, 1500, 0),
      NO_HH,
      { "over the limit again ends the off-delay silently",
        "0 v a 100; 1000 v a 50; 2000 v a 100; 3000 v a 100; 4000 v a 50; 5000 v a 50; 6000 v a 50",
        "0 raise a/H; 5500 clear a/H" } },
    /* two levels */
    { H(3000, 0, 0),
      HH(0, 0, 0),
      { "a jump to HH is one raise at HH",
        "0 v a 250; 1000 v a 250; 2000 v a 250; 3000 v a 250; 4000 v a 250", "0 raise a/HH" } },
    { H(3000, 0, 0),
      HH(1000, 0, 0),
      { "HH is not held back by the longer delay of H",
        "0 v a 150; 500 v a 250; 1500 v a 250; 2500 v a 250; 3500 v a 250",
        "1500 raise a/HH since 500" } },
    { H(0, 0, 0),
      HH(2000, 0, 0),
      { "H is raised while HH is still in its delay", "0 v a 250; 1000 v a 250; 2000 v a 250",
        "0 raise a/H; 2000 level_up a/HH" } },
    { H(1000, 0, 0),
      HH(1000, 0, 0),
      { "two delays that end at one instant are one raise", "0 v a 250; 1000 v a 250",
        "1000 raise a/HH since 0" } },
    { H(0, 0, 0),
      HH(0, 0, 0),
      { "up, down and clear by steps",
        "0 v a 100; 1000 v a 200; 2000 v a 195; 3000 v a 189; 4000 v a 95; 5000 v a 89",
        "0 raise a/H; 1000 level_up a/HH; 3000 level_down a/H; 5000 clear a/H" } },
    { H(0, 0, 0),
      HH(0, 0, 0),
      { "a fall from HH is one clear at HH", "0 v a 250; 1000 v a 20",
        "0 raise a/HH; 1000 clear a/HH" } },
    { H(0, 2000, 0),
      HH(0, 2000, 0),
      { "two off-delays that end at one instant are one clear at HH",
        "0 v a 250; 1000 v a 20; 2000 v a 20; 3000 v a 20", "0 raise a/HH; 3000 clear a/HH" } },
    { H(0, 5000, 0),
      HH(0, 1000, 0),
      { "HH ended with the value below H: nothing, and the clear at HH",
        "0 v a 250; 1000 v a 20; 2000 v a 20; 3000 v a 20; 4000 v a 20; 5000 v a 20; 6000 v a 20",
        "0 raise a/HH; 6000 clear a/HH" } },
    { H(0, 5000, 0),
      HH(0, 0, 0),
      { "H true again after HH ended is a level down",
        "0 v a 250; 1000 v a 20; 2000 v a 95; 3000 v a 120; 4000 v a 95",
        "0 raise a/HH; 3000 level_down a/H" } },
    { H(0, 0, 0),
      HH(0, 3000, 0),
      { "the off-delay of HH delays the level down",
        "0 v a 250; 1000 v a 150; 2000 v a 150; 3000 v a 150; 4000 v a 150",
        "0 raise a/HH; 4000 level_down a/H" } },
    { H(0, 0, 0),
      HH(0, 3000, 0),
      { "HH is the last to end: one clear at HH",
        "0 v a 250; 1000 v a 20; 2000 v a 20; 3000 v a 20; 4000 v a 20",
        "0 raise a/HH; 4000 clear a/HH" } },
    { H(0, 0, 0),
      HH(0, 0, 0),
      { "a level up after the ack is unacked again",
        "0 v a 120; 500 ack a/H; 1000 v a 220; 1500 ack a/HH; 1600 ack a/H !",
        "0 raise a/H; 500 ack a/H; 1000 level_up a/HH; 1500 ack a/HH" } },
    { H(3000, 0, 0),
      HH(0, 0, 0),
      { "HH ended while H is still in its delay: no clear, then a level down",
        "0 v a 250; 1000 v a 120; 2000 v a 120; 3000 v a 120",
        "0 raise a/HH; 3000 level_down a/H" } },
    { H(3000, 0, 0),
      HH(0, 0, 0),
      { "HH ended while H is still in its delay, then H ends too",
        "0 v a 250; 1000 v a 120; 2000 v a 20; 3000 v a 20", "0 raise a/HH; 2000 clear a/HH" } },
    { H(0, 0, 1),
      HH(0, 0, 0),
      { "HH latches when H does", "0 v a 250; 1000 v a 20",
        "0 raise a/HH; 1000 rtn_latched a/HH" } },
    /* quality */
    { H(0, 0, 0),
      NO_HH,
      { "a proven bad value clears nothing",
        "0 v a 120; 1000 b a sensor_fault; 2000 v a 120; 3000 v a 20",
        "0 raise a/H; 1000 fault_raise a/fault p2 range +H; 2000 fault_clear a/fault; 3000 clear "
        "a/H" } },
    { H(3000, 0, 0),
      NO_HH,
      { "missed polls pause an on-delay",
        "0 v a 120; 1000 m a timeout; 2000 m a timeout; 3000 v a 120; 4000 v a 120; 5000 v a 120",
        "5000 raise a/H since 0" } },
    { H(3000, 0, 0),
      NO_HH,
      { "a paused on-delay goes on in the band",
        "0 v a 120; 1000 m a timeout; 2000 v a 95; 3000 v a 95; 4000 v a 95",
        "4000 raise a/H since 0" } },
    { H(3000, 0, 0),
      NO_HH,
      { "a paused on-delay ends below the band",
        "0 v a 120; 1000 m a timeout; 2000 v a 20; 3000 v a 20; 4000 v a 20", "" } },
    { H(0, 3000, 0),
      NO_HH,
      { "missed polls pause an off-delay",
        "0 v a 120; 1000 v a 20; 2000 m a timeout; 3000 m a timeout; 4000 v a 20; 5000 v a 20; "
        "6000 v a 20",
        "0 raise a/H; 6000 clear a/H" } },
    { H(0, 3000, 0),
      NO_HH,
      { "a paused off-delay goes on in the band",
        "0 v a 120; 1000 v a 20; 2000 m a timeout; 3000 v a 95; 4000 v a 95; 5000 v a 95",
        "0 raise a/H; 5000 clear a/H" } },
    { H(0, 3000, 0),
      NO_HH,
      { "a miss at the very end of an off-delay still holds it",
        "0 v a 120; 1000 v a 20; 2000 v a 20; 3000 v a 20; 4000 m a timeout; 5000 v a 20",
        "0 raise a/H; 5000 clear a/H" } },
    { H(3000, 0, 0),
      NO_HH,
      { "a bad value pauses an on-delay",
        "0 v a 120; 1000 b a sensor_fault; 2000 v a 120; 3000 v a 120; 4000 v a 120",
        "1000 fault_raise a/fault p2 range +H; 2000 fault_clear a/fault; 4000 raise a/H since "
        "0" } },
    { H(3000, 0, 0),
      NO_HH,
      { "a device that calibrates pauses an on-delay, without a fault",
        "0 v a 120; 1000 b a calib; 2000 b a warm_up; 3000 v a 120; 4000 v a 120; 5000 v a 120",
        "5000 raise a/H since 0" } },
    { H(0, 0, 0),
      NO_HH,
      { "a device that calibrates or warms up ends no alarm",
        "0 v a 120; 3000 b a calib; 6000 b a warm_up; 9000 b a warm_up; 12000 v a 20",
        "0 raise a/H; 12000 clear a/H" } },
    { H(0, 0, 0),
      NO_HH,
      { "a device that calibrates ends no fault", "0 b a sensor_fault; 1000 b a calib; 2000 v a 20",
        "0 fault_raise a/fault p3 range; 2000 fault_clear a/fault" } },
    { H(0, 3000, 0),
      NO_HH,
      { "a bad value takes an off-delay back to the start",
        "0 v a 120; 1000 v a 20; 2000 b a sensor_fault; 3000 v a 20; 4000 v a 20; 5000 v a 20; "
        "6000 v a 20",
        "0 raise a/H; 2000 fault_raise a/fault p2 range +H; 3000 fault_clear a/fault; 6000 clear "
        "a/H" } },
    { H(0, 0, 0),
      HH(0, 0, 0),
      { "over_range is over every high limit", "0 b a over_range; 1000 v a 20",
        "0 raise a/HH; 0 fault_raise a/fault p1 range +H +HH; 1000 clear a/HH; 1000 fault_clear "
        "a/fault" } },
    { H(2000, 0, 0),
      NO_HH,
      { "an on-delay runs on over_range",
        "0 b a over_range; 1000 b a over_range; 2000 b a over_range",
        "0 fault_raise a/fault p2 range +H; 2000 raise a/H since 0" } },
    { H(2000, 0, 0),
      NO_HH,
      { "a miss after over_range pauses the on-delay",
        "0 b a over_range; 1000 m a timeout; 2000 b a over_range; 3000 b a over_range",
        "0 fault_raise a/fault p2 range +H; 3000 raise a/H since 0" } },
    { H(0, 3000, 0),
      NO_HH,
      { "over_range in an off-delay is over again",
        "0 v a 120; 1000 v a 20; 2000 b a over_range; 3000 v a 20; 4000 v a 20; 5000 v a 20; 6000 "
        "v a 20",
        "0 raise a/H; 2000 fault_raise a/fault p2 range +H; 3000 fault_clear a/fault; 6000 clear "
        "a/H" } },
    { H(0, 5000, 0),
      HH(2000, 0, 0),
      { "over_range lowers no level",
        "0 v a 250; 1000 v a 250; 2000 v a 250; 3000 v a 20; 4000 b a over_range; 5000 v a 150",
        "0 raise a/H; 2000 level_up a/HH; 4000 fault_raise a/fault p1 range +H +HH; 5000 "
        "level_down a/H; 5000 fault_clear a/fault" } },
    { H(0, 0, 0),
      NO_HH,
      { "under_range clears nothing of the high side",
        "0 v a 120; 1000 b a under_range; 2000 v a 20",
        "0 raise a/H; 1000 fault_raise a/fault p2 range +H; 2000 clear a/H; 2000 fault_clear "
        "a/fault" } },
    { H(0, 0, 0),
      NO_HH,
      { "a number that is none clears nothing",
        "0 v a 120; 1000 v a nan; 2000 v a -inf; 3000 v a 120",
        "0 raise a/H; 1000 fault_raise a/fault p2 nan +H; 3000 fault_clear a/fault" } },
    { H(0, 5000, 0),
      HH(0, 0, 0),
      { "a bad value changes no level, the good one after it does",
        "0 v a 220; 1000 v a 20; 2000 b a sensor_fault; 3000 v a 95; 4000 v a 95",
        "0 raise a/HH; 2000 fault_raise a/fault p1 range +H +HH; 3000 level_down a/H; 3000 "
        "fault_clear a/fault" } },
    { H(0, 5000, 0),
      HH(2000, 0, 0),
      { "over HH again, in its delay, is not better than HH",
        "0 v a 250; 1000 v a 250; 2000 v a 250; 3000 v a 20; 4000 v a 250; 5000 v a 250; 6000 v a "
        "250; 7000 v a 150",
        "0 raise a/H; 2000 level_up a/HH; 7000 level_down a/H" } },
    /* people */
    { H(0, 0, 0),
      NO_HH,
      { "an ack never clears",
        "0 v a 120; 100 ack a/H; 200 ack a/H !; 1000 v a 120; 2000 v a 20; 2100 ack a/H !",
        "0 raise a/H; 100 ack a/H; 2000 clear a/H" } },
    { H(0, 0, 0),
      NO_HH,
      { "what returned unacked is listed until the ack",
        "0 v a 120; 1000 v a 20; 1500 ack a/H; 1600 ack a/H !",
        "0 raise a/H; 1000 clear a/H; 1500 ack a/H" } },
    { H(0, 0, 0),
      NO_HH,
      { "a raise over a returned unacked one names it",
        "0 v a 120; 1000 v a 20; 2000 v a 120; 2100 ack a/H; 3000 v a 20; 4000 v a 120",
        "0 raise a/H; 1000 clear a/H; 2000 raise a/H over 1; 2100 ack a/H; 3000 clear a/H; 4000 "
        "raise a/H" } },
    { H(0, 0, 1),
      NO_HH,
      { "a latching alarm ends by a reset after its ack",
        "0 v a 120; 100 reset a/H !; 1000 v a 20; 1100 reset a/H !; 1200 ack a/H; 1300 reset a/H; "
        "1400 reset a/H !",
        "0 raise a/H; 1000 rtn_latched a/H; 1200 ack a/H; 1300 reset a/H; 1300 clear a/H by "
        "reset" } },
    { H(0, 0, 1),
      NO_HH,
      { "an acked latching alarm is not reset while it stands",
        "0 v a 120; 100 ack a/H; 200 reset a/H !; 1000 v a 20; 1100 reset a/H",
        "0 raise a/H; 100 ack a/H; 1000 rtn_latched a/H; 1100 reset a/H; 1100 clear a/H by "
        "reset" } },
    { H(0, 0, 1),
      NO_HH,
      { "over the limit again while latched is the same alarm",
        "0 v a 120; 100 ack a/H; 1000 v a 20; 2000 v a 120; 2100 reset a/H !; 2200 ack a/H",
        "0 raise a/H; 100 ack a/H; 1000 rtn_latched a/H; 2000 re_raise a/H; 2200 ack a/H" } },
    { H(2000, 0, 1),
      NO_HH,
      { "no reset in the on-delay of the next excess",
        "0 v a 120; 1000 v a 120; 2000 v a 120; 2100 ack a/H; 3000 v a 20; 4000 v a 120; 4100 "
        "reset a/H !; 5000 v a 20; 5100 reset a/H",
        "2000 raise a/H since 0; 2100 ack a/H; 3000 rtn_latched a/H; 5100 reset a/H; 5100 clear "
        "a/H by reset" } },
    { H(0, 0, 0),
      HH(0, 0, 1),
      { "a rise to a latching level latches",
        "0 v a 120; 1000 v a 220; 2000 v a 20; 2100 ack a/HH; 2200 reset a/H",
        "0 raise a/H; 1000 level_up a/HH; 2000 rtn_latched a/HH; 2100 ack a/HH; 2200 reset a/HH; "
        "2200 clear a/HH by reset" } },
};

static void every_script_brings_about_its_events(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct rig r;

        rig_one(&r, rows[i].h, rows[i].hh);
        rig_expect(&r, &rows[i].row);
        rig_stop(&r);
    }
}

/* The low side is the mirror of the high one: values turn round at 150, the
 * ends of the range and the levels change places, the events stay. */
static void mirror_number(char *to, size_t size, const char **from)
{
    char *end;
    double val = strtod(*from, &end);

    snprintf(to + strlen(to), size - strlen(to), "%g", 300 - val);
    *from = end;
}

static void mirror(char *to, size_t size, const char *from)
{
    static const char *const words[][2] = {
        { "over_range", "under_range" },
        { "under_range", "over_range" },
        { "/HH", "/LL" },
        { "/H", "/L" },
        { "+HH", "+LL" },
        { "+H", "+L" },
    };

    to[0] = '\0';
    while (*from != '\0') {
        size_t i = 0, len = strlen(to);

        if (strncmp(from, " v a ", 5) == 0) {
            from += 5;
            snprintf(to + len, size - len, " v a ");
            mirror_number(to, size, &from);
            continue;
        }
        while (i < sizeof words / sizeof words[0] &&
               strncmp(from, words[i][0], strlen(words[i][0])) != 0)
            i++;
        if (i < sizeof words / sizeof words[0]) {
            snprintf(to + len, size - len, "%s", words[i][1]);
            from += strlen(words[i][0]);
        } else {
            snprintf(to + len, size - len, "%c", *from++);
        }
    }
}

static void the_low_side_is_the_mirror_of_the_high_one(void **unused)
{
    static char script[RIG_TEXT], events[RIG_TEXT];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rig_row row = { rows[i].row.name, script, events };
        struct rig_limit l = rows[i].h, ll = rows[i].hh;
        static struct rig r;

        l.at = 200;
        ll.at = ll.at > 0 ? 100 : 0;
        mirror(script, sizeof script, rows[i].row.script);
        mirror(events, sizeof events, rows[i].row.events);
        rig_one_low(&r, l, ll);
        rig_expect(&r, &row);
        rig_stop(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_script_brings_about_its_events),
        cmocka_unit_test(the_low_side_is_the_mirror_of_the_high_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
