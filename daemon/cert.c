#include "daemon/cert.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "config/err.h"
#include "daemon/secret.h"

#define DAY_MS   (24 * 3600 * INT64_C(1000))
#define FILE_MAX (4u << 20) /* a bundle of all public CAs has 0.2 MB, a long list 2 MB */

struct reading {
    struct certs *certs;
    const struct tls_conf *conf;
    cert_found *found;
    void *ctx;
    bool is_bad;
};

const char *certs_path(const struct tls_conf *c, enum cert_file f)
{
    const char *const paths[] = {
        [CERT_CA] = c->ca, [CERT_OWN] = c->cert, [CERT_KEY] = c->key, [CERT_CRL] = c->crl
    };

    return paths[f];
}

static void tell(struct reading *r, enum cert_file f, enum cert_trouble what, const char *detail)
{
    struct cert_note n = { .file = f, .what = what, .path = certs_path(r->conf, f) };

    snprintf(n.detail, sizeof n.detail, "%s", detail);
    r->is_bad = true;
    r->found(r->ctx, &n);
}

void cert_note_words(char *out, size_t size, const struct cert_note *n, enum diag_lang lang)
{
    static const struct {
        const char *before[2], *after[2];
    } rows[] = {
        [CERT_UNREADABLE] = { { "无法读取，", "" }, { "", "" } },
        [CERT_FORBIDDEN] = { { "无权读取，", "" }, { "", "" } },
        [CERT_TOO_OPEN] = { { "其他用户可以读取，权限为 ", "others may read it, mode " },
                            { "：chmod 600", ": chmod 600" } },
        [CERT_NOT_PEM] = { { "不是 PEM 文件，应含 ", "no PEM file with " }, { "", "" } },
        [CERT_ENCRYPTED] = { { "已加密，没有人能输入口令", "encrypted: nobody can type its "
                                                           "passphrase" },
                             { "", "" } },
        [CERT_NOT_ITS_KEY] = { { "不是该证书的私钥", "not the key of the certificate" },
                               { "", "" } },
    };

    snprintf(out, size, "%s%s%s", rows[n->what].before[lang], n->detail, rows[n->what].after[lang]);
}

/* --- dates --- */

int64_t cert_time_ms(const ASN1_TIME *t)
{
    struct tm tm = { .tm_sec = 0 };

    return t != NULL && ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) * 1000 : INT64_MAX;
}

void cert_date(char out[16], int64_t utc_ms)
{
    time_t s = (time_t)(utc_ms / 1000);
    struct tm tm;

    if (gmtime_r(&s, &tm) == NULL || strftime(out, 16, "%Y-%m-%d", &tm) == 0)
        snprintf(out, 16, "?");
}

/* Source: the published contract, sys/cert.  A list of revoked ones lives days
 * and is fetched by a program. */
int64_t cert_lead_ms(enum cert_file f)
{
    return (f == CERT_CRL ? 1 : 30) * DAY_MS;
}

/* Old and new root stand in one file while they change: the last end counts. */
static void note_dates(struct certs *c, enum cert_file f, const ASN1_TIME *from,
                       const ASN1_TIME *ends)
{
    int64_t ends_ms = cert_time_ms(ends);

    if (c->ends_utc_ms[f] != INT64_MAX && ends_ms <= c->ends_utc_ms[f])
        return;
    c->from_utc_ms[f] = cert_time_ms(from);
    c->ends_utc_ms[f] = ends_ms;
}

/* --- one file --- */

/* NULL: none, or told. */
static BIO *open_file(struct reading *r, enum cert_file f, char **text, size_t *len)
{
    const char *path = certs_path(r->conf, f);
    enum secret_kind kind = f == CERT_KEY ? SECRET_PRIVATE : SECRET_PUBLIC;
    char why[64] = "";

    if (path == NULL)
        return NULL;
    errno = 0;
    int err = secret_load(path, kind, FILE_MAX, text, len, why, sizeof why);
    int saved = errno;
    if (err == RG_OK)
        return BIO_new_mem_buf(*text, (int)*len);
    tell(r, f,
         err == RG_EPERM   ? CERT_TOO_OPEN
         : saved == EACCES ? CERT_FORBIDDEN
                           : CERT_UNREADABLE,
         why);
    return NULL;
}

/* Reading stopped since there is no more, not in the midst of something. */
static bool is_whole(void)
{
    unsigned long last = ERR_peek_last_error();

    return ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
}

static void read_authorities(struct reading *r, BIO *from)
{
    size_t n = 0;
    X509 *x;

    for (; (x = PEM_read_bio_X509_AUX(from, NULL, NULL, NULL)) != NULL; n++) {
        X509_STORE_add_cert(r->certs->trusted, x);
        note_dates(r->certs, CERT_CA, X509_get0_notBefore(x), X509_get0_notAfter(x));
        X509_free(x);
    }
    if (n == 0 || !is_whole())
        tell(r, CERT_CA, CERT_NOT_PEM, "CERTIFICATE");
}

static void read_own(struct reading *r, BIO *from)
{
    struct certs *c = r->certs;
    X509 *x;

    c->own = PEM_read_bio_X509_AUX(from, NULL, NULL, NULL);
    c->chain = sk_X509_new_null();
    if (c->own == NULL || c->chain == NULL) {
        tell(r, CERT_OWN, CERT_NOT_PEM, "CERTIFICATE");
        return;
    }
    note_dates(c, CERT_OWN, X509_get0_notBefore(c->own), X509_get0_notAfter(c->own));
    while ((x = PEM_read_bio_X509(from, NULL, NULL, NULL)) != NULL)
        if (sk_X509_push(c->chain, x) == 0)
            X509_free(x);
    if (!is_whole())
        tell(r, CERT_OWN, CERT_NOT_PEM, "CERTIFICATE (whole)");
}

/* Instead of OpenSSL's question on the terminal. */
static int no_passphrase(char *to, int size, int is_writing, void *asked)
{
    (void)to;
    (void)size;
    (void)is_writing;
    *(bool *)asked = true;
    return -1;
}

static void read_key(struct reading *r, BIO *from)
{
    bool is_encrypted = false;

    r->certs->key = PEM_read_bio_PrivateKey(from, NULL, no_passphrase, &is_encrypted);
    if (r->certs->key == NULL)
        tell(r, CERT_KEY, is_encrypted ? CERT_ENCRYPTED : CERT_NOT_PEM,
             is_encrypted ? "" : "PRIVATE KEY");
}

static void read_revoked(struct reading *r, BIO *from)
{
    X509_CRL *list;
    size_t n = 0;

    for (; (list = PEM_read_bio_X509_CRL(from, NULL, NULL, NULL)) != NULL; n++) {
        X509_STORE_add_crl(r->certs->trusted, list);
        note_dates(r->certs, CERT_CRL, X509_CRL_get0_lastUpdate(list),
                   X509_CRL_get0_nextUpdate(list));
        X509_CRL_free(list);
    }
    r->certs->has_crl = n > 0;
    if (n == 0 || !is_whole())
        tell(r, CERT_CRL, CERT_NOT_PEM, "X509 CRL");
}

static void (*const readers[CERT_FILES])(struct reading *r, BIO *from) = {
    [CERT_CA] = read_authorities,
    [CERT_OWN] = read_own,
    [CERT_KEY] = read_key,
    [CERT_CRL] = read_revoked,
};

static void read_file(struct reading *r, enum cert_file f)
{
    char *text = NULL;
    size_t len = 0;
    BIO *from = open_file(r, f, &text, &len);

    ERR_clear_error(); /* the end of a file is one too */
    if (from != NULL)
        readers[f](r, from);
    BIO_free(from);
    secret_free(text, len);
}

/* --- all of them --- */

static struct certs *make(void)
{
    struct certs *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    for (int f = 0; f < CERT_FILES; f++) {
        c->from_utc_ms[f] = INT64_MIN;
        c->ends_utc_ms[f] = INT64_MAX;
    }
    c->trusted = X509_STORE_new();
    if (c->trusted != NULL)
        return c;
    free(c);
    return NULL;
}

int certs_read(struct certs **out, const struct tls_conf *c, cert_found *found, void *ctx)
{
    struct reading r = { .certs = make(), .conf = c, .found = found, .ctx = ctx };

    if (r.certs == NULL)
        return RG_ENOMEM;
    for (int f = 0; f < CERT_FILES; f++)
        read_file(&r, (enum cert_file)f);
    if (r.certs->own != NULL && r.certs->key != NULL &&
        X509_check_private_key(r.certs->own, r.certs->key) != 1)
        tell(&r, CERT_KEY, CERT_NOT_ITS_KEY, "");
    ERR_clear_error();
    if (r.is_bad) {
        certs_free(r.certs);
        return RG_EINVAL;
    }
    *out = r.certs;
    return RG_OK;
}

void certs_free(struct certs *c)
{
    if (c == NULL)
        return;
    X509_STORE_free(c->trusted);
    X509_free(c->own);
    sk_X509_pop_free(c->chain, X509_free);
    EVP_PKEY_free(c->key);
    free(c);
}

/* --- renewal --- */

void cert_marks_take(struct cert_marks *out, const struct tls_conf *c)
{
    struct stat st;

    *out = (struct cert_marks){ .v[0].bytes = 0 };
    for (int f = 0; f < CERT_FILES; f++) {
        const char *path = certs_path(c, (enum cert_file)f);

        if (path == NULL || stat(path, &st) != 0)
            continue;
        out->v[f].device = st.st_dev;
        out->v[f].inode = st.st_ino;
        out->v[f].bytes = st.st_size;
        out->v[f].changed_ns = (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
    }
}

bool cert_marks_same(const struct cert_marks *a, const struct cert_marks *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
