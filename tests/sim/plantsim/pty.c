#include "tests/sim/plantsim/pty.h"

#include <asm/termbits.h> /* termios2: a baud rate is a number, not a constant */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_link(const char *target, const char *path)
{
    struct stat st;

    if (lstat(path, &st) == 0) {
        if (!S_ISLNK(st.st_mode)) {
            errno = EEXIST;
            return -1;
        }
        unlink(path);
    }
    return symlink(target, path);
}

/* Raw from the start, for a client that sets nothing. */
static int set_raw(int fd, uint32_t baud)
{
    struct termios2 t;

    if (ioctl(fd, TCGETS2, &t) != 0)
        return -1;
    t.c_iflag = 0;
    t.c_oflag = 0;
    t.c_lflag = 0;
    t.c_cflag = CS8 | CREAD | CLOCAL | BOTHER;
    t.c_ispeed = t.c_ospeed = baud;
    return ioctl(fd, TCSETS2, &t);
}

int pty_open(const char *path, uint32_t baud)
{
    char name[64];
    int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return -1;
    if (grantpt(fd) == 0 && unlockpt(fd) == 0 && ptsname_r(fd, name, sizeof name) == 0 &&
        set_raw(fd, baud) == 0 && make_link(name, path) == 0)
        return fd;
    close(fd);
    return -1;
}

uint32_t pty_baud(int fd)
{
    struct termios2 t;

    return ioctl(fd, TCGETS2, &t) == 0 ? t.c_ospeed : 0;
}

bool pty_is_open(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLOUT };

    return poll(&p, 1, 0) >= 0 && !(p.revents & POLLHUP);
}

void pty_flush(int fd)
{
    ioctl(fd, TCFLSH, TCIOFLUSH);
}
