/* Bytes as a configuration: never a crash, never a plant beside an error, never
 * a refusal without a finding. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/config_rig.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(int holds)
{
    if (!holds)
        abort();
}

static void print_all(const struct diag_list *found)
{
    static char text[1 << 16];
    FILE *to = fmemopen(text, sizeof text, "w");

    for (int lang = 0; to != NULL && lang < 2; lang++)
        diag_print(to, found, "p.yaml", (enum diag_lang)lang);
    if (to != NULL)
        fclose(to);
}

static void demand_places(const struct diag_list *found)
{
    for (size_t i = 0; i < found->n; i++)
        demand(found->v[i].line >= 1 && found->v[i].col >= 1 && found->v[i].width >= 1 &&
               found->v[i].file[0] != '\0' && found->v[i].text[DIAG_EN][0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *text = malloc(len + 1);
    struct diag_list found;
    struct plant *p = NULL;

    if (text == NULL || len == 0) {
        free(text);
        return 0;
    }
    memcpy(text, bytes, len);
    text[len] = '\0';
    int err = load_bytes(&p, text, len, &found);
    demand(err == RG_OK ? p != NULL && found.errors == 0 : p == NULL && found.errors > 0);
    demand_places(&found);
    print_all(&found);
    plant_free(p);
    diag_fini(&found);
    free(text);
    return 0;
}
