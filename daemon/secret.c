#include "daemon/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/err.h"

static bool is_credential(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t len = folder == NULL ? 0 : strlen(folder);

    return len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/' &&
           strstr(path + len, "/..") == NULL;
}

static int refuse_open_file(int fd, const char *path, char *why, size_t size)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        snprintf(why, size, "%s is no regular file", path);
        return RG_EIO;
    }
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) == 0 || is_credential(path))
        return RG_OK;
    snprintf(why, size, "%s has mode %03o: chmod 600", path, (unsigned)(st.st_mode & 0777));
    return RG_EPERM;
}

static int take(int fd, const char *path, char out[SECRET_MAX], size_t *len, char *why, size_t size)
{
    int err = refuse_open_file(fd, path, why, size);

    if (err != RG_OK)
        return err;
    ssize_t n = read(fd, out, SECRET_MAX);
    if (n < 0) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        return RG_EIO;
    }
    while (n > 0 && n < SECRET_MAX && (out[n - 1] == '\n' || out[n - 1] == '\r'))
        n--;
    if (n == 0 || n == SECRET_MAX) {
        snprintf(why, size, "%s is %s", path, n == 0 ? "empty" : "too long");
        return RG_EINVAL;
    }
    memset(out + n, 0, SECRET_MAX - (size_t)n);
    *len = (size_t)n;
    return RG_OK;
}

int secret_read(const char *path, char out[SECRET_MAX], size_t *len, char *why, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        return RG_EIO;
    }
    int err = take(fd, path, out, len, why, size);
    close(fd);
    return err;
}
