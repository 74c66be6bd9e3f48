#include <stdlib.h>
#include <string.h>

#include "config/load_trace.h"
#include "config/values.h"

#define SCHEME_LEN 6 /* "tcp://" */

/* "+08:00" */
static bool read_zone(const char *s, int *minutes)
{
    static const char digits[] = "0123456789";

    if (strlen(s) != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':' ||
        strspn(s + 1, digits) != 2 || strspn(s + 4, digits) != 2)
        return false;
    long h = strtol(s + 1, NULL, 10), m = strtol(s + 4, NULL, 10);
    *minutes = (s[0] == '-' ? -1 : 1) * (int)(h * 60 + m);
    return h <= 14 && m <= 59;
}

static void load_zone(struct loader *l, const struct fields *f)
{
    const char *s = NULL;

    if (value_filled(l, f, "zone", &s) && !read_zone(s, &l->plant->site.zone_min))
        report(l->d, &field(f, "zone")->place, E_FORM, s, "\"+08:00\"", NULL);
}

/* A section's fields, or those of an empty one: its defaults. */
static void section_of(struct loader *l, const struct fields *root, const char *key, enum section s,
                       struct fields *out)
{
    const struct node *n = field(root, key);

    if (n != NULL)
        fields_read(l, out, n, s);
    else
        *out = (struct fields){ .section = s, .map = root->map };
    trace_fields(l, key, "", out);
}

static void load_store(struct loader *l, const struct fields *root)
{
    struct fields f;

    section_of(l, root, "store", SEC_STORE, &f);
    value_time(l, &f, "keep", &l->plant->keep_ms);
    value_size(l, &f, "max_size", &l->plant->max_bytes);
    value_time(l, &f, "keep_sent", &l->plant->keep_sent_ms);
    value_size(l, &f, "ring", &l->plant->ring_bytes);
}

void load_site(struct loader *l, struct file *main_file)
{
    const struct fields *root = &main_file->fields;
    struct site_conf *site = &l->plant->site;
    const char *socket = NULL;
    struct fields f;
    int64_t version;

    value_int(l, root, "version", &version);
    if (field(root, "site") != NULL) {
        section_of(l, root, "site", SEC_SITE, &f);
        fields_require(l, &f);
        if (field(&f, "ent") != NULL)
            value_name(l, field(&f, "ent"), &site->ent);
        if (field(&f, "gw") != NULL)
            value_name(l, field(&f, "gw"), &site->gw);
        value_text(l, &f, "zh", &site->name.zh);
        value_text(l, &f, "en", &site->name.en);
        load_zone(l, &f);
    }
    load_store(l, root);
    section_of(l, root, "control", SEC_CONTROL, &f);
    if (value_filled(l, &f, "socket", &socket))
        l->plant->control_socket = loader_path(l, socket);
    section_of(l, root, "shelve", SEC_SHELVE, &f);
    value_time(l, &f, "max", &l->plant->shelve.max_ms);
    value_flag(l, &f, "p1", &l->plant->shelve.p1);
    section_of(l, root, "telemetry", SEC_TELEMETRY, &f);
    value_time(l, &f, "every", &l->plant->telemetry_every_ms);
}

static bool has_scheme(const char *address, const char *scheme)
{
    return strncmp(address, scheme, SCHEME_LEN) == 0;
}

static void load_address(struct loader *l, const struct node *n, struct uplink_conf *u)
{
    static const char example[] = "tcp://127.0.0.1:1883";
    const char *s = value_scalar(l, n);

    if (s == NULL)
        return;
    if (has_scheme(s, "tcp://") || has_scheme(s, "ssl://"))
        value_endpoint(l, n, s + SCHEME_LEN, example, &u->host, &u->port);
    else
        report(l->d, &n->place, E_FORM, s, example, NULL);
}

static void load_path(struct loader *l, const struct fields *f, const char *key, const char **out)
{
    const char *file = NULL;

    if (value_filled(l, f, key, &file) && file != NULL)
        *out = loader_path(l, file);
}

static void want_both(struct loader *l, const struct fields *f, const char *key, const char *other)
{
    if (field(f, key) != NULL && !fields_excuse(f, other))
        report(l->d, &field(f, key)->key->place, E_MISSING, other, NULL, NULL);
}

struct tls_keys {
    struct loader *l;
    const struct fields *fields;
};

static void tell_cert(void *to, const char *key, enum finding f, const char *a0, const char *a1,
                      const char *a2)
{
    const struct tls_keys *k = to;

    report(k->l->d, &field(k->fields, key)->place, f, a0, a1, a2);
}

static void check_certs(struct loader *l, const struct fields *f, const struct tls_conf *tls)
{
    struct tls_keys keys = { l, f };

    if (l->reader->certs != NULL)
        l->reader->certs(l->reader->ctx, tls, tell_cert, &keys);
}

/* ssl:// without a CA would trust anybody, and tls beside tcp:// nobody. */
static void load_tls(struct loader *l, const struct fields *uplink, struct tls_conf *tls)
{
    const struct node *address = field(uplink, "mqtt"), *map = field(uplink, "tls");
    bool is_ssl = address != NULL && has_scheme(address->text, "ssl://");
    struct fields f;

    if (is_ssl && map == NULL && !fields_excuse(uplink, "tls"))
        report(l->d, &address->place, E_MISSING, "tls", NULL, NULL);
    if (map == NULL)
        return;
    if (address != NULL && has_scheme(address->text, "tcp://"))
        report(l->d, &map->key->place, E_NOT_HERE, "tls", "mqtt: 应为 ssl://",
               "it needs mqtt: ssl://");
    fields_read(l, &f, map, SEC_TLS);
    fields_require(l, &f);
    want_both(l, &f, "cert", "key");
    want_both(l, &f, "key", "cert");
    load_path(l, &f, "ca", &tls->ca);
    load_path(l, &f, "cert", &tls->cert);
    load_path(l, &f, "key", &tls->key);
    load_path(l, &f, "crl", &tls->crl);
    check_certs(l, &f, tls);
}

static void check_secret(struct loader *l, const struct node *n, const char *path)
{
    char why[300];

    if (l->reader->secret == NULL || path == NULL)
        return;
    int err = l->reader->secret(l->reader->ctx, path, why, sizeof why);
    if (err != RG_OK)
        report(l->d, &n->place, err == RG_EPERM ? W_SECRET : E_SECRET, why, NULL, NULL);
}

static void load_uplink(struct loader *l, const struct node *n)
{
    static const char *const protocols[] = { "5", "3.1.1", NULL };
    static const char *const receipts[] = { "required", "none", NULL };
    struct uplink_conf *u = &l->plant->uplinks[l->plant->n_uplinks];
    int64_t keepalive_ms = 10000;
    struct fields f;

    if (l->plant->n_uplinks == PLANT_UPLINKS_MAX) {
        report(l->d, &n->key->place, E_RANGE, n->key->text, "8 uplinks", NULL);
        return;
    }
    fields_read(l, &f, n, SEC_UPLINK);
    trace_fields(l, "uplinks", n->key->text, &f);
    fields_require(l, &f);
    *u = (struct uplink_conf){ .protocol = 5, .receipts = true };
    if (value_name(l, n->key, &u->name) &&
        loader_name(l, names_of_uplinks, u->name, n->key, E_TAKEN))
        l->plant->n_uplinks++;
    if (field(&f, "mqtt") != NULL)
        load_address(l, field(&f, "mqtt"), u);
    if (field(&f, "protocol") != NULL)
        u->protocol = value_word(l, field(&f, "protocol"), protocols) == 1 ? 4 : 5;
    if (field(&f, "receipts") != NULL)
        u->receipts = value_word(l, field(&f, "receipts"), receipts) != 1;
    value_filled(l, &f, "client_id", &u->client_id);
    value_text(l, &f, "user", &u->user);
    load_path(l, &f, "password_file", &u->password_file);
    check_secret(l, field(&f, "password_file"), u->password_file);
    load_tls(l, &f, &u->tls);
    value_time(l, &f, "keepalive", &keepalive_ms);
    u->keepalive_s = (int)(keepalive_ms / 1000);
}

void load_uplinks(struct loader *l)
{
    l->plant->uplinks = loader_take(l, PLANT_UPLINKS_MAX * sizeof *l->plant->uplinks);
    if (l->plant->uplinks != NULL)
        fields_each(l, "uplinks", load_uplink);
}
