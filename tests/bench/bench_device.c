/* A device of 100 registers for any unit on any number of links, that times
 * what it is asked.  Prints its port; for each line on standard input the
 * figures since the one before; ends with its input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/bench/bare.h"

#define LINKS_MAX 4096
#define UNITS_MAX 256
#define SLOTS     100000 /* of 10 us: intervals up to a second */
#define SLOT_US   10

struct times {
    int64_t last_us[LINKS_MAX][UNITS_MAX];
    uint64_t n[SLOTS];
    uint64_t total;
    int64_t sum_us, most_us;
};

static void asked(void *ctx, int link, uint8_t unit)
{
    struct times *t = ctx;
    int64_t now_us = bare_now_us();
    int64_t us = now_us - t->last_us[link][unit];

    if (t->last_us[link][unit] != 0) {
        t->n[us / SLOT_US < SLOTS ? us / SLOT_US : SLOTS - 1]++;
        t->total++;
        t->sum_us += us;
        t->most_us = us > t->most_us ? us : t->most_us;
    }
    t->last_us[link][unit] = now_us;
}

static double percentile_ms(const struct times *t, double p)
{
    uint64_t seen = 0;

    for (int i = 0; i < SLOTS; i++)
        if ((double)(seen += t->n[i]) >= p * (double)t->total)
            return i * SLOT_US / 1e3;
    return 0;
}

static int heard(void *ctx)
{
    struct times *t = ctx;
    char line[64];

    if (read(STDIN_FILENO, line, sizeof line) <= 0)
        return 1;
    printf("n=%llu mean=%.4f p1=%.2f p50=%.2f p99=%.2f most=%.2f cpu_us=%lld\n",
           (unsigned long long)t->total,
           t->total > 0 ? (double)t->sum_us / (double)t->total / 1e3 : 0, percentile_ms(t, 0.01),
           percentile_ms(t, 0.5), percentile_ms(t, 0.99), (double)t->most_us / 1e3,
           (long long)bare_cpu_us());
    fflush(stdout);
    memset(t->n, 0, sizeof t->n);
    t->total = 0;
    t->sum_us = t->most_us = 0;
    return 0;
}

int main(void)
{
    static struct times t;
    const struct rlimit files = { LINKS_MAX, LINKS_MAX };
    const struct bare_watch w = {
        .asked = asked, .control = STDIN_FILENO, .heard = heard, .ctx = &t
    };
    uint16_t port;

    (void)setrlimit(RLIMIT_NOFILE, &files);
    int listener = bare_listen(&port);
    printf("port %u\n", port);
    fflush(stdout);
    bare_serve(listener, &w);
    return 0;
}
