/* tests/sim/world/letters.h - a growing list of MQTT messages. */
#ifndef RG_TESTS_SIM_WORLD_LETTERS_H
#define RG_TESTS_SIM_WORLD_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

struct letter {
    char topic[128];
    char *body; /* malloc'd, ends with a zero byte beyond len */
    size_t len;
    bool retain;
};

struct letters {
    struct letter *v;
    size_t n, size;
};

struct letter letter_make(const char *topic, const char *body, size_t len, bool retain);
void letters_add(struct letters *l, const struct letter *one); /* takes the body over */
void letters_copy(struct letters *to, const struct letters *from);
struct letter letters_first(struct letters *l); /* taken out, the caller's */
void letters_clear(struct letters *l);
void letters_fini(struct letters *l);

#endif
