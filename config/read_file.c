#include "config/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/load.h"

static int read_whole(int fd, char **text, size_t *len)
{
    struct stat st;
    size_t n = 0;
    ssize_t got;

    if (fstat(fd, &st) != 0)
        return RG_EIO;
    if (!S_ISREG(st.st_mode) || st.st_size > CONFIG_FILE_MAX) {
        errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
        return RG_EIO;
    }
    char *bytes = malloc((size_t)st.st_size + 1);
    if (bytes == NULL)
        return RG_ENOMEM;
    while (n < (size_t)st.st_size && (got = read(fd, bytes + n, (size_t)st.st_size - n)) != 0) {
        if (got > 0)
            n += (size_t)got;
        else if (errno != EINTR) {
            free(bytes);
            return RG_EIO;
        }
    }
    bytes[n] = '\0';
    *text = bytes;
    *len = n;
    return RG_OK;
}

int read_file(void *ctx, const char *path, char **text, size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    (void)ctx;
    if (fd < 0)
        return errno == ENOENT ? RG_ENOENT : RG_EIO;
    int err = read_whole(fd, text, len);
    int saved = errno;
    close(fd);
    errno = saved;
    return err;
}
