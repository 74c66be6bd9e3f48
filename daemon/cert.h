/* daemon/cert.h - the certificates of one uplink out of its files: whom we
 * trust, who we are, what is revoked.  No clock is read here: whether a date is
 * near is the caller's to judge.  Thread: any; reads a disk. */
#ifndef RG_DAEMON_CERT_H
#define RG_DAEMON_CERT_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/diag.h"
#include "config/model.h"

enum cert_file { CERT_CA, CERT_OWN, CERT_KEY, CERT_CRL, CERT_FILES };

/* Why a file is of no use. */
enum cert_trouble {
    CERT_UNREADABLE, /* detail: the system's words */
    CERT_FORBIDDEN,  /* to this user */
    CERT_TOO_OPEN,   /* detail: its mode */
    CERT_NOT_PEM,    /* detail: what it should hold */
    CERT_ENCRYPTED,  /* nobody is there to type a passphrase */
    CERT_NOT_ITS_KEY
};

struct cert_note {
    enum cert_file file;
    enum cert_trouble what;
    const char *path;
    char detail[64];
};

struct certs {
    X509_STORE *trusted; /* with the list of revoked ones */
    X509 *own;           /* NULL: none */
    STACK_OF(X509) * chain;
    EVP_PKEY *key;
    bool has_crl;
    /* ms since 1970.  Of several in one file: that of the last one to end. */
    int64_t from_utc_ms[CERT_FILES]; /* INT64_MIN: no date */
    int64_t ends_utc_ms[CERT_FILES]; /* INT64_MAX: no date */
};

typedef void cert_found(void *ctx, const struct cert_note *n);

/* All files are looked at; each trouble is told.  RG_OK: *out is the caller's;
 * RG_EINVAL: at least one trouble; RG_ENOMEM. */
int certs_read(struct certs **out, const struct tls_conf *c, cert_found *found, void *ctx);
void certs_free(struct certs *c); /* NULL-safe; the key is wiped */
const char *certs_path(const struct tls_conf *c, enum cert_file f); /* NULL: none */
/* What is wrong with it, without its name. */
void cert_note_words(char *out, size_t size, const struct cert_note *n, enum diag_lang lang);

/* What tells a file that was replaced from the one before. */
struct cert_marks {
    struct {
        uint64_t device, inode;
        int64_t bytes, changed_ns;
    } v[CERT_FILES];
};
void cert_marks_take(struct cert_marks *out, const struct tls_conf *c);
bool cert_marks_same(const struct cert_marks *a, const struct cert_marks *b);

/* So long before the end a person must know of it. */
int64_t cert_lead_ms(enum cert_file f);

int64_t cert_time_ms(const ASN1_TIME *t); /* INT64_MAX when it can't be read */
/* "2026-05-01", by the calendar of UTC. */
void cert_date(char out[16], int64_t utc_ms);

#endif
