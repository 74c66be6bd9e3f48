#include "daemon/threads.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#include "config/err.h"

#define OTHERS 5 /* store, sink, reload, and paho's two */

static bool is_name(const char *host_name)
{
    struct sockaddr_in a4;
    struct sockaddr_in6 a6;

    return uv_ip4_addr(host_name, 0, &a4) != 0 && uv_ip6_addr(host_name, 0, &a6) != 0;
}

static unsigned count_names(const struct plant *p)
{
    unsigned names = 0;

    for (size_t i = 0; i < p->n_uplinks; i++)
        names += is_name(p->uplinks[i].host);
    for (size_t i = 0; i < p->n_buses; i++)
        names += p->buses[i].kind != BUS_RTU && is_name(p->buses[i].host);
    return names;
}

unsigned threads_for_names(unsigned names)
{
    return names < 3 ? names + 1 : 2 * names - 1;
}

static void *stand_there(void *all_came)
{
    sem_wait(all_came);
    return NULL;
}

/* All of them at the same time, as they will be. */
static int try_threads(unsigned n)
{
    pthread_t *ids = calloc(n, sizeof *ids);
    sem_t all_came;
    unsigned came = 0;

    if (ids == NULL)
        return RG_ENOMEM;
    sem_init(&all_came, 0, 0);
    while (came < n && pthread_create(&ids[came], NULL, stand_there, &all_came) == 0)
        came++;
    for (unsigned i = 0; i < came; i++)
        sem_post(&all_came);
    for (unsigned i = 0; i < came; i++)
        pthread_join(ids[i], NULL);
    sem_destroy(&all_came);
    free(ids);
    return came == n ? RG_OK : RG_EFULL;
}

int threads_prepare(const struct plant *p)
{
    unsigned pool = threads_for_names(count_names(p));
    char text[12];

    snprintf(text, sizeof text, "%u", pool);
    setenv("UV_THREADPOOL_SIZE", text, 0);
    return try_threads(pool + OTHERS);
}
