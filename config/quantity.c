/* A number and the unit behind it: "24ppm", "1.5 s", "8 GB", "0 kPa .. 10 kPa". */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/values.h"

#define NUMBER_MAX 40 /* characters of one number */

/* A text taken apart; offsets are bytes from the node's text. */
struct number {
    double value;
    size_t from, digits, word, word_len; /* where it begins, its digits' length, its unit */
    char unit[32];
};

static size_t blanks(const char *s)
{
    return strspn(s, " \t");
}

/* s[from .. to); false: it does not begin with a number. */
static bool split(const char *s, size_t from, size_t to, struct number *out)
{
    char digits[NUMBER_MAX + 1];

    from += blanks(s + from);
    while (to > from && blanks(s + to - 1) > 0)
        to--;
    size_t n = number_length(s + from);
    *out = (struct number){ .from = from, .digits = n };
    if (n == 0 || n > NUMBER_MAX || from + n > to)
        return false;
    snprintf(digits, sizeof digits, "%.*s", (int)n, s + from);
    out->value = strtod(digits, NULL);
    out->word = from + n + blanks(s + from + n);
    out->word_len = to > out->word ? to - out->word : 0;
    snprintf(out->unit, sizeof out->unit, "%.*s", (int)out->word_len, s + out->word);
    /* "1,000" and "2.5.1" are no number with a unit. */
    return isfinite(out->value) &&
           (out->word_len == 0 || strchr(".,0123456789", out->unit[0]) == NULL);
}

static void refuse(struct loader *l, const struct node *n, size_t from, size_t len, enum finding f,
                   const char *arg)
{
    struct place at = value_part(n, from, len);
    char text[128];

    snprintf(text, sizeof text, "%.*s", (int)(len < sizeof text ? len : sizeof text - 1),
             n->text + from);
    report(l->d, &at, f, text, arg, NULL);
}

struct scale_word {
    const char *word;
    int64_t factor;
};

static const struct scale_word durations[] = {
    { "ms", 1 },    { "s", 1000 },    { "min", 60000 },
    { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 },
};
static const struct scale_word sizes[] = {
    { "B", 1 },
    { "kB", 1000 },
    { "MB", 1000000 },
    { "GB", 1000000000 },
};

static const struct scale_word shares[] = { { "%", 1 } };

#define SCALES_MAX 6

struct scale {
    const struct scale_word *words;
    size_t n;
    const char *example;
};

static const struct scale time_scale = { durations, 6, "500ms, 10s, 5min, 2h, 7d" };
static const struct scale size_scale = { sizes, 4, "500 MB, 8 GB" };
static const struct scale share_scale = { shares, 1, "20 %" };

static int64_t factor_of(const struct scale *scale, const char *word)
{
    for (size_t i = 0; i < scale->n; i++)
        if (strcmp(scale->words[i].word, word) == 0)
            return scale->words[i].factor;
    return 0;
}

static void unknown_scale(struct loader *l, const struct node *n, const struct number *number,
                          const struct scale *scale)
{
    struct place at = value_part(n, number->word, number->word_len);
    const char *words[SCALES_MAX];
    char all[64] = "";

    for (size_t i = 0, len = 0; i < scale->n; i++) {
        words[i] = scale->words[i].word;
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i == 0 ? "" : " ", words[i]);
    }
    report_near(l->d, &at, E_UNKNOWN_UNIT, number->unit, all, NULL,
                nearest(number->unit, words, scale->n));
}

/* The greatest unit that leaves a whole number: 20ms, 10s, 5min. */
static int print_scaled(char *out, size_t size, int64_t v, const struct scale *scale)
{
    const struct scale_word *best = &scale->words[0];

    for (size_t i = 0; i < scale->n; i++)
        if (v != 0 && v % scale->words[i].factor == 0 && scale->words[i].factor > best->factor)
            best = &scale->words[i];
    return snprintf(out, size, "%lld %s", (long long)(v / best->factor), best->word);
}

void value_limits(const struct key_row *row, char *out, size_t size)
{
    const struct scale *scale = row->type == KEY_SIZE    ? &size_scale
                                : row->type == KEY_SHARE ? &share_scale
                                                         : &time_scale;
    char low[32], high[32];

    print_scaled(low, sizeof low, row->min, scale);
    print_scaled(high, sizeof high, row->max, scale);
    if (row->type == KEY_INT)
        snprintf(out, size, "%lld .. %lld", (long long)row->min, (long long)row->max);
    else
        snprintf(out, size, "%s .. %s", low, high);
}

static void outside(struct loader *l, const struct node *n, const struct key_row *row)
{
    char allowed[80];

    assert(n != NULL); /* no row's own default is outside its range */
    value_limits(row, allowed, sizeof allowed);
    report(l->d, &n->place, E_RANGE, n->text, allowed, NULL);
}

static bool scaled(struct loader *l, const struct fields *f, const char *key,
                   const struct scale *scale, int64_t *out)
{
    const struct key_row *row = schema_find(f->section, key);
    const struct node *n = field(f, key);
    const char *s = n != NULL ? value_scalar(l, n) : row->standard;
    struct number number;

    if (s == NULL || s[0] == '\0')
        return false;
    bool whole = split(s, 0, strlen(s), &number);
    int64_t factor = whole ? factor_of(scale, number.unit) : 0;
    double v = number.value * (double)factor;
    if (factor > 0 && v >= (double)row->min && v <= (double)row->max) {
        *out = (int64_t)(v + 0.5);
        return true;
    }
    if (!whole)
        report(l->d, &n->place, E_FORM, s, scale->example, NULL);
    else if (number.word_len == 0)
        report(l->d, &n->place, E_UNIT_MISSING, s, scale->example, NULL);
    else if (factor == 0)
        unknown_scale(l, n, &number, scale);
    else
        outside(l, n, row);
    return false;
}

bool value_time(struct loader *l, const struct fields *f, const char *key, int64_t *out)
{
    return scaled(l, f, key, &time_scale, out);
}

bool value_size(struct loader *l, const struct fields *f, const char *key, int64_t *out)
{
    return scaled(l, f, key, &size_scale, out);
}

bool value_share(struct loader *l, const struct fields *f, const char *key, int64_t *out)
{
    return scaled(l, f, key, &share_scale, out);
}

bool value_factor(struct loader *l, const struct fields *f, const char *key, double *out,
                  int8_t *decimals)
{
    const struct node *n = field(f, key);
    const char *s = n != NULL ? value_scalar(l, n) : schema_find(f->section, key)->standard;
    struct number number;

    if (s == NULL)
        return false;
    if (!split(s, 0, strlen(s), &number) || number.word_len > 0) {
        report(l->d, &n->place, E_NUMBER, s, "0.1", NULL);
        return false;
    }
    const char *dot = strchr(s, '.');
    int places = dot == NULL ? 0 : (int)strspn(dot + 1, "0123456789");
    if (decimals != NULL && places > *decimals)
        *decimals = (int8_t)(places > 9 ? 9 : places);
    *out = number.value;
    return true;
}

void report_unknown_unit(struct loader *l, const struct place *at, const char *word)
{
    const char *names[UNIT_COUNT];
    const char *near = unit_meant(word);
    char all[160];
    size_t n = 0, len = 0;

    for (int u = UNIT_NONE + 1; u < UNIT_COUNT; u++) {
        names[n++] = unit_name((enum unit_id)u);
        if (len < sizeof all)
            len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", len == 0 ? "" : " ",
                                    names[n - 1]);
    }
    report_near(l->d, at, E_UNKNOWN_UNIT, word, all, NULL,
                near != NULL ? near : nearest(word, names, n));
}

bool value_unit(struct loader *l, const struct node *n, enum unit_id *out)
{
    const char *s = value_scalar(l, n);

    if (s == NULL)
        return false;
    enum unit_id u = unit_find(s);
    if (u == UNIT_COUNT)
        report_unknown_unit(l, &n->place, s);
    else
        *out = u;
    return u != UNIT_COUNT;
}

static bool check_unit(struct loader *l, const struct node *n, const struct number *number,
                       enum unit_id unit)
{
    struct place at = value_part(n, number->word, number->word_len);
    enum unit_id u = unit_find(number->unit);
    char example[64];

    if (number->word_len == 0 ? unit == UNIT_NONE : u == unit)
        return true;
    if (number->word_len == 0) {
        snprintf(example, sizeof example, "%.*s %s", (int)number->digits, n->text + number->from,
                 unit_name(unit));
        refuse(l, n, number->from, number->digits, E_UNIT_MISSING, example);
    } else if (u == UNIT_COUNT) {
        report_unknown_unit(l, &at, number->unit);
    } else if (unit == UNIT_NONE && l->point != NULL) {
        report(l->d, &l->point->place, E_MISSING, "unit", NULL, NULL);
    } else {
        report(l->d, &at, E_UNIT_MISMATCH, number->unit, unit == UNIT_NONE ? "-" : unit_name(unit),
               NULL);
    }
    return false;
}

static bool quantity(struct loader *l, const struct node *n, size_t from, size_t to,
                     enum unit_id unit, double *out)
{
    char example[32];
    struct number number;

    if (!split(n->text, from, to, &number)) {
        snprintf(example, sizeof example, "24 %s", unit_name(unit));
        refuse(l, n, number.from, to - number.from, E_NUMBER, example);
        return false;
    }
    if (!check_unit(l, n, &number, unit))
        return false;
    *out = number.value;
    return true;
}

bool value_quantity_at(struct loader *l, const struct node *n, size_t skip, enum unit_id unit,
                       double *out)
{
    return quantity(l, n, skip, strlen(n->text), unit, out);
}

bool value_quantity(struct loader *l, const struct node *n, enum unit_id unit, double *out)
{
    return value_scalar(l, n) != NULL && value_quantity_at(l, n, 0, unit, out);
}

bool value_range(struct loader *l, const struct node *n, enum unit_id unit, double *low,
                 double *high)
{
    const char *s = value_scalar(l, n);
    const char *dots = s == NULL ? NULL : strstr(s, "..");
    double a, b;

    if (s == NULL)
        return false;
    if (dots == NULL) {
        report(l->d, &n->place, E_FORM, s, "0 kPa .. 10 kPa", NULL);
        return false;
    }
    if (!quantity(l, n, 0, (size_t)(dots - s), unit, &a) ||
        !quantity(l, n, (size_t)(dots - s) + 2, strlen(s), unit, &b))
        return false;
    if (a >= b) {
        report(l->d, &n->place, E_FORM, s, "0 kPa .. 10 kPa", NULL);
        return false;
    }
    *low = a;
    *high = b;
    return true;
}

bool value_number(struct loader *l, const struct node *n, const char *example, bool whole,
                  double *out)
{
    const char *s = value_scalar(l, n);
    struct number number;

    if (s == NULL)
        return false;
    if (!split(s, 0, strlen(s), &number) || number.word_len > 0 ||
        (whole && s[strspn(s, "+-0123456789")] != '\0')) {
        report(l->d, &n->place, E_NUMBER, s, example, NULL);
        return false;
    }
    *out = number.value;
    return true;
}

bool value_span(struct loader *l, const struct node *n, double *from, double *to)
{
    const char *s = value_scalar(l, n);
    const char *dots = s == NULL ? NULL : strstr(s, "..");
    struct number a, b;

    if (s == NULL)
        return false;
    if (dots == NULL || !split(s, 0, (size_t)(dots - s), &a) || a.word_len > 0 ||
        !split(s, (size_t)(dots - s) + 2, strlen(s), &b) || b.word_len > 0 || a.value == b.value) {
        report(l->d, &n->place, E_FORM, s, "819 .. 4095", NULL);
        return false;
    }
    *from = a.value;
    *to = b.value;
    return true;
}
