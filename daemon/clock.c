#include "daemon/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t); /* can't fail for the ids used here */
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_utc_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_boot_ms(void)
{
    return read_us(CLOCK_BOOTTIME) / 1000;
}

static int64_t wall_offset_ms(void)
{
    return (read_us(CLOCK_REALTIME) - read_us(CLOCK_MONOTONIC)) / 1000;
}

void clock_begin(struct clock *c)
{
    c->zero_us = clock_mono_us();
    c->offset_ms = wall_offset_ms();
}

struct stamp clock_now(const struct clock *c)
{
    return (struct stamp){ .mono_ms = (clock_mono_us() - c->zero_us) / 1000,
                           .utc_ms = clock_utc_ms() };
}

bool clock_stepped(struct clock *c, int64_t *by_ms)
{
    int64_t offset_ms = wall_offset_ms();
    int64_t moved_ms = offset_ms - c->offset_ms;

    c->offset_ms = offset_ms;
    *by_ms = moved_ms;
    return llabs((long long)moved_ms) > CLOCK_STEP_MS;
}

bool clock_is_sync(void)
{
    struct timex t = { .modes = 0 };

    return adjtimex(&t) != TIME_ERROR && (t.status & STA_UNSYNC) == 0;
}

static void read_boot_id(char text[40])
{
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

    if (f == NULL)
        return;
    if (fgets(text, 40, f) != NULL)
        text[strcspn(text, "\n")] = '\0';
    fclose(f);
}

void clock_boot_id(char out[40])
{
    const char *told = getenv("RISKGW_BOOT_ID");
    char text[40] = "";
    size_t n = 0;

    if (told != NULL)
        snprintf(text, sizeof text, "%s", told);
    else
        read_boot_id(text);
    for (const char *c = text; *c != '\0'; c++)
        if (*c != '-') /* systemd writes the kernel's id without them */
            out[n++] = *c;
    out[n] = '\0';
}
