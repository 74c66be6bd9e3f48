#include "daemon/check_cert.h"

#include "config/err.h"
#include "daemon/cert.h"
#include "daemon/clock.h"

static const char *const keys[CERT_FILES] = {
    [CERT_CA] = "ca", [CERT_OWN] = "cert", [CERT_KEY] = "key", [CERT_CRL] = "crl"
};

struct telling {
    cert_finding *tell;
    void *to;
};

static void found(void *ctx, const struct cert_note *n)
{
    const struct telling *t = ctx;
    char zh[128], en[128];

    cert_note_words(zh, sizeof zh, n, DIAG_ZH);
    cert_note_words(en, sizeof en, n, DIAG_EN);
    t->tell(t->to, keys[n->file], n->what == CERT_FORBIDDEN ? W_CERT_UNSEEN : E_CERT, n->path, zh,
            en);
}

static void judge_dates(const struct telling *t, const struct tls_conf *tls, const struct certs *c,
                        enum cert_file f, int64_t utc_ms)
{
    int64_t from_ms = c->from_utc_ms[f], ends_ms = c->ends_utc_ms[f];
    const char *path = certs_path(tls, f);
    char from[16], ends[16];

    cert_date(from, from_ms);
    cert_date(ends, ends_ms);
    if (utc_ms < from_ms)
        t->tell(t->to, keys[f], E_CERT_EARLY, path, from, NULL);
    else if (utc_ms >= ends_ms)
        t->tell(t->to, keys[f], E_CERT_ENDED, path, ends, NULL);
    else if (ends_ms - utc_ms <= cert_lead_ms(f))
        t->tell(t->to, keys[f], W_CERT_ENDS, path, ends, NULL);
}

void check_certs(void *ctx, const struct tls_conf *tls, cert_finding *tell, void *to)
{
    struct telling t = { tell, to };
    struct certs *c = NULL;

    (void)ctx;
    if (certs_read(&c, tls, found, &t) != RG_OK)
        return;
    for (int f = 0; f < CERT_FILES; f++)
        judge_dates(&t, tls, c, (enum cert_file)f, clock_utc_ms());
    certs_free(c);
}
