/* config/yaml_tree.h - one YAML file as a tree with marks.
 * libyaml delivers events; what YAML would guess or hide is refused here:
 * anchors, aliases, tags, merge keys, second documents, duplicate keys, nulls.
 * Every scalar is text; the schema decides what it means.  Nodes live in the
 * arena.  Thread: one at a time. */
#ifndef RG_CONFIG_YAML_TREE_H
#define RG_CONFIG_YAML_TREE_H

#include "config/arena.h"
#include "config/report.h"

#define YAML_DEPTH_MAX 32

enum node_kind { NODE_SCALAR, NODE_MAP, NODE_LIST };

/* NODE_NULL: a key without a value, which its reader reports.  NODE_TOLD: a
 * scalar that was reported and has no value. */
enum node_fault { NODE_FINE, NODE_NULL, NODE_TOLD };

/* A child of a map has a key, and the key has text. */
struct node {
    enum node_kind kind;
    struct place place;
    const char *text; /* scalar */
    enum node_fault fault;
    struct node *key;   /* of the map it stands in, else NULL */
    struct node *first; /* child of a map or list */
    struct node *last;
    struct node *next; /* sibling */
};

/* RG_OK or RG_ECONF: *out is NULL for a file that breaks off or is empty; what
 * else was refused (reported in d) leaves the rest of the tree to be looked at.
 * RG_ENOMEM. */
int yaml_tree(struct node **out, struct arena *a, const struct source *s, struct diag_list *d);

#endif
