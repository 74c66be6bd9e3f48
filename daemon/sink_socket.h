/* daemon/sink_socket.h - the socket that paho made and gives no way to.
 * Thread: the sink thread. */
#ifndef RG_DAEMON_SINK_SOCKET_H
#define RG_DAEMON_SINK_SOCKET_H

/* Takes Nagle's algorithm off what is connected to this address: a message
 * behind another would wait for the acknowledgement of that one's bytes, up to
 * 40 ms, and paho does not ask for it.  uri: as sink_uri() writes it. */
void sink_no_delay(const char *uri);

#endif
