#include "config/yaml_tree.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "config/err.h"
#include "config/names.h"
#include "config/yaml_syntax.h"

struct builder {
    yaml_parser_t parser;
    struct arena *arena;
    const struct source *source;
    const struct mended *mended;
    struct diag_list *d;
    struct last_scalar last;
    struct node *stack[YAML_DEPTH_MAX];
    int depth;
    struct node *key; /* waits for its value */
    struct node *root;
    int documents;
    struct names keys;
    const struct node *dashless; /* a map that the next entry of its list ran into */
    bool broken;                 /* no tree comes of it */
    int err;
};

static struct place place_of(const struct builder *b, const yaml_mark_t *from,
                             const yaml_mark_t *to)
{
    struct place p = mended_place(b->mended, b->source, from->line, from->column);
    struct place end = mended_place(b->mended, b->source, to->line, to->column);

    if (end.line == p.line && end.col > p.col)
        p.width = end.col - p.col;
    return p;
}

static void refuse(struct builder *b, const struct place *at, enum finding f, const char *what)
{
    report(b->d, at, f, what, NULL, NULL);
    b->err = RG_ECONF;
}

static struct node *new_node(struct builder *b, enum node_kind kind, const yaml_event_t *e)
{
    struct node *n = arena_take(b->arena, sizeof *n);

    if (n == NULL) {
        b->err = RG_ENOMEM;
        return NULL;
    }
    n->kind = kind;
    n->place = place_of(b, &e->start_mark, &e->end_mark);
    return n;
}

/* The first key of a list's entry, again in its column: the next entry's dash is missing. */
static bool lacks_dash(const struct builder *b, const struct node *map, const struct node *n,
                       const struct node *before)
{
    return b->depth > 1 && b->stack[b->depth - 2]->kind == NODE_LIST && map->first != NULL &&
           map->first->key == before && n->place.line > before->place.line &&
           n->place.col == before->place.col;
}

static void take_key(struct builder *b, struct node *map, struct node *n)
{
    const struct node *before = NULL;
    char line[16];

    b->key = n;
    if (names_take(&b->keys, b->arena, map, n->text, n, &before) != RG_OK)
        b->err = RG_ENOMEM;
    if (before != NULL) {
        snprintf(line, sizeof line, "%d", before->place.line);
        if (lacks_dash(b, map, n, before)) {
            report(b->d, &n->place, E_NO_DASH, n->text, line, NULL);
            b->dashless = map;
        } else if (b->dashless != map) {
            report(b->d, &n->place, E_DUPLICATE_KEY, n->text, line, NULL);
        }
        n->fault = NODE_TOLD;
        b->err = RG_ECONF;
    }
    if (strcmp(n->text, "<<") == 0) {
        refuse(b, &n->place, E_NOT_ALLOWED, "<< (merge key)");
        n->fault = NODE_TOLD;
    }
}

static void hang(struct builder *b, struct node *n)
{
    struct node *parent = b->depth > 0 ? b->stack[b->depth - 1] : NULL;

    if (parent == NULL) {
        b->root = n;
        return;
    }
    n->key = b->key;
    b->key = NULL;
    if (parent->last == NULL)
        parent->first = n;
    else
        parent->last->next = n;
    parent->last = n;
}

static bool wants_key(const struct builder *b)
{
    return b->depth > 0 && b->stack[b->depth - 1]->kind == NODE_MAP && b->key == NULL;
}

static bool is_null(const yaml_event_t *e)
{
    const char *s = (const char *)e->data.scalar.value;

    return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (s[0] == '\0' || strcmp(s, "~") == 0 || strcmp(s, "null") == 0 ||
            strcmp(s, "Null") == 0 || strcmp(s, "NULL") == 0);
}

static void take_scalar(struct builder *b, const yaml_event_t *e)
{
    struct node *n = new_node(b, NODE_SCALAR, e);

    if (n == NULL)
        return;
    n->text = arena_copy(b->arena, (const char *)e->data.scalar.value, e->data.scalar.length);
    if (n->text == NULL) {
        b->err = RG_ENOMEM;
        return;
    }
    b->last = (struct last_scalar){ e->start_mark, e->end_mark, b->key != NULL,
                                    e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE };
    if (wants_key(b)) {
        take_key(b, b->stack[b->depth - 1], n);
        return;
    }
    if (mended_is_told(b->mended, e->start_mark.line, e->start_mark.column)) {
        n->fault = NODE_TOLD;
    } else if (strlen(n->text) != e->data.scalar.length) {
        refuse(b, &n->place, E_NUL, NULL);
        n->fault = NODE_TOLD;
    } else if (is_null(e) && b->key != NULL) {
        n->fault = NODE_NULL;
    } else if (is_null(e)) {
        refuse(b, &n->place, E_NULL, "-");
        n->fault = NODE_TOLD;
    }
    hang(b, n);
}

static void take_alias(struct builder *b, const yaml_event_t *e)
{
    struct node *n = new_node(b, NODE_SCALAR, e);

    if (n == NULL)
        return;
    refuse(b, &n->place, E_NOT_ALLOWED, "* (alias)");
    n->text = "*";
    n->fault = NODE_TOLD;
    if (wants_key(b))
        b->key = n;
    else
        hang(b, n);
}

static void open_node(struct builder *b, const yaml_event_t *e, enum node_kind kind)
{
    struct node *n = new_node(b, kind, e);

    if (n == NULL)
        return;
    if (wants_key(b)) {
        refuse(b, &n->place, E_NOT_ALLOWED, "a map or list as a key");
        b->broken = true;
        return;
    }
    if (b->depth == YAML_DEPTH_MAX) {
        report(b->d, &n->place, E_TOO_LARGE, "嵌套过深", "nested too deep", NULL);
        b->broken = true;
        return;
    }
    hang(b, n);
    b->stack[b->depth++] = n;
}

static void refuse_decoration(struct builder *b, const yaml_event_t *e, const yaml_char_t *anchor,
                              const yaml_char_t *tag)
{
    struct place at = place_of(b, &e->start_mark, &e->end_mark);

    if (anchor != NULL)
        refuse(b, &at, E_NOT_ALLOWED, "& (anchor)");
    if (tag != NULL)
        refuse(b, &at, E_NOT_ALLOWED, "! (tag)");
}

static void take_event(struct builder *b, const yaml_event_t *e)
{
    struct place at = place_of(b, &e->start_mark, &e->end_mark);

    switch (e->type) {
    case YAML_SCALAR_EVENT:
        refuse_decoration(b, e, e->data.scalar.anchor, e->data.scalar.tag);
        take_scalar(b, e);
        break;
    case YAML_MAPPING_START_EVENT:
        refuse_decoration(b, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
        open_node(b, e, NODE_MAP);
        break;
    case YAML_SEQUENCE_START_EVENT:
        refuse_decoration(b, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
        open_node(b, e, NODE_LIST);
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        b->depth--;
        break;
    case YAML_ALIAS_EVENT:
        take_alias(b, e);
        break;
    case YAML_DOCUMENT_START_EVENT:
        b->broken |= b->documents > 0;
        if (b->documents++ > 0)
            refuse(b, &at, E_NOT_ALLOWED, "--- (second document)");
        break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
}

static void syntax_error(struct builder *b)
{
    b->broken = true;
    b->err = b->parser.error == YAML_MEMORY_ERROR ? RG_ENOMEM : RG_ECONF;
    if (b->err == RG_ECONF)
        yaml_syntax_report(&b->parser, b->source, b->mended, &b->last, b->d);
}

static void parse(struct builder *b)
{
    yaml_event_t e;
    bool ended = false;

    yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b->parser, (const unsigned char *)b->mended->text,
                                 b->mended->len);
    while (!ended && !b->broken && b->err != RG_ENOMEM) {
        if (!yaml_parser_parse(&b->parser, &e)) {
            syntax_error(b);
            return;
        }
        ended = e.type == YAML_STREAM_END_EVENT;
        take_event(b, &e);
        yaml_event_delete(&e);
    }
}

int yaml_tree(struct node **out, struct arena *a, const struct source *s, struct diag_list *d)
{
    struct mended mended;
    struct builder b = { .arena = a, .source = s, .mended = &mended, .d = d };

    if (yaml_mend(&mended, a, s, d) != RG_OK || !yaml_parser_initialize(&b.parser))
        return RG_ENOMEM;
    b.broken = mended.hopeless;
    parse(&b);
    yaml_parser_delete(&b.parser);
    *out = b.broken || b.err == RG_ENOMEM ? NULL : b.root;
    return b.broken && b.err == RG_OK ? RG_ECONF : b.err;
}
