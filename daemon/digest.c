#include "daemon/digest.h"

#include <stdio.h>
#include <string.h>

#include "daemon/sha256.h"

static void add_file(struct sha256 *s, const struct source_file *f)
{
    char head[32];
    int n = snprintf(head, sizeof head, "\n%zu\n", f->len);

    sha256_add(s, f->name, strlen(f->name));
    sha256_add(s, head, (size_t)n);
    sha256_add(s, f->text, f->len);
}

void digest_plant(const struct plant *p, char out[17])
{
    unsigned char sum[SHA256_BYTES];
    struct sha256 s;

    sha256_init(&s);
    for (size_t i = 0; i < p->n_files; i++)
        add_file(&s, &p->files[i]);
    sha256_end(&s, sum);
    for (size_t i = 0; i < 8; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
}
