#include "daemon/payload_config.h"

#include <stdio.h>

#include "daemon/payload_parts.h"

static void put_changed(struct json *j, const struct event *ev, const struct config_news *n)
{
    char text[PART_TEXT_MAX];

    json_str(j, "old", n->old);
    json_str(j, "new", n->new);
    part_note(j, "by", ev->by, PART_NAME_MAX);
    snprintf(text, sizeof text, "网关配置已更新：%s → %s%s%s", n->old, n->new,
             ev->by[0] == '\0' ? "" : "，操作人：", ev->by);
    json_str_cut(j, "text", text, PART_TEXT_MAX);
}

static void put_refused(struct json *j, const struct event *ev, const struct config_news *n)
{
    char text[PART_TEXT_MAX];

    json_str(j, "config", n->old);
    part_note(j, "where", n->where, PART_NOTE_MAX);
    part_note(j, "finding", n->finding, PART_NOTE_MAX);
    json_uint(j, "errors", n->errors);
    part_note(j, "by", ev->by, PART_NAME_MAX);
    snprintf(text, sizeof text, "网关新配置未通过检查，继续按原配置运行：%s%s%s",
             n->where == NULL ? "" : n->where, n->where == NULL ? "" : " ", n->finding);
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
