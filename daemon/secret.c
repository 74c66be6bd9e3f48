#include "daemon/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
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

static int refuse(const struct stat *st, const char *path, enum secret_kind kind, char *why,
                  size_t size)
{
    if (!S_ISREG(st->st_mode)) {
        snprintf(why, size, "no regular file");
        return RG_EIO;
    }
    if (kind == SECRET_PUBLIC || (st->st_mode & (S_IRWXG | S_IRWXO)) == 0 || is_credential(path))
        return RG_OK;
    snprintf(why, size, "%03o", (unsigned)(st->st_mode & 0777));
    return RG_EPERM;
}

/* A file that grows meanwhile is cut: the next reading has it whole. */
static int take(int fd, size_t room, char **out, size_t *len, char *why, size_t size)
{
    char *text = malloc(room + 1);
    ssize_t got = 1;
    size_t n = 0;

    while (text != NULL && n < room && got > 0) {
        got = read(fd, text + n, room - n);
        n += got > 0 ? (size_t)got : 0;
    }
    if (text == NULL || got < 0) {
        snprintf(why, size, "%s", strerror(errno));
        secret_free(text, n);
        return text == NULL ? RG_ENOMEM : RG_EIO;
    }
    text[n] = '\0';
    *out = text;
    *len = n;
    return RG_OK;
}

static int load(int fd, const char *path, enum secret_kind kind, size_t max, char **out,
                size_t *len, char *why, size_t size)
{
    struct stat st = { .st_size = 0 };
    int err = fstat(fd, &st) == 0 ? refuse(&st, path, kind, why, size) : RG_EIO;

    if (err != RG_OK)
        return err;
    if (st.st_size == 0 || (uintmax_t)st.st_size > max) {
        snprintf(why, size, "%s", st.st_size == 0 ? "empty" : "too long");
        return RG_EINVAL;
    }
    return take(fd, (size_t)st.st_size, out, len, why, size);
}

int secret_load(const char *path, enum secret_kind kind, size_t max, char **out, size_t *len,
                char *why, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        snprintf(why, size, "%s", strerror(errno));
        return RG_EIO;
    }
    int err = load(fd, path, kind, max, out, len, why, size);
    close(fd);
    return err;
}

void secret_free(char *text, size_t len)
{
    if (text != NULL)
        explicit_bzero(text, len);
    free(text);
}

int secret_read(const char *path, char out[SECRET_MAX], size_t *len, char *why, size_t size)
{
    char *text = NULL, words[64];
    size_t n = 0;
    int err = secret_load(path, SECRET_PRIVATE, SECRET_MAX - 1, &text, &n, words, sizeof words);

    if (err == RG_EPERM)
        snprintf(why, size, "%s has mode %s: chmod 600", path, words);
    else if (err != RG_OK)
        snprintf(why, size, "%s: %s", path, words);
    if (err != RG_OK)
        return err;
    size_t all = n;
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
        n--;
    if (n > 0) {
        memset(out, 0, SECRET_MAX);
        memcpy(out, text, n);
        *len = n;
    } else {
        snprintf(why, size, "%s: empty", path);
        err = RG_EINVAL;
    }
    secret_free(text, all);
    return err;
}
