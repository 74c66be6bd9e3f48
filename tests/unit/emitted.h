/* tests/unit/emitted.h - what a test makes of messages and documents goes to the
 * file that RISKGW_EMITTED names, a line each, for the schemas to judge. */
#ifndef RG_TESTS_UNIT_EMITTED_H
#define RG_TESTS_UNIT_EMITTED_H

#include <stddef.h>

/* topic: riskgw/v1/ENT/GW/NAME, or ctl/NAME of a document of riskgwctl. */
void emitted(const char *topic, const char *body, size_t len);

#endif
