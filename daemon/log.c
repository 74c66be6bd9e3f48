#include "daemon/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024
#define GATE_FIRST_MS  60000
#define GATE_LAST_MS   3600000

static const char *level_word(enum log_level level)
{
    return level == LOG_LEVEL_ERROR ? "error" : level == LOG_LEVEL_WARNING ? "warning" : "info";
}

static size_t put_head(char *line, size_t size, enum log_level level, const char *event)
{
    struct timespec t;
    struct tm tm;
    char when[32];

    if (getenv("JOURNAL_STREAM") != NULL)
        return (size_t)snprintf(line, size, "<%d>%s", (int)level, event);
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &tm);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm);
    return (size_t)snprintf(line, size, "%s.%03ldZ %s %s", when, t.tv_nsec / 1000000,
                            level_word(level), event);
}

/* A reader of standard error that has stopped reading must not stop the plant. */
static bool is_writable(void)
{
    struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };

    return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) != 0;
}

static bool put(const char *line, size_t n)
{
    return is_writable() && write(STDERR_FILENO, line, n) >= 0;
}

static void tell_lost(unsigned lines)
{
    char line[128];
    size_t n = put_head(line, sizeof line / 2, LOG_LEVEL_WARNING, "log_lost");

    n += (size_t)snprintf(line + n, sizeof line - n, " lines=%u\n", lines);
    put(line, n);
}

void log_event(enum log_level level, const char *event, const char *fields, ...)
{
    char line[LINE_MAX_BYTES];
    size_t n = put_head(line, sizeof line - 2, level, event);
    static atomic_uint lost;
    va_list ap;

    if (fields[0] != '\0' && n < sizeof line - 2) {
        line[n++] = ' ';
        va_start(ap, fields);
        int more = vsnprintf(line + n, sizeof line - 1 - n, fields, ap);
        va_end(ap);
        n += more < 0 ? 0 : (size_t)more;
    }
    if (n > sizeof line - 2)
        n = sizeof line - 2;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < 0x20)
            line[i] = ' '; /* one event is one line, whatever a field holds */
    line[n++] = '\n';
    if (!put(line, n)) {
        lost++;
        return; /* nobody is there who could be told */
    }
    unsigned missing = atomic_exchange(&lost, 0);
    if (missing > 0)
        tell_lost(missing);
}

bool log_gate_open(struct log_gate *g, int64_t now_ms)
{
    if (g->gap_ms != 0 && now_ms < g->next_ms)
        return false;
    g->gap_ms = g->gap_ms == 0 ? GATE_FIRST_MS : g->gap_ms * 2;
    if (g->gap_ms > GATE_LAST_MS)
        g->gap_ms = GATE_LAST_MS;
    g->next_ms = now_ms + g->gap_ms;
    return true;
}

void log_gate_reset(struct log_gate *g)
{
    *g = (struct log_gate){ 0 };
}
