#include "daemon/tls_reason.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "daemon/cert.h"

#define NAME_MAX_SHOWN 40

/* --- whose certificate it is --- */

/* A stranger wrote it: what could break a log line or a terminal does not pass. */
static void keep_printable(char *out, size_t size, const unsigned char *s, int len)
{
    size_t n = 0;

    for (int i = 0; i < len && n + 1 < size; i++)
        out[n++] = s[i] > ' ' && s[i] < 0x7F && s[i] != '"' && s[i] != '\\' ? (char)s[i] : '?';
    out[n] = '\0';
}

static bool take_name(char *out, size_t size, const GENERAL_NAME *name)
{
    const ASN1_STRING *s = name->type == GEN_DNS ? name->d.dNSName : NULL;

    if (name->type == GEN_IPADD && name->d.iPAddress->length == 4) {
        const unsigned char *a = name->d.iPAddress->data;
        snprintf(out, size, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
    } else if (s != NULL) {
        keep_printable(out, size, ASN1_STRING_get0_data(s), ASN1_STRING_length(s));
    }
    return out[0] != '\0';
}

static void common_name(char *out, size_t size, X509 *cert)
{
    X509_NAME *subject = X509_get_subject_name(cert);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    const ASN1_STRING *s =
        at < 0 ? NULL : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));

    if (s != NULL)
        keep_printable(out, size, ASN1_STRING_get0_data(s), ASN1_STRING_length(s));
}

/* The first name that it is for. */
static void first_name(char *out, size_t size, X509 *cert)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    bool is_found = false;

    out[0] = '\0';
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && !is_found; i++)
        is_found = take_name(out, size, sk_GENERAL_NAME_value(names, i));
    GENERAL_NAMES_free(names);
    if (!is_found)
        common_name(out, size, cert);
    if (out[0] == '\0')
        snprintf(out, size, "nobody");
}

/* --- the chain --- */

/* What stands behind the words. */
enum fill { FILL_NONE, FILL_FROM, FILL_ENDS, FILL_HOST };

static const struct {
    int err;
    const char *own, *above; /* of the broker's own certificate, of one above it */
    enum fill fill;
} rows[] = {
    { X509_V_ERR_CERT_HAS_EXPIRED, "the broker's certificate expired on ",
      "a CA of the broker's certificate expired on ", FILL_ENDS },
    { X509_V_ERR_CERT_NOT_YET_VALID, "look at the clocks: the broker's certificate begins on ",
      "look at the clocks: a CA of the broker's certificate begins on ", FILL_FROM },
    { X509_V_ERR_HOSTNAME_MISMATCH, "wrong host: the broker's certificate is for ", NULL,
      FILL_HOST },
    { X509_V_ERR_IP_ADDRESS_MISMATCH, "wrong host: the broker's certificate is for ", NULL,
      FILL_HOST },
    { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      "the broker's certificate is self-signed, and not in tls.ca", NULL, FILL_NONE },
    { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
      "unknown CA: the broker's certificate comes from none in tls.ca",
      "unknown CA: the broker's certificate comes from none in tls.ca", FILL_NONE },
    { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
      "unknown CA: the broker's certificate comes from none in tls.ca",
      "unknown CA: the broker's chain ends in none of tls.ca", FILL_NONE },
    { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      "unknown CA: the broker's certificate comes from none in tls.ca",
      "unknown CA: the broker's chain ends in none of tls.ca", FILL_NONE },
    { X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
      "unknown CA: the broker's certificate comes from none in tls.ca", NULL, FILL_NONE },
    { X509_V_ERR_CERT_SIGNATURE_FAILURE, "the signature of the broker's certificate is wrong",
      "the signature of a CA of the broker's certificate is wrong", FILL_NONE },
    { X509_V_ERR_CERT_REVOKED, "the broker's certificate is revoked",
      "a CA of the broker's certificate is revoked", FILL_NONE },
    { X509_V_ERR_UNABLE_TO_GET_CRL, "tls.crl has no list of the CA that signed for the broker",
      NULL, FILL_NONE },
    { X509_V_ERR_CRL_HAS_EXPIRED, "the list in tls.crl is out of date: fetch a new one",
      "the list in tls.crl is out of date: fetch a new one", FILL_NONE },
    { X509_V_ERR_CRL_NOT_YET_VALID, "look at the clocks: the list in tls.crl is not valid yet",
      "look at the clocks: the list in tls.crl is not valid yet", FILL_NONE },
    { X509_V_ERR_CRL_SIGNATURE_FAILURE, "the signature of the list in tls.crl is wrong",
      "the signature of the list in tls.crl is wrong", FILL_NONE },
    { X509_V_ERR_EE_KEY_TOO_SMALL, "the key of the broker's certificate is too short", NULL,
      FILL_NONE },
    { X509_V_ERR_CA_KEY_TOO_SMALL, "the key of a CA of the broker's certificate is too short",
      "the key of a CA of the broker's certificate is too short", FILL_NONE },
    { X509_V_ERR_CA_MD_TOO_WEAK, "the broker's certificate is signed with a weak digest",
      "a CA of the broker's certificate is signed with a weak digest", FILL_NONE },
    { X509_V_ERR_INVALID_PURPOSE, "the broker's certificate is not one for a server",
      "a CA of the broker's certificate is not one for CAs", FILL_NONE },
    { X509_V_ERR_INVALID_CA, "a CA of the broker's certificate is none",
      "a CA of the broker's certificate is none", FILL_NONE },
};

static void add_filling(char out[TLS_REASON_MAX], enum fill fill, X509 *cert, const char *host)
{
    size_t n = strlen(out);
    char name[NAME_MAX_SHOWN], date[16];

    if (fill == FILL_NONE || cert == NULL)
        return;
    if (fill == FILL_HOST) {
        first_name(name, sizeof name, cert);
        snprintf(out + n, TLS_REASON_MAX - n, "%s, not %s", name, host);
        return;
    }
    cert_date(date, cert_time_ms(fill == FILL_FROM ? X509_get0_notBefore(cert)
                                                   : X509_get0_notAfter(cert)));
    snprintf(out + n, TLS_REASON_MAX - n, "%s", date);
}

void tls_reason_of_chain(char out[TLS_REASON_MAX], int err, int depth, X509 *cert, const char *host)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].err != err)
            continue;
        snprintf(out, TLS_REASON_MAX, "%s",
                 depth > 0 && rows[i].above != NULL ? rows[i].above : rows[i].own);
        add_filling(out, rows[i].fill, cert, host);
        return;
    }
    snprintf(out, TLS_REASON_MAX, "the broker's certificate: %s",
             X509_verify_cert_error_string(err));
}

/* --- alerts --- */

bool tls_reason_of_alert(char out[TLS_REASON_MAX], int code, bool by_broker)
{
    static const struct {
        int code;
        bool by_broker;
        const char *text;
    } alerts[] = {
        { SSL_AD_PROTOCOL_VERSION, false, "the broker speaks only TLS older than 1.2" },
        { SSL_AD_PROTOCOL_VERSION, true, "the broker speaks only TLS older than 1.2" },
        { SSL_AD_HANDSHAKE_FAILURE, true,
          "the broker finds no common way to encrypt, or wants "
          "our certificate" },
        { SSL_AD_INSUFFICIENT_SECURITY, true, "the broker wants stronger encryption" },
        { SSL_AD_BAD_CERTIFICATE, true, "the broker does not accept our certificate" },
        { SSL_AD_UNSUPPORTED_CERTIFICATE, true,
          "the broker does not accept our certificate's "
          "kind" },
        { SSL_AD_CERTIFICATE_REVOKED, true, "the broker says that our certificate is revoked" },
        { SSL_AD_CERTIFICATE_EXPIRED, true, "the broker says that our certificate has expired" },
        { SSL_AD_CERTIFICATE_UNKNOWN, true, "the broker does not accept our certificate" },
        { SSL_AD_UNKNOWN_CA, true, "the broker does not know the CA of our certificate" },
        { SSL_AD_ACCESS_DENIED, true, "the broker denies access to our certificate" },
        { SSL_AD_UNRECOGNIZED_NAME, true, "the broker does not know the host name" },
        { SSL_AD_CERTIFICATE_REQUIRED, true,
          "the broker wants a certificate of ours: tls.cert, "
          "tls.key" },
    };

    for (size_t i = 0; i < sizeof alerts / sizeof alerts[0]; i++)
        if (alerts[i].code == code && alerts[i].by_broker == by_broker) {
            snprintf(out, TLS_REASON_MAX, "%s", alerts[i].text);
            return true;
        }
    return false;
}
