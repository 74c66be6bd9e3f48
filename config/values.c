#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/loader.h"

#define NUMBER_TEXT_MAX 64

static const char *scalar(struct loader *l, const struct node *n)
{
    if (n->kind == NODE_SCALAR)
        return n->text;
    report(l->d, &n->place, E_KIND, n->key == NULL ? "?" : n->key->text, "一个值", "one value");
    return NULL;
}

/* The node's text, or the default of its schema row; NULL: neither, or reported. */
static const char *text_or_default(struct loader *l, const struct fields *f, const char *key)
{
    const struct node *n = field(f, key);

    return n != NULL ? scalar(l, n) : schema_find(f->section, key)->standard;
}

static const struct place *place_of(const struct fields *f, const char *key)
{
    const struct node *n = field(f, key);

    return n != NULL ? &n->place : &f->map->place;
}

bool value_text(struct loader *l, const struct fields *f, const char *key, const char **out)
{
    const char *s = text_or_default(l, f, key);

    if (s == NULL)
        return false;
    *out = s[0] == '\0' ? NULL : loader_copy(l, s);
    return true;
}

static void outside(struct loader *l, const struct place *at, const char *text,
                    const struct key_row *row, int64_t unit, const char *unit_text)
{
    char allowed[96];

    snprintf(allowed, sizeof allowed, "%lld%s .. %lld%s", (long long)(row->min / unit), unit_text,
             (long long)(row->max / unit), unit_text);
    report(l->d, at, E_RANGE, text, allowed, NULL);
}

bool value_int(struct loader *l, const struct fields *f, const char *key, int64_t *out)
{
    const struct key_row *row = schema_find(f->section, key);
    const char *s = text_or_default(l, f, key);
    char *end;

    if (s == NULL || s[0] == '\0')
        return false;
    long long v = strtoll(s, &end, 10);
    if (*end != '\0' || end == s) {
        report(l->d, place_of(f, key), E_NUMBER, s, "3", NULL);
        return false;
    }
    if (v < row->min || v > row->max) {
        outside(l, place_of(f, key), s, row, 1, "");
        return false;
    }
    *out = v;
    return true;
}

struct scale_word {
    const char *word;
    int64_t factor;
};

static const struct scale_word durations[] = {
    { "ms", 1 }, { "s", 1000 }, { "min", 60000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 },
};
static const struct scale_word sizes[] = {
    { "B", 1 }, { "kB", 1000 }, { "MB", 1000000 }, { "GB", 1000000000 },
};

static bool scaled(struct loader *l, const struct fields *f, const char *key,
                   const struct scale_word *words, size_t n, const char *example, int64_t *out)
{
    const struct key_row *row = schema_find(f->section, key);
    const char *s = text_or_default(l, f, key);
    char *end;

    if (s == NULL || s[0] == '\0')
        return false;
    double v = strtod(s, &end);
    const char *word = end + strspn(end, " ");
    for (size_t i = 0; end != s && isfinite(v) && i < n; i++) {
        if (strcmp(words[i].word, word) != 0)
            continue;
        double whole = v * (double)words[i].factor;
        if (whole < (double)row->min || whole > (double)row->max) {
            bool ms = words == durations && row->min % 1000 != 0;
            outside(l, place_of(f, key), s, row, words == durations && !ms ? 1000 : 1,
                    words == durations ? (ms ? " ms" : " s") : " B");
            return false;
        }
        *out = (int64_t)(whole + 0.5);
        return true;
    }
    report(l->d, place_of(f, key), E_FORM, s, example, NULL);
    return false;
}

bool value_time(struct loader *l, const struct fields *f, const char *key, int64_t *out)
{
    return scaled(l, f, key, durations, sizeof durations / sizeof durations[0],
                  "500ms, 10s, 5min, 2h, 7d", out);
}

bool value_size(struct loader *l, const struct fields *f, const char *key, int64_t *out)
{
    return scaled(l, f, key, sizes, sizeof sizes / sizeof sizes[0], "500 MB, 8 GB", out);
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

bool value_label(struct loader *l, const struct node *n, struct text *out)
{
    if (n->kind == NODE_SCALAR) {
        out->zh = loader_copy(l, n->text);
        return true;
    }
    for (const struct node *c = n->first; n->kind == NODE_MAP && c != NULL; c = c->next) {
        if (strcmp(c->key->text, "zh") == 0 && c->kind == NODE_SCALAR)
            out->zh = loader_copy(l, c->text);
        else if (strcmp(c->key->text, "en") == 0 && c->kind == NODE_SCALAR)
            out->en = loader_copy(l, c->text);
        else
            report(l->d, &c->key->place, E_UNKNOWN_KEY, c->key->text, NULL, NULL);
    }
    if (n->kind == NODE_LIST)
        report(l->d, &n->place, E_KIND, "do", "文字或 {zh, en}", "a text or {zh, en}");
    return n->kind != NODE_LIST;
}

bool value_factor(struct loader *l, const struct fields *f, const char *key, double *out,
                  int8_t *decimals)
{
    const char *s = text_or_default(l, f, key);
    char *end;

    if (s == NULL)
        return false;
    double v = strtod(s, &end);
    if (end == s || *end != '\0' || !isfinite(v)) {
        report(l->d, place_of(f, key), E_NUMBER, s, "0.1", NULL);
        return false;
    }
    const char *dot = strchr(s, '.');
    int places = dot == NULL ? 0 : (int)strspn(dot + 1, "0123456789");
    if (decimals != NULL && places > *decimals)
        *decimals = (int8_t)(places > 9 ? 9 : places);
    *out = v;
    return true;
}

static void unit_help(char *out, size_t size)
{
    size_t n = 0;

    for (int u = UNIT_NONE + 1; u < UNIT_COUNT && n < size; u++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", n == 0 ? "" : " ", unit_name((enum unit_id)u));
}

static void unknown_unit(struct loader *l, const struct place *at, const char *word)
{
    const char *names[UNIT_COUNT];
    char zh[256], en[256], all[160];

    for (int u = UNIT_NONE + 1; u < UNIT_COUNT; u++)
        names[u - 1] = unit_name((enum unit_id)u);
    const char *near = nearest(word, names, UNIT_COUNT - 1);
    unit_help(all, sizeof all);
    snprintf(zh, sizeof zh, "%s%s%s（单位：%s）", near == NULL ? "" : "是否想写 ‘",
             near == NULL ? "" : near, near == NULL ? "" : "’？", all);
    snprintf(en, sizeof en, "%s%s%s(units: %s)", near == NULL ? "" : "did you mean ‘",
             near == NULL ? "" : near, near == NULL ? "" : "’? ", all);
    report_help(l->d, at, E_UNKNOWN_UNIT, word, zh, en);
}

void value_unknown_unit(struct loader *l, const struct node *n)
{
    unknown_unit(l, &n->place, n->text);
}

static bool check_unit(struct loader *l, const struct place *at, const char *word, const char *whole,
                       enum unit_id unit)
{
    enum unit_id u = unit_find(word);

    if (word[0] == '\0' && unit == UNIT_NONE)
        return true;
    if (word[0] == '\0')
        report(l->d, at, E_UNIT_MISSING, whole, unit_name(unit), NULL);
    else if (u == UNIT_COUNT)
        unknown_unit(l, at, word);
    else if (u != unit)
        report(l->d, at, E_UNIT_MISMATCH, word, unit == UNIT_NONE ? "-" : unit_name(unit), NULL);
    return u == unit && word[0] != '\0';
}

static bool quantity(struct loader *l, const struct place *at, const char *s, enum unit_id unit,
                     double *out)
{
    char *end;
    double v = strtod(s, &end);

    if (end == s || !isfinite(v) || strpbrk(s, "xX") != NULL) {
        char example[32];
        snprintf(example, sizeof example, "24 %s", unit_name(unit));
        report(l->d, at, E_NUMBER, s, example, NULL);
        return false;
    }
    char word[NUMBER_TEXT_MAX];
    snprintf(word, sizeof word, "%s", end + strspn(end, " "));
    for (size_t n = strlen(word); n > 0 && word[n - 1] == ' '; n--)
        word[n - 1] = '\0';
    if (!check_unit(l, at, word, s, unit))
        return false;
    *out = v;
    return true;
}

bool value_quantity(struct loader *l, const struct node *n, enum unit_id unit, double *out)
{
    const char *s = scalar(l, n);

    return s != NULL && quantity(l, &n->place, s, unit, out);
}

bool value_range(struct loader *l, const struct node *n, enum unit_id unit, double *low, double *high)
{
    const char *s = scalar(l, n);
    const char *dots = s == NULL ? NULL : strstr(s, "..");
    char from[NUMBER_TEXT_MAX];
    double a, b;

    if (s == NULL)
        return false;
    if (dots == NULL || dots - s >= NUMBER_TEXT_MAX) {
        report(l->d, &n->place, E_FORM, s, "0 kPa .. 10 kPa", NULL);
        return false;
    }
    snprintf(from, sizeof from, "%.*s", (int)(dots - s), s);
    if (!quantity(l, &n->place, from, unit, &a) ||
        !quantity(l, &n->place, dots + 2 + strspn(dots + 2, " "), unit, &b))
        return false;
    if (a >= b) {
        report(l->d, &n->place, E_FORM, s, "0 kPa .. 10 kPa", NULL);
        return false;
    }
    *low = a;
    *high = b;
    return true;
}

int value_word(struct loader *l, const struct node *n, const char *const *words)
{
    const char *s = scalar(l, n);
    char all[160] = "";
    size_t len = 0;

    for (int i = 0; s != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], s) == 0)
            return i;
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i == 0 ? "" : " ", words[i]);
    }
    if (s != NULL)
        report(l->d, &n->place, E_WORD, s, all, NULL);
    return -1;
}

bool value_name(struct loader *l, const struct node *n, const char **out)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const char *s = scalar(l, n);

    if (s == NULL)
        return false;
    if (s[0] == '\0' || strlen(s) > PLANT_ID_MAX || s[strspn(s, allowed)] != '\0') {
        report(l->d, &n->place, E_ID, s, NULL, NULL);
        return false;
    }
    *out = loader_copy(l, s);
    return *out != NULL;
}
