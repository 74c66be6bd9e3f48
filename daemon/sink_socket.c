#include "daemon/sink_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/sink_core.h"

#define DESCRIPTORS_MAX 4096 /* more than the service's limit of them */

static bool leads_to(int fd, const char *uri)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    char tcp[SINK_URI_MAX], ssl[SINK_URI_MAX];
    const struct sockaddr *peer = (const struct sockaddr *)&at;

    return getpeername(fd, (struct sockaddr *)&at, &len) == 0 && sink_uri(tcp, "tcp", peer) &&
           sink_uri(ssl, "ssl", peer) && (strcmp(tcp, uri) == 0 || strcmp(ssl, uri) == 0);
}

void sink_no_delay(const char *uri)
{
    static const int on = 1;

    for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
        if (leads_to(fd, uri))
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}
