#include "tests/unit/config_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                                       \
    "version: 1\n"                                                                                 \
    "site: {ent: \"140521000001\", gw: \"01\"}\n"
#define BUS  "buses: {b1: {tcp: \"127.0.0.1:502\"}}\n"
#define AREA "areas: {a1: {zh: 一区, basis: 本厂规定 1, do: 撤离}}\n"

const char frame_root[] = HEAD BUS AREA "%s\n";
const char frame_bus[] = HEAD "buses:\n  b1: {%s}\n";
const char frame_point[] =
    HEAD BUS AREA "points:\n"
                  "  - {id: p1, bus: b1, area: a1, unit_id: 1, every: 1s, county: c1, "
                  "read: {fc: 3, address: 0, type: u16}, unit: ppm, range: 0 ppm .. 1000 ppm,\n"
                  "     %s}\n";
const char frame_limits[] = HEAD BUS AREA
    "points:\n"
    "  - {id: p1, bus: b1, area: a1, unit_id: 1, every: 1s, county: c1, "
    "read: {fc: 3, address: 0, type: u16}, unit: ppm, range: 0 ppm .. 1000 ppm, limits: {\n"
    "     %s}}\n";
const char frame_read[] =
    HEAD BUS AREA "points:\n"
                  "  - {id: p1, bus: b1, area: a1, unit_id: 1, every: 1s, county: c1,\n"
                  "     read: {%s}}\n";

int read_memory(void *ctx, const char *path, char **text, size_t *len)
{
    const struct memory_files *files = ctx;

    for (size_t i = 0; i < files->n; i++) {
        const struct memory_file *f = &files->v[i];
        if (strcmp(f->path, path) != 0)
            continue;
        *len = f->len > 0 ? f->len : strlen(f->text); /* an empty file is "" */
        *text = malloc(*len + 1);
        if (*text == NULL)
            return RG_ENOMEM;
        memcpy(*text, f->text, *len);
        (*text)[*len] = '\0';
        return RG_OK;
    }
    return RG_ENOENT;
}

static int memory_secret(void *ctx, const char *path, char *why, size_t size)
{
    (void)ctx;
    snprintf(why, size, "%s", path);
    return strcmp(path, "not-mine") == 0       ? RG_EPERM
           : strcmp(path, "secrets/city") == 0 ? RG_OK
                                               : RG_EIO;
}

/* Certificates are as good as their file's name. */
static void memory_certs(void *ctx, const struct tls_conf *tls, cert_finding *tell, void *to)
{
    static const struct {
        const char *path;
        enum finding finding;
    } rows[] = { { "missing.pem", E_CERT },
                 { "ended.pem", E_CERT_ENDED },
                 { "early.pem", E_CERT_EARLY },
                 { "ending.pem", W_CERT_ENDS },
                 { "unseen.pem", W_CERT_UNSEEN } };

    (void)ctx;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (tls->ca != NULL && strcmp(tls->ca, rows[i].path) == 0)
            tell(to, "ca", rows[i].finding, tls->ca, "2026-05-01", "");
        if (tls->crl != NULL && strcmp(tls->crl, rows[i].path) == 0)
            tell(to, "crl", rows[i].finding, tls->crl, "2026-05-01", "");
    }
}

int load_memory(struct plant **plant, struct memory_files *files, struct diag_list *found)
{
    const struct file_reader reader = { files, read_memory, memory_secret, memory_certs };

    diag_init(found);
    return plant_load(plant, "p.yaml", &reader, found);
}

int load_text(struct plant **plant, const char *text, struct diag_list *found)
{
    return load_bytes(plant, text, strlen(text), found);
}

/* The text as p.yaml beside test doubles of templates. */
static struct memory_files beside_templates(const char *text, size_t len)
{
    return (struct memory_files){
        .n = 5,
        .v = { { "p.yaml", text, len },
               { "devices/co-1.yaml",
                 "device: co-1\nmanual: test\nread: {fc: 4, address: 7, type: u16, scale: 0.1}\n"
                 "unit: ppm\nrange: 0 ppm .. 500 ppm\n",
                 0 },
               { "rules/CO.yaml",
                 "rule_set: CO\nfor_unit: ppm\nlimits:\n"
                 "  H: {at: 24 ppm, clear: 20 ppm, after: 3s, basis: 表 1, do: 查漏}\n"
                 "  HH: {at: 160 ppm, clear: 140 ppm, priority: 1, basis: 表 2, do: 撤离}\n"
                 "strictness: {H: at most 24 ppm, HH: at most 160 ppm}\n",
                 0 },
               { "rules/CO-own.yaml",
                 "rule_set: CO-own\nfor_unit: ppm\nlimits: {H: {at: 15 ppm, clear: 12 ppm}}\n", 0 },
               { "rules/misnamed.yaml", "rule_set: CO\nfor_unit: ppm\nlimits: {}\n", 0 } }
    };
}

int load_bytes(struct plant **plant, const char *text, size_t len, struct diag_list *found)
{
    struct memory_files files = beside_templates(text, len);

    return load_memory(plant, &files, found);
}

int trace_text(const char *text, struct diag_list *found, const struct origin_sink *sink)
{
    struct memory_files files = beside_templates(text, strlen(text));
    const struct file_reader reader = { .ctx = &files, .read = read_memory };

    diag_init(found);
    return plant_trace("p.yaml", &reader, found, sink);
}

const struct diag *find_diag(const struct diag_list *d, int code)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->v[i].code == code)
            return &d->v[i];
    return NULL;
}

const char *framed(const char *frame, const char *text)
{
    static char whole[8192];

    snprintf(whole, sizeof whole, "%.*s%s%s", (int)(strstr(frame, "%s") - frame), frame, text,
             strstr(frame, "%s") + 2);
    return whole;
}
