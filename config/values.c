#include "config/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *value_scalar(struct loader *l, const struct node *n)
{
    if (n->kind == NODE_SCALAR && n->fault == NODE_NULL)
        report(l->d, &n->key->place, E_NULL, n->key->text, NULL, NULL);
    if (n->kind == NODE_SCALAR)
        return n->fault == NODE_FINE ? n->text : NULL;
    report(l->d, &n->place, E_KIND, n->key == NULL ? "-" : n->key->text, "一个值", "one value");
    return NULL;
}

struct place value_part(const struct node *n, size_t from, size_t len)
{
    int whole = utf8_count(n->text, strlen(n->text));
    struct place p = n->place;

    if (p.width != whole && p.width != whole + 2)
        return p; /* over several lines, or with escapes */
    p.col += utf8_count(n->text, from) + (p.width == whole + 2);
    p.width = utf8_count(n->text + from, len);
    return p;
}

/* The node's text, or the default of its schema row; NULL: neither, or reported. */
static const char *text_or_default(struct loader *l, const struct fields *f, const char *key)
{
    const struct node *n = field(f, key);

    return n != NULL ? value_scalar(l, n) : schema_find(f->section, key)->standard;
}

bool value_text(struct loader *l, const struct fields *f, const char *key, const char **out)
{
    const char *s = text_or_default(l, f, key);

    if (s == NULL)
        return false;
    *out = s[0] == '\0' ? NULL : loader_copy(l, s);
    return true;
}

bool value_filled(struct loader *l, const struct fields *f, const char *key, const char **out)
{
    const struct node *n = field(f, key);

    if (n == NULL || n->kind != NODE_SCALAR || n->text[0] != '\0')
        return value_text(l, f, key, out);
    if (value_scalar(l, n) != NULL)
        report(l->d, &n->place, E_NULL, key, NULL, NULL);
    return false;
}

bool value_int(struct loader *l, const struct fields *f, const char *key, int64_t *out)
{
    const struct key_row *row = schema_find(f->section, key);
    const struct node *n = field(f, key);
    const char *s = text_or_default(l, f, key);
    char allowed[64];
    char *end;

    if (s == NULL || s[0] == '\0')
        return false;
    long long v = strtoll(s, &end, 10);
    if (strspn(s, "+-0123456789") != strlen(s) || *end != '\0') {
        report(l->d, &n->place, E_NUMBER, s, "3", NULL);
        return false;
    }
    if (v < row->min || v > row->max) {
        value_limits(row, allowed, sizeof allowed);
        report(l->d, &n->place, E_RANGE, s, allowed, NULL);
        return false;
    }
    *out = v;
    return true;
}

bool value_flag(struct loader *l, const struct fields *f, const char *key, bool *out)
{
    static const char *const words[] = { "no", "yes", "false", "true", NULL };
    const struct node *n = field(f, key);

    if (n == NULL)
        return true; /* every flag is off by default */
    int i = value_word(l, n, words);
    if (i >= 0)
        *out = i % 2 == 1;
    return i >= 0;
}

static void take_language(struct loader *l, const struct node *n, struct text *out)
{
    static const char *const names[] = { "zh", "en" };
    bool zh = strcmp(n->key->text, "zh") == 0;

    if (!zh && strcmp(n->key->text, "en") != 0)
        report_near(l->d, &n->key->place, E_UNKNOWN_KEY, n->key->text, NULL, NULL,
                    nearest(n->key->text, names, 2));
    else if (value_scalar(l, n) != NULL)
        *(zh ? &out->zh : &out->en) = loader_copy(l, n->text);
}

bool value_label(struct loader *l, const struct node *n, struct text *out)
{
    if (n->kind == NODE_SCALAR && value_scalar(l, n) != NULL && n->text[0] != '\0')
        out->zh = loader_copy(l, n->text);
    for (const struct node *c = n->first; n->kind == NODE_MAP && c != NULL; c = c->next)
        take_language(l, c, out);
    if (n->kind == NODE_LIST)
        report(l->d, &n->place, E_KIND, n->key->text, "文字或 {zh, en}", "a text or {zh, en}");
    return n->kind != NODE_LIST;
}

int value_word(struct loader *l, const struct node *n, const char *const *words)
{
    const char *s = value_scalar(l, n);
    char all[160] = "";
    size_t len = 0;
    int i = 0;

    if (s == NULL)
        return -1;
    for (; words[i] != NULL; i++) {
        if (strcmp(words[i], s) == 0)
            return i;
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i == 0 ? "" : " ", words[i]);
    }
    report_near(l->d, &n->place, E_WORD, s, all, NULL, nearest(s, words, (size_t)i));
    return -1;
}

bool value_name(struct loader *l, const struct node *n, const char **out)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const char *s = value_scalar(l, n);

    if (s == NULL)
        return false;
    if (s[0] == '\0' || strlen(s) > PLANT_ID_MAX || s[strspn(s, allowed)] != '\0') {
        report(l->d, &n->place, E_ID, s, NULL, NULL);
        return false;
    }
    *out = loader_copy(l, s);
    return *out != NULL;
}

static bool read_port(const char *s, uint16_t *port)
{
    char *end;
    unsigned long v = strtoul(s, &end, 10);

    if (strspn(s, "0123456789") == 0 || *end != '\0' || v < 1 || v > 65535)
        return false;
    *port = (uint16_t)v;
    return true;
}

bool value_endpoint(struct loader *l, const struct node *n, const char *s, const char *example,
                    const char **host, uint16_t *port)
{
    const char *colon = strrchr(s, ':');
    size_t len = colon == NULL ? 0 : (size_t)(colon - s);
    bool bracketed = len > 2 && s[0] == '[' && s[len - 1] == ']';
    const char *from = bracketed ? s + 1 : s;

    len -= bracketed ? 2 : 0;
    /* A second colon is an IPv6 address without its brackets, or a slip. */
    if (len == 0 || strcspn(from, " \t/@") < len ||
        (!bracketed && memchr(from, ':', len) != NULL) || !read_port(colon + 1, port)) {
        report(l->d, &n->place, E_FORM, n->text, example, NULL);
        return false;
    }
    *host = arena_copy(l->arena, from, len);
    if (*host == NULL)
        l->err = RG_ENOMEM;
    return *host != NULL;
}

static void check_one(struct loader *l, const struct fields *f, const struct key_row *row,
                      const struct node *n)
{
    int64_t number;
    const char *name;

    if (row->type == KEY_DURATION)
        value_time(l, f, row->name, &number);
    else if (row->type == KEY_SHARE)
        value_share(l, f, row->name, &number);
    else if (row->type == KEY_INT)
        value_int(l, f, row->name, &number);
    else if (row->type == KEY_NAME)
        value_name(l, n, &name);
    else if (row->type == KEY_LABEL)
        value_label(l, n, &(struct text){ 0 });
}

void value_check(struct loader *l, const struct fields *f)
{
    size_t n;
    const struct key_row *rows = schema_section(f->section, &n);

    for (size_t i = 0; i < n; i++)
        if (f->v[i] != NULL)
            check_one(l, f, &rows[i], f->v[i]);
}
