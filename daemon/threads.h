/* daemon/threads.h - the threads of a plant, asked for at the start.  libuv
 * ends the process when its pool can't have one, and paho goes on without: so
 * a limit that is too low is found before anything was promised.
 * Thread: the loop, before the first other one. */
#ifndef RG_DAEMON_THREADS_H
#define RG_DAEMON_THREADS_H

#include "config/model.h"

/* Threads of libuv's pool, by which no hanging name holds up another one or a
 * peer of the control socket.  libuv gives look-ups half of the pool, rounded
 * up.  Source: slow_work_thread_threshold() in libuv 1.44.2, src/threadpool.c. */
unsigned threads_for_names(unsigned names);
/* Sizes the pool; RG_OK, or RG_EFULL: the host does not give that many. */
int threads_prepare(const struct plant *p);

#endif
