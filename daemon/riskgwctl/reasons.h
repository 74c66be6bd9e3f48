/* daemon/riskgwctl/reasons.h - why an uplink is not connected, in Chinese: the
 * daemon says it in English, for its log and for status alike. */
#ifndef RG_DAEMON_RISKGWCTL_REASONS_H
#define RG_DAEMON_RISKGWCTL_REASONS_H

#include <stddef.h>

#include "daemon/riskgwctl/phrases.h"

#define REASON_WORDS_MAX 256

/* The words of `text`, or `text` itself where there are none; returns out. */
const char *reason_words(char out[REASON_WORDS_MAX], const char *text, enum lang lang);

#endif
