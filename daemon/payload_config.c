#include "daemon/payload_config.h"

#include <stdio.h>

#include "daemon/payload_parts.h"

static void put_changed(struct json *j, const struct event *ev, const struct config_news *n)
{
    char text[PART_TEXT_MAX];

    json_str(j, "config", n->new);
    json_str(j, "old", n->old);
    part_note(j, "by", ev->by, PART_NAME_MAX);
    snprintf(text, sizeof text, "网关配置已更新：%s → %s%s%s", n->old, n->new,
             ev->by[0] == '\0' ? "" : "，操作人：", ev->by);
    json_str_cut(j, "text", text, PART_TEXT_MAX);
}

static void put_place(struct json *j, const struct config_news *n)
{
    part_note(j, "file", n->file, PART_NOTE_MAX);
    if (n->file == NULL || n->line <= 0)
        return;
    json_int(j, "line", n->line);
    json_int(j, "col", n->col > 0 ? n->col : 1);
}

static void put_refused(struct json *j, const struct event *ev, const struct config_news *n)
{
    char text[PART_TEXT_MAX], place[32] = "";

    json_str(j, "config", n->old);
    put_place(j, n);
    part_note(j, "finding", n->finding, PART_NOTE_MAX);
    json_uint(j, "errors", n->errors);
    part_note(j, "by", ev->by, PART_NAME_MAX);
    if (n->line > 0)
        snprintf(place, sizeof place, ":%d:%d", n->line, n->col);
    snprintf(text, sizeof text, "网关新配置未被采用，继续按原配置运行：%.120s%s %s",
             n->file == NULL ? "" : n->file, place, n->finding);
    json_str_cut(j, "text", text, PART_TEXT_MAX);
}

size_t payload_config(char *body, const struct envelope *e, const struct event *ev,
                      const struct config_news *n)
{
    struct json j;

    part_head(&j, body, e, ev->seq, ev->at);
    json_str(&j, "ev", event_word(ev->type));
    if (ev->type == EV_CONFIG)
        put_changed(&j, ev, n);
    else
        put_refused(&j, ev, n);
    return part_tail(&j, e);
}
