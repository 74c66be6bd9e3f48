/* What people read, byte for byte, in both languages, from canned documents.
 * With the argument -w the golden texts are written anew. */
#include "daemon/riskgwctl/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "daemon/riskgwctl/table.h"
#include "tests/unit/emitted.h"

#define FOLDER "tests/unit/golden/ctl/"

typedef void show_document(const struct show *s, const json_t *doc);

static bool must_write;

static json_t *load(const char *name)
{
    char path[160];
    json_error_t err;
    json_t *doc;

    snprintf(path, sizeof path, FOLDER "%s.json", name);
    doc = json_load_file(path, 0, &err);
    if (doc == NULL)
        fail_msg("%s:%d: %s", path, err.line, err.text);
    return doc;
}

static const struct {
    const char *name;
    show_document *show;
    const char *marker; /* begins a column that stands behind Chinese cells, NULL: none */
} rows[] = {
    { "status", show_status, NULL },
    { "status_many", show_status, NULL },
    { "status_full", show_status, NULL },
    { "points", show_points, "gas485/" },
    { "points_reasons", show_points, "gas485/" },
    { "alarms", show_alarms, "140521000001-" },
    { "bus", show_bus, NULL },
};
#define ROWS (sizeof rows / sizeof rows[0])

/* The canned documents are held to the schema that the daemon's are held to,
 * byte for byte but for the ends of their lines. */
static void the_canned_documents_are_such_as_the_daemon_makes(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS; i++) {
        char path[160], topic[64], *text = NULL;
        size_t room = 0;
        FILE *f;

        snprintf(path, sizeof path, FOLDER "%s.json", rows[i].name);
        snprintf(topic, sizeof topic, "ctl/%.*s", (int)strcspn(rows[i].name, "_"), rows[i].name);
        f = fopen(path, "r");
        assert_non_null(f);
        assert_true(getdelim(&text, &room, '\0', f) > 0);
        fclose(f);
        for (char *end = text; (end = strchr(end, '\n')) != NULL;)
            *end = ' ';
        emitted(topic, text, strlen(text));
        free(text);
    }
}

static char *rendered(show_document *show, const char *name, enum lang lang, bool colour)
{
    struct show s = { .lang = lang, .colour = colour };
    json_t *doc = load(name);
    char *text = NULL;
    size_t len;

    s.to = open_memstream(&text, &len);
    assert_non_null(s.to);
    show(&s, doc);
    fclose(s.to);
    json_decref(doc);
    return text;
}

static char *golden_of(const char *name, const char *lang, const char *got)
{
    char path[160], *text = NULL;
    size_t room = 0;
    FILE *f;

    snprintf(path, sizeof path, FOLDER "%s.%s.txt", name, lang);
    if (must_write) {
        f = fopen(path, "w");
        assert_non_null(f);
        fputs(got, f);
        fclose(f);
    }
    f = fopen(path, "r");
    if (f == NULL)
        fail_msg("%s is missing", path);
    if (getdelim(&text, &room, '\0', f) < 0)
        fail_msg("%s is empty", path);
    fclose(f);
    return text;
}

static const char *const langs[LANGS] = { [LANG_ZH] = "zh", [LANG_EN] = "en" };

static void every_document_reads_as_agreed(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS; i++)
        for (int lang = 0; lang < LANGS; lang++) {
            char *got = rendered(rows[i].show, rows[i].name, (enum lang)lang, false);
            char *wanted = golden_of(rows[i].name, langs[lang], got);

            if (strcmp(got, wanted) != 0)
                fail_msg("%s in %s\nwanted:\n%s\ngot:\n%s", rows[i].name, langs[lang], wanted, got);
            free(got);
            free(wanted);
        }
}

/* Its own count, by wcwidth: a Chinese character takes two columns. */
static int columns_before(const char *line, const char *at)
{
    int columns = 0;
    wchar_t c;

    for (int n; line < at; line += n) {
        n = mbtowc(&c, line, 8);
        assert_true(n > 0);
        columns += wcwidth(c);
    }
    return columns;
}

static void columns_behind_chinese_cells_stand_in_line(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS; i++)
        for (int lang = 0; rows[i].marker != NULL && lang < LANGS; lang++) {
            char *got = rendered(rows[i].show, rows[i].name, (enum lang)lang, false);
            int column = -1;
            size_t found = 0;

            for (char *line = got; *line != '\0'; line += strcspn(line, "\n") + 1) {
                char *at = strstr(line, rows[i].marker);

                if (at == NULL || at > line + strcspn(line, "\n"))
                    continue;
                if (column < 0)
                    column = columns_before(line, at);
                assert_int_equal(columns_before(line, at), column);
                found++;
            }
            assert_true(found >= 2);
            free(got);
        }
}

static void the_columns_of_a_status_begin_behind_words_of_any_width(void **unused)
{
    (void)unused;
    for (int lang = 0; lang < LANGS; lang++) {
        char *got = rendered(show_status, "status", (enum lang)lang, false);

        for (char *line = got + strcspn(got, "\n") + 1; *line != '\0';
             line += strcspn(line, "\n") + 1) {
            char *at = line + 2 + strcspn(line + 2, " ");

            at += strspn(at, " ");
            assert_int_equal(columns_before(line, at), 12);
        }
        free(got);
    }
}

static void colour_is_never_the_only_carrier_of_a_meaning(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS; i++) {
        char *plain = rendered(rows[i].show, rows[i].name, LANG_ZH, false);
        char *coloured = rendered(rows[i].show, rows[i].name, LANG_ZH, true);
        char *to = coloured;

        assert_null(strchr(plain, '\033'));
        for (const char *from = coloured; *from != '\0';)
            if (*from == '\033')
                from += strcspn(from, "m") + 1;
            else
                *to++ = *from++;
        *to = '\0';
        assert_string_equal(coloured, plain);
        free(plain);
        free(coloured);
    }
}

static void what_calls_for_a_person_is_set_off_by_colour(void **unused)
{
    char *got = rendered(show_alarms, "alarms", LANG_EN, true);
    char *line = strstr(got, "\033[1;31mP1");

    (void)unused;
    assert_non_null(line);
    assert_non_null(strstr(line, "co.bf1.front/HH"));
    assert_null(strstr(got, "\033[1;31mP3"));
    free(got);
}

static void durations_read_as_people_say_them(void **unused)
{
    static const struct {
        double seconds;
        const char *zh, *en;
    } cases[] = {
        { -3, "0 秒", "0 s" },
        { 0.84, "0.8 秒", "0.8 s" },
        { 4, "4 秒", "4 s" },
        { 41.9, "41 秒", "41 s" },
        { 60, "1 分", "1 min" },
        { 1320, "22 分", "22 min" },
        { 3600, "1 小时 0 分", "1 h 0 min" },
        { 11400, "3 小时 10 分", "3 h 10 min" },
        { 273600, "3 天 4 小时", "3 d 4 h" },
    };
    char text[64];

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        show_duration(text, sizeof text, &(struct show){ .lang = LANG_ZH }, cases[i].seconds);
        assert_string_equal(text, cases[i].zh);
        show_duration(text, sizeof text, &(struct show){ .lang = LANG_EN }, cases[i].seconds);
        assert_string_equal(text, cases[i].en);
    }
}

/* A daemon of another version may leave things out or send nonsense. */
static void a_document_of_another_kind_is_shown_without_a_crash(void **unused)
{
    static const char *const docs[] = {
        "{}",
        "[]",
        "{\"points\":[{}],\"alarms\":[{}],\"buses\":[{\"units\":[{}]}],\"uplinks\":[{}]}",
        "{\"points\":7,\"alarms\":\"x\",\"buses\":null,\"ts\":5,\"not_monitored\":[1,2,3,4,5]}",
        "{\"points\":[1,null],\"alarms\":[[],{\"lvl\":\"x\"}],\"buses\":[{\"units\":5}]}",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof docs / sizeof docs[0]; i++)
        for (size_t k = 0; k < ROWS; k++) {
            json_t *doc = json_loads(docs[i], 0, NULL);
            struct show s = { .to = fopen("/dev/null", "w") };

            assert_non_null(doc);
            assert_non_null(s.to);
            rows[k].show(&s, doc);
            fclose(s.to);
            json_decref(doc);
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_canned_documents_are_such_as_the_daemon_makes),
        cmocka_unit_test(every_document_reads_as_agreed),
        cmocka_unit_test(columns_behind_chinese_cells_stand_in_line),
        cmocka_unit_test(the_columns_of_a_status_begin_behind_words_of_any_width),
        cmocka_unit_test(colour_is_never_the_only_carrier_of_a_meaning),
        cmocka_unit_test(what_calls_for_a_person_is_set_off_by_colour),
        cmocka_unit_test(durations_read_as_people_say_them),
        cmocka_unit_test(a_document_of_another_kind_is_shown_without_a_crash),
    };

    table_locale();
    must_write = argc > 1 && strcmp(argv[1], "-w") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
