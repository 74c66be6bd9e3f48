#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/loader.h"

static void load_zone(struct loader *l, const struct fields *f)
{
    const char *s = NULL;
    unsigned h, m;
    char sign, rest;

    if (!value_text(l, f, "zone", &s) || s == NULL)
        return;
    if (sscanf(s, "%c%2u:%2u%c", &sign, &h, &m, &rest) != 3 || (sign != '+' && sign != '-') ||
        h > 14 || m > 59) {
        const struct node *n = field(f, "zone");
        report(l->d, &n->place, E_FORM, s, "+08:00", NULL);
        return;
    }
    l->plant->site.zone_min = (sign == '-' ? -1 : 1) * (int)(h * 60 + m);
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
}

static void load_store(struct loader *l, const struct fields *root)
{
    struct fields f;

    section_of(l, root, "store", SEC_STORE, &f);
    value_time(l, &f, "keep", &l->plant->keep_ms);
    value_size(l, &f, "max_size", &l->plant->max_bytes);
    value_time(l, &f, "keep_sent", &l->plant->keep_sent_ms);
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
    if (value_text(l, &f, "socket", &socket) && socket != NULL)
        l->plant->control_socket = loader_path(l, socket);
    section_of(l, root, "telemetry", SEC_TELEMETRY, &f);
    value_time(l, &f, "every", &l->plant->telemetry_every_ms);
}

static void load_address(struct loader *l, const struct node *n, struct uplink_conf *u)
{
    const char *s = n->text;
    const char *colon = strrchr(s, ':');

    if (strncmp(s, "ssl://", 6) == 0) {
        report(l->d, &n->place, E_NOT_BUILT, "ssl://", NULL, NULL);
        return;
    }
    long port = colon == NULL ? 0 : strtol(colon + 1, NULL, 10);
    if (strncmp(s, "tcp://", 6) != 0 || colon < s + 7 || port < 1 || port > 65535) {
        report(l->d, &n->place, E_FORM, s, "tcp://127.0.0.1:1883", NULL);
        return;
    }
    u->host = arena_copy(l->arena, s + 6, (size_t)(colon - s - 6));
    u->port = (uint16_t)port;
}

static void load_uplink(struct loader *l, const struct node *n, struct uplink_conf *u)
{
    static const char *const protocols[] = { "5", "3.1.1", NULL };
    static const char *const receipts[] = { "required", "none", NULL };
    const char *file = NULL;
    int64_t keepalive_ms = 10000;
    struct fields f;

    fields_read(l, &f, n, SEC_UPLINK);
    fields_require(l, &f);
    *u = (struct uplink_conf){ .protocol = 5, .receipts = true };
    value_name(l, n->key, &u->name);
    if (field(&f, "mqtt") != NULL)
        load_address(l, field(&f, "mqtt"), u);
    if (field(&f, "protocol") != NULL)
        u->protocol = value_word(l, field(&f, "protocol"), protocols) == 1 ? 4 : 5;
    if (field(&f, "receipts") != NULL)
        u->receipts = value_word(l, field(&f, "receipts"), receipts) != 1;
    value_text(l, &f, "client_id", &u->client_id);
    value_text(l, &f, "user", &u->user);
    if (value_text(l, &f, "password_file", &file) && file != NULL)
        u->password_file = loader_path(l, file);
    value_time(l, &f, "keepalive", &keepalive_ms);
    u->keepalive_s = (int)(keepalive_ms / 1000);
}

void load_uplinks(struct loader *l)
{
    struct plant *p = l->plant;

    p->uplinks = loader_take(l, PLANT_UPLINKS_MAX * sizeof *p->uplinks);
    for (size_t i = 0; p->uplinks != NULL && i < l->n_plant_files; i++) {
        const struct node *map = l->files[i].root == NULL ? NULL
                                                          : field(&l->files[i].fields, "uplinks");
        for (const struct node *n = map == NULL ? NULL : map->first; n != NULL; n = n->next) {
            if (n->kind != NODE_MAP)
                report(l->d, &n->place, E_KIND, n->key->text, "键: 值", "a map of key: value");
            else if (p->n_uplinks == PLANT_UPLINKS_MAX)
                report(l->d, &n->key->place, E_RANGE, n->key->text, "8 uplinks", NULL);
            else
                load_uplink(l, n, &p->uplinks[p->n_uplinks++]);
        }
    }
}
