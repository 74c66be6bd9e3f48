#include "daemon/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static void add_file(EVP_MD_CTX *md, const struct source_file *f)
{
    char head[32];
    int n = snprintf(head, sizeof head, "\n%zu\n", f->len);

    EVP_DigestUpdate(md, f->name, strlen(f->name));
    EVP_DigestUpdate(md, head, (size_t)n);
    EVP_DigestUpdate(md, f->text, f->len);
}

void digest_plant(const struct plant *p, char out[17])
{
    unsigned char sum[EVP_MAX_MD_SIZE] = { 0 };
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    if (md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1) {
        for (size_t i = 0; i < p->n_files; i++)
            add_file(md, &p->files[i]);
        EVP_DigestFinal_ex(md, sum, NULL);
    }
    EVP_MD_CTX_free(md);
    for (size_t i = 0; i < 8; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
}
