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

static bool judge(const struct identity *self, const json_t *doc, char *who, size_t size)
{
    const char *install = json_string_value(json_object_get(doc, "install"));

    if (json_integer_value(json_object_get(doc, "v")) != 1 || install == NULL ||
        !json_is_true(json_object_get(doc, "online")))
        return false;
    if (strcmp(install, self->install) == 0 ? !is_ahead(self, doc) : self->install[0] == '\0')
        return false;
    take_printable(who, size, install);
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
