/* daemon/store_message.h - the sum of one stored message.  Thread: the store's. */
#ifndef RG_DAEMON_STORE_MESSAGE_H
#define RG_DAEMON_STORE_MESSAGE_H

#include "daemon/message.h"

uint64_t message_sum(const struct message *m);

#endif
