#include "config/explain.h"

#include <stdlib.h>
#include <string.h>

#include "config/explain_parts.h"
#include "config/report.h"

#define NUMBERS 1000 /* E001 .. E999 */

static const struct explain_part *const parts[] = {
    &explain_yaml, &explain_keys, &explain_plant, &explain_expr, &explain_bus, &explain_uplink,
};

const struct explanation *explain_at(size_t i)
{
    for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++) {
        if (i < parts[part]->n)
            return &parts[part]->rows[i];
        i -= parts[part]->n;
    }
    return NULL;
}

static const struct explanation *of_number(long wanted)
{
    const struct explanation *e = explain_at(0);

    for (size_t i = 0; e != NULL && finding_number(e->finding) != wanted; i++)
        e = explain_at(i + 1);
    return e;
}

const struct explanation *explain_find(const char *number)
{
    const char *digits = number + (number[0] == 'E' || number[0] == 'e');
    char *end;
    long wanted = strtol(digits, &end, 10);

    return strspn(digits, "0123456789") == 0 || *end != '\0' ? NULL : of_number(wanted);
}

static void print_lines(FILE *to, const char *title, const char *lines)
{
    fprintf(to, "\n%s\n", title);
    for (const char *line = lines; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        fprintf(to, "    %.*s\n", (int)strcspn(line, "\n"), line);
    }
}

void explain_print(FILE *to, const struct explanation *e, enum diag_lang lang)
{
    bool zh = lang == DIAG_ZH;
    char title[256];

    finding_title(e->finding, lang, title, sizeof title);
    fprintf(to, "E%03d %s: %s\n\n%s\n", finding_number(e->finding),
            finding_is_warning(e->finding) ? (zh ? "警告" : "warning") : (zh ? "错误" : "error"),
            title, e->text[lang]);
    if (e->wrong == NULL)
        return;
    print_lines(to, zh ? "错误示例：" : "wrong:", e->wrong);
    print_lines(to, zh ? "正确写法：" : "right:", e->right);
}

static void print_section(FILE *to, const struct explanation *e)
{
    char zh[256], en[256];

    finding_title(e->finding, DIAG_ZH, zh, sizeof zh);
    finding_title(e->finding, DIAG_EN, en, sizeof en);
    fprintf(to, "\n## E%03d%s\n**%s** / **%s**\n\n%s\n\n%s\n", finding_number(e->finding),
            finding_is_warning(e->finding) ? " 警告 / warning" : "", zh, en, e->text[DIAG_ZH],
            e->text[DIAG_EN]);
    if (e->wrong != NULL)
        fprintf(to, "\n```yaml\n# 错误 / wrong\n%s\n# 正确 / right\n%s\n```\n", e->wrong, e->right);
}

void explain_index(FILE *to)
{
    fputs("# 检查编号 / Findings of a check\n\n`riskgwctl explain E0nn` 显示同样的内容 / shows the "
          "same.\n",
          to);
    for (int number = 1; number < NUMBERS; number++) {
        const struct explanation *e = of_number(number);
        if (e != NULL)
            print_section(to, e);
    }
}
