/* config/loader.h - what the loader's own files share.
 * A run: every file becomes a tree, every tree's nodes are checked against the
 * schema, points are merged from their sources, and only a run without errors
 * leaves a plant.  Thread: one a run. */
#ifndef RG_CONFIG_LOADER_H
#define RG_CONFIG_LOADER_H

#include "config/load.h"
#include "config/schema.h"
#include "config/yaml_tree.h"

#define FILES_MAX 64

/* A section's nodes, in the order of its schema rows. */
struct fields {
    const struct node *v[KEYS_MAX];
    enum section section;
    const struct node *map; /* for the place of what is missing */
};

struct file {
    struct source source;
    const char *path;
    const struct node *root;
    struct fields fields;   /* of the root */
    struct fields defaults;
};

struct loader {
    struct arena *arena; /* becomes the plant's */
    struct diag_list *d;
    const struct file_reader *reader;
    struct plant *plant;
    const char *folder;  /* of the main file, with its slash; "" for none */
    struct file *files;  /* FILES_MAX; plant files and templates */
    size_t n_files;
    size_t n_plant_files; /* the first ones: main and includes */
    const struct node *templates;
    int err;             /* RG_ENOMEM; findings are counted in d */
};

/* loader.c */
void *loader_take(struct loader *l, size_t size); /* NULL sets err */
const char *loader_copy(struct loader *l, const char *text);
const char *loader_path(struct loader *l, const char *relative); /* by the main file */
/* NULL: could not be read; must: report when it is missing.  A file that is
 * broken has no root. */
struct file *loader_open(struct loader *l, const char *path, const struct place *asked, bool must);
/* Check a map's keys against its section; unknown and later ones are reported. */
void fields_read(struct loader *l, struct fields *f, const struct node *map, enum section s);
const struct node *field(const struct fields *f, const char *key);
/* Reports the keys that the section requires and f does not have. */
void fields_require(struct loader *l, const struct fields *f);
const struct node *map_get(const struct node *map, const char *key);

/* values.c: the value of a key, or its default; false: reported, *out untouched */
bool value_text(struct loader *l, const struct fields *f, const char *key, const char **out);
bool value_int(struct loader *l, const struct fields *f, const char *key, int64_t *out);
bool value_time(struct loader *l, const struct fields *f, const char *key, int64_t *out);
bool value_size(struct loader *l, const struct fields *f, const char *key, int64_t *out);
bool value_flag(struct loader *l, const struct fields *f, const char *key, bool *out);
/* A scalar or {zh, en}. */
bool value_label(struct loader *l, const struct node *n, struct text *out);
bool value_factor(struct loader *l, const struct fields *f, const char *key, double *out,
                  int8_t *decimals);
bool value_quantity(struct loader *l, const struct node *n, enum unit_id unit, double *out);
bool value_range(struct loader *l, const struct node *n, enum unit_id unit, double *low,
                 double *high);
/* Index of the node's word in a list that NULL ends; -1: reported. */
int value_word(struct loader *l, const struct node *n, const char *const *words);
void value_unknown_unit(struct loader *l, const struct node *n);
bool value_name(struct loader *l, const struct node *n, const char **out);
const char *nearest(const char *word, const char *const *words, size_t n);

/* load_site.c, load_bus.c, load_point.c, load_limit.c */
void load_site(struct loader *l, struct file *main_file);
void load_uplinks(struct loader *l);
void load_buses(struct loader *l);
void load_areas(struct loader *l);
void load_points(struct loader *l);

#endif
