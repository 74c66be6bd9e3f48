/* Runs the world under many seeds and says what was violated, what happened
 * and how fast it went.
 * Usage: world [--seeds N] [--from S] [--days D | --hours H] [--defect NAME]
 *              [--trace FILE] [--counts], or world --defects for their names
 * Exit 0: no violation, and enough happened to prove it; with --defect the
 * reverse: it must be found. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/sim/world/world.h"

struct options {
    uint64_t from, seeds;
    double days;
    enum defect defect;
    const char *trace;
    bool counts;
};

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool read_defect(const char *name, enum defect *out)
{
    for (int i = 0; i < DEFECTS; i++)
        if (strcmp(defect_names[i], name) == 0) {
            *out = (enum defect)i;
            return true;
        }
    fprintf(stderr, "world: no defect \"%s\": see world --defects\n", name);
    return false;
}

static bool read_option(struct options *o, const char *key, const char *value)
{
    if (strcmp(key, "--seeds") == 0)
        o->seeds = strtoull(value, NULL, 10);
    else if (strcmp(key, "--from") == 0)
        o->from = strtoull(value, NULL, 10);
    else if (strcmp(key, "--days") == 0)
        o->days = strtod(value, NULL);
    else if (strcmp(key, "--hours") == 0)
        o->days = strtod(value, NULL) / 24;
    else if (strcmp(key, "--trace") == 0)
        o->trace = value;
    else
        return strcmp(key, "--defect") == 0 && read_defect(value, &o->defect);
    return true;
}

static bool read_options(struct options *o, int argc, char **argv)
{
    *o = (struct options){ .from = 1, .seeds = 1, .days = 1 };
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--counts") == 0)
            o->counts = true;
        else if (i + 1 == argc || !read_option(o, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    return o->seeds > 0 && o->days > 0;
}

static void add(struct counts *sum, const struct counts *c)
{
#define COUNT_ADD(name, least) sum->name += c->name;
    COUNTS(COUNT_ADD)
#undef COUNT_ADD
}

/* A run in which little happens proves nothing. */
static bool is_enough(const struct counts *c, double days, bool print)
{
    bool enough = true;
#define COUNT_CHECK(name, least)                                                                   \
    {                                                                                              \
        bool low = (double)c->name < (least)*days * 0.5;                                           \
        enough = enough && !low;                                                                   \
        if (print || low)                                                                          \
            printf("  %-26s %12" PRIu64 "%s\n", #name, c->name, low ? "  TOO FEW" : "");           \
    }
    COUNTS(COUNT_CHECK)
#undef COUNT_CHECK
    return enough;
}

static uint64_t run_seeds(const struct options *o, struct counts *sum, double *days)
{
    struct world_conf c = { .end_us = (int64_t)(o->days * 86400) * WORLD_S, .defect = o->defect };
    uint64_t violations = 0;

    if (o->trace != NULL)
        c.trace = fopen(o->trace, "w");
    for (uint64_t i = 0; i < o->seeds; i++) {
        struct counts counts = { 0 };
        c.seed = o->from + i;
        uint64_t n = world_run(&c, &counts);
        violations += n;
        add(sum, &counts);
        *days += o->days;
        if (o->counts)
            printf("seed %" PRIu64 ": %" PRIu64 " violations, %" PRIu64 " steps, %" PRIu64
                   " kills, %" PRIu64 " raises\n",
                   c.seed, n, counts.steps, counts.kills, counts.raises);
        if (o->defect != DEFECT_NONE && n > 0) {
            printf("defect %s: found by seed %" PRIu64 ", the %" PRIu64 ". tried\n",
                   defect_names[o->defect], c.seed, i + 1);
            break;
        }
    }
    if (c.trace != NULL)
        fclose(c.trace);
    return violations;
}

int main(int argc, char **argv)
{
    struct options o;
    struct counts sum = { 0 };
    double days = 0, began = seconds();

    if (argc == 2 && strcmp(argv[1], "--defects") == 0) {
        for (int i = 1; i < DEFECTS; i++)
            printf("%s\n", defect_names[i]);
        return EXIT_SUCCESS;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!read_options(&o, argc, argv)) {
        fprintf(stderr, "usage: world [--seeds N] [--from S] [--days D | --hours H] "
                        "[--defect NAME] [--trace FILE] [--counts]\n");
        return 64;
    }
    uint64_t violations = run_seeds(&o, &sum, &days);
    double took = seconds() - began;
    if (o.defect != DEFECT_NONE) {
        if (violations == 0)
            printf("defect %s: NOT FOUND in %" PRIu64 " seeds\n", defect_names[o.defect], o.seeds);
        return violations > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    bool enough = is_enough(&sum, days, o.counts || days >= 1) || o.trace != NULL;
    printf("world: %" PRIu64 " seeds, %.2f simulated days, %" PRIu64 " violations, %.1f simulated "
           "days a minute\n",
           o.seeds, days, violations, days * 60 / took);
    return violations == 0 && enough ? EXIT_SUCCESS : EXIT_FAILURE;
}
