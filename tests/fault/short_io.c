/* Preloaded into the daemon: a socket or a serial line gives and takes three
 * bytes at the most, and every other call that may wait is interrupted.
 * writev(), by which paho sends, is left alone: paho 1.3.12 never gets through
 * a CONNECT that is taken piece by piece. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define SHORT 3

/* An eventfd or a signalfd takes eight bytes or nothing. */
static bool is_stream(int fd)
{
    struct stat st;
    int type = 0;
    socklen_t size = sizeof type;

    if (fstat(fd, &st) != 0)
        return false;
    if (S_ISCHR(st.st_mode))
        return isatty(fd) != 0;
    return S_ISSOCK(st.st_mode) && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_STREAM;
}

static size_t cut(int fd, size_t n)
{
    return n > SHORT && is_stream(fd) ? SHORT : n;
}

static bool is_interrupted(int fd)
{
    static atomic_uint calls;

    if (!is_stream(fd) || (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0 ||
        atomic_fetch_add(&calls, 1) % 2 == 0)
        return false;
    errno = EINTR;
    return true;
}

/* The C library's own of that name; ISO C has no cast for it. */
static void find(const char *name, void *function)
{
    void *found = dlsym(RTLD_NEXT, name);

    memcpy(function, &found, sizeof found);
}

ssize_t read(int fd, void *to, size_t n)
{
    ssize_t (*real)(int, void *, size_t);

    find("read", &real);
    return is_interrupted(fd) ? -1 : real(fd, to, cut(fd, n));
}

ssize_t write(int fd, const void *from, size_t n)
{
    ssize_t (*real)(int, const void *, size_t);

    find("write", &real);
    return is_interrupted(fd) ? -1 : real(fd, from, cut(fd, n));
}

ssize_t recv(int fd, void *to, size_t n, int flags)
{
    ssize_t (*real)(int, void *, size_t, int);

    find("recv", &real);
    return is_interrupted(fd) ? -1 : real(fd, to, cut(fd, n), flags);
}

ssize_t send(int fd, const void *from, size_t n, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int);

    find("send", &real);
    return is_interrupted(fd) ? -1 : real(fd, from, cut(fd, n), flags);
}
