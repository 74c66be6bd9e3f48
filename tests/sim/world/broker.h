/* tests/sim/world/broker.h - an MQTT broker and the wires to it: QoS 1,
 * retained messages, one session for the gateway and one for the county, the
 * will.  It saves what it holds every half hour; a kill -9 brings that back
 * and forgets the rest, acknowledged or not, as mosquitto does by default. */
#ifndef RG_TESTS_SIM_WORLD_BROKER_H
#define RG_TESTS_SIM_WORLD_BROKER_H

#include <stdint.h>

#include "tests/sim/world/letters.h"

#define BROKER_MAIL 1000 /* Source: mosquitto.conf(5), max_queued_messages */

struct broker {
    bool is_up;
    uint64_t life;
    struct letters retained, saved_retained;
    struct letters mail, saved_mail; /* for the county, not yet delivered */
    bool has_gateway;                /* a session of it stands */
    uint64_t gateway_conn;           /* 0: its wire has swallowed something, it is dead */
    struct letter will;              /* of that session; body NULL: none */
    uint64_t sessions;               /* numbers given */
    bool is_silent;                  /* the gateway's wire swallows everything */
    bool is_refusing;
    bool county_is_clean; /* its session ends with its connection */
    int64_t will_delay_us;
    int64_t up_wire_us, down_wire_us, mail_wire_us; /* last arrival: wires keep order */
    bool county_on;
    uint64_t county_conn;
    uint64_t conns; /* numbers given */
};

struct world;
void broker_init(struct world *w);
void broker_fini(struct world *w);
/* The gateway's side. */
void broker_connect(struct world *w, const char *topic, const char *will, size_t len);
void broker_disconnect(struct world *w);
void broker_publish(struct world *w, const char *topic, const char *body, size_t len, bool retain,
                    uint32_t token);
void broker_gateway_died(struct world *w, bool is_clean); /* clean: with a DISCONNECT */
/* The county's side. */
void broker_county_connect(struct world *w);
void broker_county_gone(struct world *w);
void broker_county_says(struct world *w, const char *topic, const char *body, size_t len);
/* The weather's side. */
void broker_kill(struct world *w);
void broker_start(struct world *w);
void broker_cut(struct world *w); /* the gateway's connection breaks */
void broker_silence(struct world *w, bool is_silent);

#endif
