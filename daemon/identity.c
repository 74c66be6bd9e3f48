#include "daemon/identity.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "daemon/message.h"

/* A copy of our state has our install id: its epochs run ahead of ours, or the
 * same one began before ours did. */
static bool is_ahead(const struct identity *self, const json_t *doc)
{
    const json_t *mono = json_object_get(doc, "mono");
    json_int_t epoch = json_integer_value(json_object_get(doc, "epoch"));

    if (self->is_volatile || json_object_get(doc, "volatile") != NULL || epoch <= 0)
        return false;
    return (uint64_t)epoch > self->epoch ||
           ((uint64_t)epoch == self->epoch && json_integer_value(mono) > self->mono_ms);
}

static void take_printable(char *who, size_t size, const char *install)
{
    size_t n = 0;

    for (; install[n] != '\0' && n + 1 < size; n++)
        who[n] = install[n] > ' ' && install[n] < 0x7F && install[n] != '"' ? install[n] : '?';
    who[n] = '\0';
}

static bool is_other_online(const struct identity *self, const json_t *doc)
{
    const char *install = json_string_value(json_object_get(doc, "install"));

    if (install == NULL)
        return false;
    if (strcmp(install, self->install) == 0)
        return is_ahead(self, doc);
    return self->install[0] != '\0';
}

/* Of two, the one whose epoch is the lower one is sure: a lower one than ours
 * may be our own past. */
static bool is_other_will(const struct identity *self, const json_t *doc)
{
    const char *ts = json_string_value(json_object_get(doc, "ts"));

    if (!self->is_flapping || ts == NULL)
        return false;
    for (size_t i = 0; i < IDENTITY_WILLS; i++)
        if (strcmp(self->wills->ts[i], ts) == 0)
            return false;
    return !self->is_volatile && json_object_get(doc, "volatile") == NULL &&
           json_integer_value(json_object_get(doc, "epoch")) >= (json_int_t)self->epoch;
}

static bool judge(const struct identity *self, const json_t *doc, char *who, size_t size)
{
    const json_t *online = json_object_get(doc, "online");
    const char *install = json_string_value(json_object_get(doc, "install"));

    if (json_integer_value(json_object_get(doc, "v")) != 1 ||
        !(json_is_true(online) ? is_other_online(self, doc)
                               : json_is_false(online) && is_other_will(self, doc)))
        return false;
    take_printable(who, size, install == NULL ? "" : install);
    return true;
}

bool identity_is_foreign(const struct identity *self, const void *body, size_t len, char *who,
                         size_t size)
{
    json_t *doc =
        len > 0 && len <= MESSAGE_MAX ? json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
    bool is_foreign = doc != NULL && judge(self, doc, who, size);

    json_decref(doc);
    return is_foreign;
}
