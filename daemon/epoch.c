#include "daemon/epoch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "daemon/clock.h"

#define EPOCH_MAX          (UINT64_C(1) << 53) /* Source: the published contract */
#define VOLATILE           (UINT64_C(1) << 52)
#define NUMBER_TEXT        24
#define IDS_A_SECOND_SHIFT 31 /* below 2^63 until the year 2106 */
#define IDS_DRAWN          0x7FFFFFFFu

static int open_folder(const char *folder)
{
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* What is not one decimal number and a line feed counts as nothing: the
 * database knows the number too. */
static uint64_t parse(const char *text)
{
    char *end;

    if (*text < '1' || *text > '9')
        return 0;
    errno = 0;
    uint64_t epoch = strtoull(text, &end, 10);
    if (errno != 0 || strcmp(end, "\n") != 0 || epoch >= EPOCH_MAX - 1)
        return 0;
    return epoch;
}

static ssize_t read_small(int folder, const char *name, char *text, size_t size)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return -1;
    ssize_t n = read(fd, text, size - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    return n;
}

static uint64_t recorded_in(int folder)
{
    char text[NUMBER_TEXT];

    return read_small(folder, "epoch", text, sizeof text) > 0 ? parse(text) : 0;
}

static bool write_whole(int fd, const char *text)
{
    size_t len = strlen(text);

    return write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
}

/* Whoever dies between the steps leaves the old file or the new one; a
 * temporary one left behind is made anew by the next start. */
static bool replace(int folder, const char *name, const char *temp, const char *text)
{
    if (unlinkat(folder, temp, 0) != 0 && errno != ENOENT)
        return false;
    int fd = openat(folder, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool is_written = write_whole(fd, text);
    is_written = close(fd) == 0 && is_written;
    return is_written && renameat(folder, temp, folder, name) == 0 && fsync(folder) == 0;
}

uint64_t epoch_recorded(const char *folder)
{
    int fd = open_folder(folder);
    uint64_t epoch = fd < 0 ? 0 : recorded_in(fd);

    if (fd >= 0)
        close(fd);
    return epoch;
}

static uint64_t random_bits(void)
{
    uint64_t bits;
    struct timespec now;

    if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) == (ssize_t)sizeof bits)
        return bits;
    /* Early in a boot the kernel has no randomness yet; two starts still
     * differ in their ns. */
    clock_gettime(CLOCK_REALTIME, &now);
    bits = (uint64_t)now.tv_sec * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)now.tv_nsec;
    return (bits ^ bits >> 29) * UINT64_C(0xbf58476d1ce4e5b9) ^ (uint64_t)getpid();
}

uint64_t epoch_volatile(void)
{
    return VOLATILE | random_bits() >> 13;
}

uint64_t epoch_first_id(uint64_t epoch, int64_t utc_ms)
{
    int64_t s = (utc_ms > CLOCK_BUILD_UTC_MS ? utc_ms : CLOCK_BUILD_UTC_MS) / 1000;

    return (uint64_t)s << IDS_A_SECOND_SHIFT | (epoch & IDS_DRAWN);
}

uint64_t epoch_begin(const char *folder, uint64_t db_epoch, bool *is_volatile)
{
    char text[NUMBER_TEXT];
    int fd = open_folder(folder);
    uint64_t last = fd < 0 ? 0 : recorded_in(fd);

    last = last > db_epoch ? last : db_epoch;
    snprintf(text, sizeof text, "%llu\n", (unsigned long long)last + 1);
    *is_volatile = fd < 0 || last + 1 >= EPOCH_MAX || !replace(fd, "epoch", "epoch.new", text);
    if (fd >= 0)
        close(fd);
    return *is_volatile ? epoch_volatile() : last + 1;
}

static bool is_install(const char *text)
{
    return strspn(text, "0123456789abcdef") == 16 && strcmp(text + 16, "\n") == 0;
}

void install_id(const char *folder, char out[17])
{
    char text[NUMBER_TEXT] = "";
    int fd = open_folder(folder);

    if (fd < 0 || read_small(fd, "install", text, sizeof text) <= 0 || !is_install(text)) {
        snprintf(text, sizeof text, "%016llx\n", (unsigned long long)random_bits());
        if (fd >= 0)
            replace(fd, "install", "install.new", text);
    }
    if (fd >= 0)
        close(fd);
    snprintf(out, 17, "%.16s", text);
}
