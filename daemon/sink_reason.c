#include "daemon/sink_reason.h"

#include <stddef.h>

static const struct sink_reason reasons[] = {
    { 0x01, true, "the broker does not speak this protocol version" },
    { 0x02, true, "the broker does not accept the client id" },
    { 0x03, false, "the broker is not available" },
    { 0x04, true, "user name or password is wrong" },
    { 0x05, true, "not authorised" },
    { 0x80, false, "unspecified error" },
    { 0x81, true, "the broker calls our packet malformed" },
    { 0x82, true, "the broker sees a protocol error" },
    { 0x83, false, "the broker does not want to, for reasons of its own" },
    { 0x84, true, "the broker does not speak this protocol version" },
    { 0x85, true, "the broker does not accept the client id" },
    { 0x86, true, "user name or password is wrong" },
    { 0x87, true, "not authorised" },
    { 0x88, false, "the broker is not available" },
    { 0x89, false, "the broker is busy" },
    { 0x8A, true, "banned by the broker" },
    { 0x8B, false, "the broker shuts down" },
    { 0x8C, true, "the way to log in is not supported" },
    { 0x8D, false, "the broker heard nothing from us in time" },
    { SINK_REASON_TAKEN_OVER, true, "another client took over with the same client id" },
    { 0x90, true, "the broker does not accept the topic" },
    { 0x93, false, "more in flight than the broker takes" },
    { 0x95, true, "our packet is larger than the broker takes" },
    { 0x96, false, "the broker finds our rate too high" },
    { 0x97, true, "a quota is used up" },
    { 0x98, false, "closed by the broker's administrator" },
    { 0x99, true, "the broker does not accept the payload's format" },
    { 0x9A, true, "the broker keeps no retained messages" },
    { 0x9B, true, "the broker does not support QoS 1" },
    { 0x9C, true, "use another server" },
    { 0x9D, true, "the server has moved" },
    { 0x9F, false, "too many connects" },
};

const struct sink_reason *sink_reason(int code)
{
    static const struct sink_reason other = { 0, false, "the broker gave a reason unknown here" };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].code == code)
            return &reasons[i];
    return &other;
}
