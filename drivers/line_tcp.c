#include "drivers/line_tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

/* A peer that is gone is noticed by the bus's own polls; this is for a
 * connection on which nothing is due for long. */
#define IDLE_S     10
#define INTERVAL_S 5
#define PROBES     3

struct option_row {
    int level, name, value;
};

/* A request must not wait for the reply before it (Nagle), and the kernel gives
 * up on unacknowledged bytes as soon as on unanswered probes. */
static const struct option_row options[] = {
    { IPPROTO_TCP, TCP_NODELAY, 1 },
    { SOL_SOCKET, SO_KEEPALIVE, 1 },
    { IPPROTO_TCP, TCP_KEEPIDLE, IDLE_S },
    { IPPROTO_TCP, TCP_KEEPINTVL, INTERVAL_S },
    { IPPROTO_TCP, TCP_KEEPCNT, PROBES },
    { IPPROTO_TCP, TCP_USER_TIMEOUT, (IDLE_S + INTERVAL_S * PROBES) * 1000 },
};

/* Each is a help, none is needed for a right value. */
static void set_options(int fd)
{
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        (void)setsockopt(fd, options[i].level, options[i].name, &options[i].value,
                         sizeof options[i].value);
}

int line_tcp_connect(const struct sockaddr *to, socklen_t len)
{
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    set_options(fd);
    if (connect(fd, to, len) == 0 || errno == EINPROGRESS)
        return fd;
    int err = errno;
    close(fd);
    return -err;
}

int line_tcp_error(int fd)
{
    int err = 0;
    socklen_t len = sizeof err;

    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) != 0 ? errno : err;
}
