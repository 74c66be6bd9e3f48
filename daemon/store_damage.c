#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config/err.h"
#include "daemon/store_db.h"

#define NAMES_A_SECOND 100

static int name_it(const char *path, char *as, size_t size)
{
    time_t now = time(NULL);
    struct tm utc;
    char date[32];

    if (gmtime_r(&now, &utc) == NULL || strftime(date, sizeof date, "%Y%m%dT%H%M%SZ", &utc) == 0)
        return RG_EIO;
    for (int i = 1; i < NAMES_A_SECOND; i++) {
        int n = i == 1 ? snprintf(as, size, "%s.damaged-%s", path, date)
                       : snprintf(as, size, "%s.damaged-%s.%d", path, date, i);
        if (n < 0 || (size_t)n >= size)
            return RG_EIO;
        if (access(as, F_OK) != 0)
            return errno == ENOENT ? RG_OK : RG_EIO;
    }
    return RG_EIO;
}

void store_sync_folder(const char *path)
{
    char folder[PATH_MAX];

    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd); /* the names are right already, the next sync brings them down */
    close(fd);
}

/* The database first: alone it would be read again without its log, as a
 * record that ends too early; a log alone is nothing. */
int store_set_aside(const char *path, char *as, size_t size)
{
    static const char *const ends[] = { "-wal", "-shm" };
    char from[PATH_MAX];
    char to[PATH_MAX];

    if (name_it(path, as, size) != RG_OK || rename(path, as) != 0)
        return RG_EIO;
    for (size_t i = 0; i < 2; i++) {
        snprintf(from, sizeof from, "%.*s%s", PATH_MAX - 8, path, ends[i]);
        snprintf(to, sizeof to, "%.*s%s", PATH_MAX - 8, as, ends[i]);
        if (rename(from, to) != 0 && errno != ENOENT)
            return RG_EIO;
    }
    store_sync_folder(path);
    return RG_OK;
}
