/* Who the broker is, is judged here and not by paho (1.3.12).  Paho knows it by
 * the address that we looked up, so it would check the certificate against that
 * and send it as the server's name; it knows no list of revoked certificates;
 * it ignores sslVersion with this OpenSSL and lowers the security level.  So
 * its own options trust nobody at all, and every SSL object that it makes is
 * given, at the start of its handshake, what the uplink's configuration says.
 * Should that ever not happen, then no connection comes to be.
 *
 * The way in is OpenSSL's own: an index of application data has a function that
 * is called for each new SSL.  Which uplink it is for says the address that its
 * socket is connected to, since no two attempts are on their way to one. */
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "config/err.h"
#include "daemon/clock.h"
#include "daemon/sink_paho.h"
#include "daemon/tls_reason.h"

#define SECURITY_LEVEL                                                                             \
    2 /* 112 bits: RSA from 2048, no SHA-1.  Source: SSL_CTX_set_security_level(3) */
#define ALERT_CODE 0xFF

/* Of the application data that leads from an SSL to its sink.  Set on the sink
 * thread before the first SSL is made. */
static int ssl_index = -1;

static struct sink *sink_of(const SSL *ssl)
{
    return SSL_get_ex_data(ssl, ssl_index);
}

/* --- what goes wrong: the first word is the cause, the rest follows from it --- */

static void note_why(struct sink *s, const char *why)
{
    sink_lock();
    if (s->tls.why[0] == '\0')
        snprintf(s->tls.why, sizeof s->tls.why, "%s", why);
    sink_unlock();
}

/* With TLS 1.3 the broker judges our certificate when we are through and have
 * sent CONNECT: its alert is lost when it closes with that unread. */
static const char *closed_before_connack(const struct sink *s)
{
    return s->uplink->tls.cert == NULL
               ? "the broker hung up after the TLS handshake: does it want a certificate of ours?"
               : "the broker hung up after the TLS handshake: does it accept our certificate?";
}

const char *sink_tls_why(const struct sink *s, bool *is_refusal)
{
    *is_refusal = s->tls.why[0] != '\0' || (s->tls.is_matched && !s->tls.is_done);
    if (s->tls.why[0] != '\0')
        return s->tls.why;
    if (*is_refusal)
        return "no TLS handshake with the broker: is this its TLS port?";
    return s->tls.is_done && !s->fate.is_connected ? closed_before_connack(s) : "";
}

/* A chain is as good as its links: without the list of one that is further up
 * only those below are looked for.  The broker's own must have one. */
static bool is_tolerated(int err, int depth)
{
    return err == X509_V_ERR_UNABLE_TO_GET_CRL && depth > 0;
}

static int on_verify(int is_good, X509_STORE_CTX *ctx)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
    int err = X509_STORE_CTX_get_error(ctx), depth = X509_STORE_CTX_get_error_depth(ctx);
    struct sink *s = sink_of(ssl);
    char why[TLS_REASON_MAX];

    if (is_good == 1)
        return 1;
    if (is_tolerated(err, depth)) {
        X509_STORE_CTX_set_error(ctx, X509_V_OK);
        return 1;
    }
    tls_reason_of_chain(why, err, depth, X509_STORE_CTX_get_current_cert(ctx), s->uplink->host);
    note_why(s, why);
    return 0;
}

/* --- which certificate needs a person first --- */

struct ends {
    int64_t due_utc_ms, ends_utc_ms;
    char what[TLS_REASON_MAX];
};

static void tell_news(struct sink *s, const struct ends *e)
{
    sink_lock();
    s->tls.is_news |= e->due_utc_ms != s->tls.due_utc_ms || strcmp(e->what, s->tls.what) != 0;
    s->tls.due_utc_ms = e->due_utc_ms;
    s->tls.ends_utc_ms = e->ends_utc_ms;
    snprintf(s->tls.what, sizeof s->tls.what, "%s", e->what);
    uv_async_send(&s->async);
    sink_unlock();
}

static void end_of(struct ends *first, const char *what, int64_t ends_ms, int64_t lead_ms)
{
    char date[16];

    if (ends_ms == INT64_MAX || ends_ms - lead_ms >= first->due_utc_ms)
        return;
    first->due_utc_ms = ends_ms - lead_ms;
    first->ends_utc_ms = ends_ms;
    cert_date(date, ends_ms);
    snprintf(first->what, sizeof first->what, "%s ends on %s", what, date);
}

/* The CA that the broker's certificate hangs on: of all that a bundle may hold
 * it alone counts. */
static int64_t end_of_authorities(const SSL *ssl)
{
    STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
    int64_t ends_ms = INT64_MAX;

    for (int i = 1; i < sk_X509_num(chain); i++) {
        int64_t ms = cert_time_ms(X509_get0_notAfter(sk_X509_value(chain, i)));
        ends_ms = ms < ends_ms ? ms : ends_ms;
    }
    return ends_ms;
}

static void note_ends(struct sink *s, const struct certs *c)
{
    struct ends first = { INT64_MAX, INT64_MAX, "nothing ends" };

    sink_lock();
    int64_t chain_ends_ms = s->tls.chain_ends_ms;
    sink_unlock();
    for (int f = 0; f < CERT_FILES; f++) {
        bool is_chain = f == CERT_CA && chain_ends_ms != 0;
        end_of(&first,
               is_chain ? "a CA of the broker's certificate"
                        : certs_path(&s->uplink->tls, (enum cert_file)f),
               is_chain ? chain_ends_ms : c->ends_utc_ms[f], cert_lead_ms((enum cert_file)f));
    }
    tell_news(s, &first);
}

/* --- what a connection must be --- */

static bool is_address(const char *host)
{
    struct sockaddr_in a4;
    struct sockaddr_in6 a6;

    return uv_ip4_addr(host, 0, &a4) == 0 || uv_ip6_addr(host, 0, &a6) == 0;
}

static bool want_host(SSL *ssl, const char *host)
{
    if (is_address(host)) /* it is no server name.  Source: RFC 6066, 3 */
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1 &&
               SSL_set_tlsext_host_name(ssl, NULL) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

static bool show_own(SSL *ssl, const struct certs *c)
{
    return c->own == NULL || SSL_use_cert_and_key(ssl, c->own, c->key, c->chain, 1) == 1;
}

static bool trust(SSL *ssl, const struct certs *c)
{
    unsigned long flags = c->has_crl ? X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL : 0;

    SSL_set_security_level(ssl, SECURITY_LEVEL);
    return SSL_set_min_proto_version(ssl, TLS1_2_VERSION) == 1 &&
           SSL_set1_verify_cert_store(ssl, c->trusted) == 1 &&
           X509_VERIFY_PARAM_set_flags(SSL_get0_param(ssl), flags) == 1;
}

static void govern(SSL *ssl, struct sink *s)
{
    const struct certs *c = s->tls.certs;

    SSL_set_ex_data(ssl, ssl_index, s);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, on_verify);
    if (trust(ssl, c) && want_host(ssl, s->uplink->host) && show_own(ssl, c))
        return;
    note_why(s, "no memory for TLS");
    SSL_set1_verify_cert_store(ssl, NULL); /* paho's own holds nobody */
}

/* --- what OpenSSL tells: paho's threads --- */

static struct sink *match(const SSL *ssl)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    char uri[SINK_URI_MAX];
    struct sink *s;

    if (getpeername(SSL_get_fd(ssl), (struct sockaddr *)&at, &len) != 0 ||
        !sink_uri(uri, "ssl", (struct sockaddr *)&at))
        return NULL;
    sink_lock();
    s = sink_on_the_way(uri);
    if (s != NULL)
        s->tls.is_matched = true;
    sink_unlock();
    return s;
}

static void began(SSL *ssl)
{
    struct sink *s = match(ssl);

    if (s != NULL)
        govern(ssl, s);
}

/* TLS 1.3 says it again for each ticket. */
static void done(const SSL *ssl, struct sink *s)
{
    sink_lock();
    bool is_first = !s->tls.is_done;
    s->tls.is_done = true;
    s->tls.chain_ends_ms = end_of_authorities(ssl);
    sink_unlock();
    if (is_first)
        note_ends(s, s->tls.certs);
}

static void alerted(struct sink *s, int where, int code)
{
    char why[TLS_REASON_MAX];

    if (tls_reason_of_alert(why, code & ALERT_CODE, (where & SSL_CB_READ) != 0))
        note_why(s, why);
}

static void on_info(const SSL *ssl, int where, int value)
{
    struct sink *s = sink_of(ssl);

    if ((where & SSL_CB_HANDSHAKE_START) != 0 && s == NULL)
        began((SSL *)(uintptr_t)ssl);
    else if ((where & SSL_CB_HANDSHAKE_DONE) != 0 && s != NULL)
        done(ssl, s);
    else if ((where & SSL_CB_ALERT) != 0 && s != NULL)
        alerted(s, where, value);
}

static void on_new(void *parent, void *ptr, CRYPTO_EX_DATA *data, int index, long arg, void *argp)
{
    (void)ptr;
    (void)data;
    (void)index;
    (void)arg;
    (void)argp;
    SSL_set_info_callback(parent, on_info);
}

/* --- the sink thread --- */

void sink_tls_options(MQTTAsync_SSLOptions *o)
{
    static const MQTTAsync_SSLOptions standard = MQTTAsync_SSLOptions_initializer;

    *o = standard;
    o->enableServerCertAuth = 1;
    o->disableDefaultTrustStore = 1;
}

static void note_first(void *ctx, const struct cert_note *n)
{
    char *why = ctx, words[80];

    if (why[0] != '\0')
        return;
    cert_note_words(words, sizeof words, n, DIAG_EN);
    snprintf(why, TLS_REASON_MAX, "%s: %s", n->path, words);
}

/* No date of a certificate means anything before the clock was set. */
static bool has_time(char why[TLS_REASON_MAX])
{
    int64_t utc_ms = clock_utc_ms();
    char date[16];

    if (utc_ms >= CLOCK_BUILD_UTC_MS)
        return true;
    cert_date(date, utc_ms);
    snprintf(why, TLS_REASON_MAX, "TLS waits for a valid time: the clock says %s", date);
    return false;
}

bool sink_tls_begin(struct sink *s)
{
    char why[TLS_REASON_MAX] = "";

    if (ssl_index < 0)
        ssl_index = SSL_get_ex_new_index(0, NULL, on_new, NULL, NULL);
    sink_lock();
    s->tls.is_matched = s->tls.is_done = false;
    s->tls.why[0] = '\0';
    sink_unlock();
    cert_marks_take(&s->tls.marks, &s->uplink->tls);
    int err = certs_read(&s->tls.certs, &s->uplink->tls, note_first, why);
    if (err == RG_OK)
        note_ends(s, s->tls.certs);
    if (err == RG_OK && has_time(why))
        return true;
    sink_over(s, err != RG_OK, 0, why[0] != '\0' ? why : "no memory for TLS");
    return false;
}

void sink_tls_end(struct sink *s)
{
    certs_free(s->tls.certs);
    s->tls.certs = NULL;
}

/* What is half renewed stays as it was, and is said. */
static void tell_trouble(struct sink *s, const char *why)
{
    struct ends now = { INT64_MIN, INT64_MAX, "" };

    snprintf(now.what, sizeof now.what, "%s", why);
    tell_news(s, &now);
}

void sink_tls_look(struct sink *s)
{
    struct certs *renewed = NULL;
    struct cert_marks marks;
    char why[TLS_REASON_MAX] = "";

    cert_marks_take(&marks, &s->uplink->tls);
    if (cert_marks_same(&marks, &s->tls.marks))
        return;
    s->tls.marks = marks;
    int err = certs_read(&renewed, &s->uplink->tls, note_first, why);
    if (err != RG_OK) {
        tell_trouble(s, why[0] != '\0' ? why : "no memory for the renewed certificates");
        return;
    }
    note_ends(s, renewed);
    certs_free(renewed);
    if (s->handle != NULL)
        sink_over(s, false, 0, "the certificates were renewed: connecting again");
}
