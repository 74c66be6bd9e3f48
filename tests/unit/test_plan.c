#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/err.h"
#include "drivers/decode.h"
#include "drivers/frame.h"
#include "drivers/plan.h"

#define POINTS 3000

static struct point_conf points[POINTS];
static struct unit_conf units[3];
static struct bus_conf buses[2];
static struct plant plant;
static struct plan plan;

static int start(void **unused)
{
    (void)unused;
    memset(points, 0, sizeof points);
    memset(units, 0, sizeof units);
    memset(buses, 0, sizeof buses);
    plant = (struct plant){ .points = points, .units = units, .buses = buses };
    plan = (struct plan){ 0 };
    return 0;
}

static int stop(void **unused)
{
    (void)unused;
    plan_fini(&plan);
    return 0;
}

static struct point_conf *add(uint8_t fc, uint32_t address, enum value_type type)
{
    struct point_conf *p = &points[plant.n_points++];

    p->every_ms = 1000;
    p->read = (struct read_conf){ .fc = fc, .address = (uint16_t)address, .type = type };
    return p;
}

/* Every point in one block, whole, once; nothing longer than one frame holds. */
static size_t blocks(void)
{
    static unsigned seen[POINTS][2];

    memset(seen, 0, sizeof seen);
    assert_int_equal(plan_make(&plan, &plant, 0), RG_OK);
    for (size_t i = 0; i < plan.n_blocks; i++) {
        const struct plan_block *b = &plan.blocks[i];
        unsigned registers = units[b->unit].max_registers;
        unsigned most = b->fc <= 2 ? BITS_MAX : registers > 0 ? registers : REGISTERS_MAX;
        assert_in_range(b->count, 1, most);
        assert_true(b->address + b->count <= 65536);
        for (uint32_t k = b->first; k < b->first + b->n; k++) {
            const struct plan_place *at = &plan.places[k];
            const struct point_conf *p = &points[at->point];
            struct plan_span s = plan_span(p, at->which);
            seen[at->point][at->which]++;
            assert_true(s.address >= b->address);
            assert_true(s.address + s.width <= b->address + b->count);
            assert_true(s.fc == b->fc && p->unit == b->unit && p->every_ms == b->every_ms);
            assert_int_equal(at->word == PLAN_NO_WORD, p->status.read.fc == 0);
        }
    }
    for (size_t i = 0; i < plant.n_points; i++) {
        assert_int_equal(seen[i][PLAN_VALUE], points[i].bus == 0);
        assert_int_equal(seen[i][PLAN_STATUS], points[i].bus == 0 && points[i].status.read.fc != 0);
    }
    return plan.n_blocks;
}

static void a_hundred_adjacent_registers_are_one_request(void **unused)
{
    (void)unused;
    for (uint32_t i = 0; i < 100; i++)
        add(3, 99 - i, TYPE_U16);
    assert_int_equal(blocks(), 1);
    assert_int_equal(plan.blocks[0].count, 100);
}

static void a_frame_holds_125_registers(void **unused)
{
    (void)unused;
    for (uint32_t i = 0; i < 126; i++)
        add(4, i, TYPE_I16);
    assert_int_equal(blocks(), 2);
}

static void a_wide_value_is_never_split(void **unused)
{
    (void)unused;
    for (uint32_t i = 0; i < 63; i++)
        add(3, 2 * i, TYPE_F32);
    assert_int_equal(blocks(), 2); /* 126 registers; the 63rd float goes whole */
    assert_int_equal(plan.blocks[0].count, 124);
}

static void a_frame_holds_2000_bits(void **unused)
{
    (void)unused;
    for (uint32_t i = 0; i < 2001; i++)
        add(1, i, TYPE_BIT);
    assert_int_equal(blocks(), 2);
}

static void what_differs_is_asked_apart(void **unused)
{
    (void)unused;
    add(3, 0, TYPE_U16);
    add(4, 1, TYPE_U16);             /* another function */
    add(3, 1, TYPE_U16)->unit = 1;   /* another unit */
    add(3, 1, TYPE_U16)->every_ms++; /* another period */
    add(3, 2, TYPE_U16);             /* a register between them that nobody wants */
    add(3, 1, TYPE_U16)->bus = 1;    /* another line */
    assert_int_equal(blocks(), 5);
}

static void two_points_of_one_register_share_it(void **unused)
{
    (void)unused;
    add(3, 5, TYPE_U16);
    add(3, 5, TYPE_F32);
    add(3, 5, TYPE_I16);
    assert_int_equal(blocks(), 1);
    assert_int_equal(plan.blocks[0].count, 2);
}

static void the_last_register_of_all_can_be_read(void **unused)
{
    (void)unused;
    add(3, 65534, TYPE_F32);
    add(3, 65535, TYPE_U16);
    add(1, 65535, TYPE_BIT);
    assert_int_equal(blocks(), 2);
}

static void a_block_with_one_limit_is_one_that_can_alarm(void **unused)
{
    (void)unused;
    add(3, 0, TYPE_U16);
    add(3, 1, TYPE_U16)->limits[LEVEL_LL].set = true;
    add(3, 9, TYPE_U16);
    assert_int_equal(blocks(), 2);
    assert_true(plan.blocks[0].has_limits);
    assert_false(plan.blocks[1].has_limits);
}

static void a_gap_is_read_along_where_that_is_cheaper(void **unused)
{
    static const struct {
        enum bus_kind kind;
        uint32_t baud, gap;
        size_t blocks;
    } rows[] = {
        { BUS_TCP, 0, 122, 1 },         { BUS_TCP, 0, 123, 2 },         { BUS_RTU, 9600, 12, 1 },
        { BUS_RTU, 9600, 13, 2 },       { BUS_RTU, 115200, 55, 1 },     { BUS_RTU, 115200, 56, 2 },
        { BUS_RTU_OVER_TCP, 0, 12, 1 }, { BUS_RTU_OVER_TCP, 0, 13, 2 },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plan_fini(&plan);
        start(NULL);
        buses[0] = (struct bus_conf){ .kind = rows[i].kind,
                                      .baud = rows[i].baud,
                                      .data_bits = 8,
                                      .parity = 'N',
                                      .stop_bits = 1 };
        units[0].max_gap = PLANT_ANY_GAP;
        add(3, 0, TYPE_F32);
        add(3, 2 + rows[i].gap, TYPE_U16);
        assert_int_equal(blocks(), rows[i].blocks);
    }
}

static void registers_with_gaps_that_may_be_read_are_few_requests(void **unused)
{
    (void)unused;
    units[0].max_gap = units[1].max_gap = PLANT_ANY_GAP;
    for (uint32_t i = 0; i < 100; i++)
        add(3, 2 * i, TYPE_U16); /* every second one */
    for (uint32_t i = 0; i < 100; i++)
        add(3, i / 10 * 15 + i % 10, TYPE_U16)->unit = 1; /* ten of ten, with holes of five */
    assert_int_equal(blocks(), 2 + 2);
}

static void what_the_device_does_not_take_is_not_asked(void **unused)
{
    struct hole_conf hole = { .fc = 3, .address = 40, .count = 4 };

    (void)unused;
    for (uint32_t i = 0; i < 10; i++)
        add(3, 10 * i, TYPE_U16);
    assert_int_equal(blocks(), 10); /* no gap at all */
    units[0].max_gap = 9;
    plan_fini(&plan);
    assert_int_equal(blocks(), 1);
    units[0].max_registers = 31;
    plan_fini(&plan);
    assert_int_equal(blocks(), 3);
    units[0].max_registers = 0;
    units[0].holes = &hole;
    units[0].n_holes = 1;
    plan_fini(&plan);
    assert_int_equal(blocks(), 3); /* 0..30, 40 by itself, 50..90 */
    hole.fc = 4;
    plan_fini(&plan);
    assert_int_equal(blocks(), 1);
    hole = (struct hole_conf){ .fc = 3, .address = 40 }; /* a border */
    plan_fini(&plan);
    assert_int_equal(blocks(), 2);
}

static void what_belongs_together_is_read_at_once(void **unused)
{
    (void)unused;
    buses[0] = (struct bus_conf){
        .kind = BUS_RTU, .baud = 9600, .data_bits = 8, .parity = 'N', .stop_bits = 1
    };
    units[0].max_gap = PLANT_ANY_GAP;
    struct point_conf *low = add(3, 0, TYPE_U16), *high = add(3, 99, TYPE_U16);
    add(3, 50, TYPE_U16)->together = "other";
    assert_int_equal(blocks(), 3);
    low->together = high->together = "pair";
    plan_fini(&plan);
    assert_int_equal(blocks(), 1);
    high->together = NULL;
    low->status.read = high->read; /* its status word as well */
    plan_fini(&plan);
    assert_int_equal(blocks(), 1);
    low->status.read.address = 200; /* but not where no request holds both */
    plan_fini(&plan);
    assert_int_equal(blocks(), 4);
}

static void a_status_word_is_read_with_its_value_or_by_itself(void **unused)
{
    (void)unused;
    add(4, 0, TYPE_F32)->status.read =
        (struct read_conf){ .fc = 4, .address = 2, .type = TYPE_U16 };
    add(4, 3, TYPE_U16)->status.read =
        (struct read_conf){ .fc = 2, .address = 9, .type = TYPE_BIT };
    add(3, 3, TYPE_U16)->bus = 1;
    assert_int_equal(blocks(), 2);
    assert_int_equal(plan.n_words, 2);
    assert_int_equal(plan.blocks[1].count, 4);
}

static void no_points_are_no_requests(void **unused)
{
    (void)unused;
    assert_int_equal(blocks(), 0);
}

static void any_layout_is_covered(void **unused)
{
    static const enum value_type types[] = { TYPE_U16, TYPE_I16, TYPE_U32, TYPE_F32 };
    uint64_t x = 1;

    (void)unused;
    for (int seed = 0; seed < 200; seed++) {
        plan_fini(&plan);
        start(NULL);
        for (int i = 0; i < 200; i++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            struct point_conf *p =
                add((uint8_t)(3 + (x >> 40) % 2), (uint32_t)(x >> 20) % 400, types[(x >> 50) % 4]);
            if ((x >> 45) % 4 == 0)
                p->status.read = points[x % plant.n_points].read;
            p->unit = (uint32_t)(x >> 60) % 3;
            p->every_ms = 1000 + (int64_t)((x >> 57) % 2) * 1000;
        }
        blocks();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_hundred_adjacent_registers_are_one_request, start, stop),
        cmocka_unit_test_setup_teardown(a_frame_holds_125_registers, start, stop),
        cmocka_unit_test_setup_teardown(a_wide_value_is_never_split, start, stop),
        cmocka_unit_test_setup_teardown(a_frame_holds_2000_bits, start, stop),
        cmocka_unit_test_setup_teardown(what_differs_is_asked_apart, start, stop),
        cmocka_unit_test_setup_teardown(two_points_of_one_register_share_it, start, stop),
        cmocka_unit_test_setup_teardown(the_last_register_of_all_can_be_read, start, stop),
        cmocka_unit_test_setup_teardown(a_block_with_one_limit_is_one_that_can_alarm, start, stop),
        cmocka_unit_test_setup_teardown(a_gap_is_read_along_where_that_is_cheaper, start, stop),
        cmocka_unit_test_setup_teardown(registers_with_gaps_that_may_be_read_are_few_requests,
                                        start, stop),
        cmocka_unit_test_setup_teardown(what_the_device_does_not_take_is_not_asked, start, stop),
        cmocka_unit_test_setup_teardown(what_belongs_together_is_read_at_once, start, stop),
        cmocka_unit_test_setup_teardown(a_status_word_is_read_with_its_value_or_by_itself, start,
                                        stop),
        cmocka_unit_test_setup_teardown(no_points_are_no_requests, start, stop),
        cmocka_unit_test_setup_teardown(any_layout_is_covered, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
