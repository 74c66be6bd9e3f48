#include "config/json_schema.h"

#include <string.h>

#include "config/schema.h"
#include "config/units.h"

/* What a section is called in $defs. */
static const char *const defs[SECTIONS] = {
    [SEC_ROOT] = "file",
    [SEC_SITE] = "site",
    [SEC_STORE] = "store",
    [SEC_CONTROL] = "control",
    [SEC_TELEMETRY] = "telemetry",
    [SEC_BUS] = "bus",
    [SEC_AREA] = "area",
    [SEC_POINT] = "point",
    [SEC_READ] = "read",
    [SEC_STATUS] = "status",
    [SEC_CHANNELS] = "channels",
    [SEC_IDENTITY] = "identity",
    [SEC_LIMITS] = "limits",
    [SEC_LIMIT] = "limit",
    [SEC_DEVICE] = "device",
    [SEC_RULES] = "rule_set",
    [SEC_STRICTNESS] = "strictness",
    [SEC_RULE] = "rule",
    [SEC_UPLINK] = "uplink",
    [SEC_TLS] = "tls",
    [SEC_SHELVE] = "shelve",
    [SEC_RECORD] = "record",
};

/* Maps of a section each, and maps whose keys a plant chooses. */
static const struct {
    const char *key, *def;
    int is_named;
} maps[] = {
    { "site", "site", 0 },
    { "store", "store", 0 },
    { "control", "control", 0 },
    { "telemetry", "telemetry", 0 },
    { "buses", "bus", 1 },
    { "areas", "area", 1 },
    { "uplinks", "uplink", 1 },
    { "defaults", "defaults", 0 },
    { "read", "read", 0 },
    { "status", "status", 0 },
    { "channels", "channels", 0 },
    { "identity", "identity", 0 },
    { "bits", "status_word", 1 },
    { "limits", "limits", 0 },
    { "strictness", "strictness", 0 },
    { "LL", "limit", 0 },
    { "L", "limit", 0 },
    { "H", "limit", 0 },
    { "HH", "limit", 0 },
    { "shelve", "shelve", 0 },
    { "tls", "tls", 0 },
    { "states", "label", 1 },
};

static const struct {
    const char *key, *words;
} words[] = {
    { "type", "[\"bit\",\"u16\",\"i16\",\"sm16\",\"bcd16\",\"u32\",\"i32\",\"sm32\",\"bcd32\","
              "\"f32\",\"u64\",\"i64\",\"f64\"]" },
    { "order", "[\"ABCD\",\"CDAB\",\"BADC\",\"DCBA\",\"ABCDEFGH\",\"GHEFCDAB\",\"BADCFEHG\","
               "\"HGFEDCBA\"]" },
    { "base", "[\"pdu\",\"modicon\"]" },
    { "protocol", "[5,\"5\",\"3.1.1\"]" },
    { "receipts", "[\"required\",\"none\"]" },
};

static void print_string(FILE *to, const char *s)
{
    fputc('"', to);
    for (; *s != '\0'; s++) {
        if (*s == '"' || *s == '\\')
            fputc('\\', to);
        fputc(*s, to);
    }
    fputc('"', to);
}

static void print_units(FILE *to)
{
    fputs("\"enum\":[", to);
    for (int u = UNIT_NONE + 1; u < UNIT_COUNT; u++) {
        fputs(u == UNIT_NONE + 1 ? "" : ",", to);
        print_string(to, unit_name((enum unit_id)u));
    }
    fputs("]", to);
}

static void print_map(FILE *to, const struct key_row *row)
{
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++)
        if (strcmp(maps[i].key, row->name) == 0)
            fprintf(to,
                    maps[i].is_named
                        ? "\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/$defs/%s\"}"
                        : "\"$ref\":\"#/$defs/%s\"",
                    maps[i].def);
}

static void print_word(FILE *to, const struct key_row *row)
{
    if (strcmp(row->name, "unit") == 0 || strcmp(row->name, "for_unit") == 0) {
        print_units(to);
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].key, row->name) == 0) {
            fprintf(to, "\"enum\":%s", words[i].words);
            return;
        }
    fputs("\"type\":\"string\"", to);
}

#define NUMBER_PATTERN "^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)? *"

#define CODE_FORM                                                                                  \
    "\"type\":[\"string\",\"number\"],\"pattern\":\"^(0[xX][0-9a-fA-F]+|[+-]?[0-9.]+)$\""

/* The types whose form needs no more than their name. */
static const char *const forms[] = {
    [KEY_LIST] = "\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/name\"}",
    [KEY_FILES] = "\"type\":\"array\",\"items\":{\"type\":\"string\"}",
    [KEY_TEXT] = "\"type\":[\"string\",\"number\",\"boolean\"]",
    [KEY_NAME] = "\"$ref\":\"#/$defs/name\"",
    [KEY_LABEL] = "\"$ref\":\"#/$defs/label\"",
    [KEY_DURATION] = "\"type\":\"string\",\"pattern\":\"" NUMBER_PATTERN "(ms|s|min|m|h|d)$\"",
    [KEY_SIZE] = "\"type\":\"string\",\"pattern\":\"" NUMBER_PATTERN "(B|kB|MB|GB)$\"",
    [KEY_SHARE] = "\"type\":\"string\",\"pattern\":\"" NUMBER_PATTERN "%$\"",
    [KEY_BOOL] = "\"enum\":[true,false,\"yes\",\"no\",\"true\",\"false\"]",
    [KEY_QUANTITY] = "\"type\":[\"string\",\"number\"],\"pattern\":\"" NUMBER_PATTERN "\"",
    [KEY_RANGE] = "\"type\":\"string\",\"pattern\":\"[.][.]\"",
    [KEY_FACTOR] = "\"type\":[\"string\",\"number\"],\"pattern\":\"" NUMBER_PATTERN "$\"",
    [KEY_RECORD] = "\"anyOf\":[{\"const\":\"all\"},{\"$ref\":\"#/$defs/record\"}]",
    [KEY_CODE] = CODE_FORM,
    [KEY_CODES] = "\"type\":\"array\",\"items\":{" CODE_FORM "}",
    [KEY_SPANS] = "\"type\":\"array\",\"items\":{\"type\":[\"string\",\"integer\"],"
                  "\"pattern\":\"^[0-9]+( *[.][.] *[0-9]+)?$\"}",
};

static void print_form(FILE *to, const struct key_row *row)
{
    if (row->type == KEY_MAP)
        print_map(to, row);
    else if (row->type == KEY_WORD)
        print_word(to, row);
    else if (row->type == KEY_INT)
        fprintf(to, "\"type\":[\"integer\",\"string\"],\"minimum\":%lld,\"maximum\":%lld",
                (long long)row->min, (long long)row->max);
    else if (strcmp(row->name, "points") == 0)
        fputs("\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/point\"}", to);
    else if (strcmp(row->name, "rules") == 0)
        fputs("\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/rule\"}", to);
    else
        fputs(forms[row->type], to);
}

static void print_property(FILE *to, const struct key_row *row)
{
    print_string(to, row->name);
    fputs(":{", to);
    print_form(to, row);
    fprintf(to, ",\"description\":\"%s / %s", row->help_zh, row->help_en);
    if (row->standard != NULL && row->standard[0] != '\0')
        fprintf(to, " (%s)", row->standard);
    fputs("\"}", to);
}

/* A file may leave to its neighbours what the plant must have. */
static int is_required(const struct key_row *row, enum section s)
{
    if (s == SEC_ROOT || s == SEC_LIMIT)
        return 0;
    return s == SEC_POINT ? strcmp(row->name, "id") == 0 : row->standard == NULL;
}

static void print_section(FILE *to, enum section s, const char *name, int is_defaults)
{
    size_t n, printed = 0;
    const struct key_row *rows = schema_section(s, &n);

    fprintf(to, "\"%s\":{\"type\":\"object\",\"additionalProperties\":false,\n \"properties\":{",
            name);
    for (size_t i = 0; i < n; i++)
        if (rows[i].type != KEY_NOT_BUILT) {
            fputs(printed++ == 0 ? "\n  " : ",\n  ", to);
            print_property(to, &rows[i]);
        }
    fputs("},\n \"required\":[", to);
    printed = 0;
    for (size_t i = 0; !is_defaults && i < n; i++)
        if (rows[i].type != KEY_NOT_BUILT && is_required(&rows[i], s)) {
            fputs(printed++ == 0 ? "" : ",", to);
            print_string(to, rows[i].name);
        }
    fputs("]},\n", to);
}

void json_schema_print(FILE *to)
{
    fputs("{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\n"
          "\"title\":\"riskgwd.yaml\",\"type\":\"object\",\n"
          "\"if\":{\"required\":[\"device\"]},\"then\":{\"$ref\":\"#/$defs/device\"},\n"
          "\"else\":{\"if\":{\"required\":[\"rule_set\"]},\"then\":{\"$ref\":\"#/$defs/rule_set\"},"
          "\"else\":{\"$ref\":\"#/$defs/file\"}},\n"
          "\"$defs\":{\n",
          to);
    for (int s = 0; s < SECTIONS; s++)
        print_section(to, (enum section)s, defs[s], 0);
    print_section(to, SEC_POINT, "defaults", 1);
    fputs(
        "\"status_word\":{\"enum\":[\"sensor_fault\",\"calibrating\",\"warming_up\",\"over_range\","
        "\"under_range\"]},\n"
        "\"name\":{\"type\":[\"string\",\"number\",\"boolean\"],"
        "\"pattern\":\"^[A-Za-z0-9._-]{1,63}$\"},\n"
        "\"label\":{\"anyOf\":[{\"type\":[\"string\",\"number\",\"boolean\"]},{\"type\":\"object\","
        "\"additionalProperties\":false,\"properties\":{\"zh\":{\"type\":\"string\"},"
        "\"en\":{\"type\":\"string\"}}}]}}}\n",
        to);
}
