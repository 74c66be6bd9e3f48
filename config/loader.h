/* config/loader.h - what the loader's own files share.
 * A run: every file becomes a tree, every tree's nodes are checked against the
 * schema, points are merged from their sources, and only a run without errors
 * leaves a plant.  One mistake should give one finding: what only follows from
 * another is not told.  Thread: one a run. */
#ifndef RG_CONFIG_LOADER_H
#define RG_CONFIG_LOADER_H

#include "config/expr.h"
#include "config/load.h"
#include "config/names.h"
#include "config/schema.h"
#include "config/yaml_tree.h"

#define FILES_MAX     64
#define ERRORS_ENOUGH 1000 /* then a run goes no further */

/* A section's nodes, in the order of its schema rows. */
struct fields {
    const struct node *v[KEYS_MAX];
    enum section section;
    const struct node *map; /* for the place of what is missing; NULL: no such map */
    uint64_t excused;       /* rows that a refused key may have meant: not missing */
};

struct limit_maps {
    struct fields level[LEVELS]; /* .map NULL: that level is not there */
};

struct file {
    struct source source; /* the exact bytes */
    struct source parsed; /* without a BOM */
    const char *path;
    const char *kind, *asked; /* of a template: its folder and the name in use */
    const struct node *root;  /* NULL: the file is broken, told, or empty */
    bool empty;
    struct fields fields; /* of the root */
    struct fields defaults;
    struct limit_maps limits; /* of a template, or of the defaults */
};

struct loader {
    struct arena *arena;   /* becomes the plant's */
    struct arena *scratch; /* ends with the run */
    struct diag_list *d;
    const struct file_reader *reader;
    struct plant *plant;
    const char *folder; /* of the main file, with its slash; "" for none */
    struct file *files; /* FILES_MAX; plant files and templates */
    size_t n_files;
    size_t n_plant_files; /* the first ones: main and includes */
    const struct node *templates;
    const struct node *point; /* that is being read */
    struct expr_names points; /* once they are all there */
    const struct node **sets; /* each point's `together`; NULL: none */
    struct names names;       /* buses, areas, points; county codes; uplinks; registers */
    bool incomplete;          /* a plant file is missing or broken: what it names is unknown */
    const struct origin_sink *trace; /* NULL: nobody asks where values come from */
    int err;                         /* RG_ENOMEM; findings are counted in d */
};

/* Owners in `names`. */
extern const char names_of_plant[], names_of_county[], names_of_uplinks[], names_of_registers[];

/* loader.c */
void *loader_take(struct loader *l, size_t size); /* the plant's; NULL sets err */
const char *loader_copy(struct loader *l, const char *text);
const char *loader_path(struct loader *l, const char *relative); /* by the main file */
/* NULL: not opened.  must: report when it is missing.  A file that is broken
 * has no root. */
struct file *loader_open(struct loader *l, const char *path, const struct place *asked, bool must);
/* Takes a name; false: it is taken, and `finding` was reported at `by`. */
bool loader_name(struct loader *l, const char *owner, const char *text, const struct node *by,
                 enum finding finding);

/* fields.c */
/* Check a map's keys against its section; unknown and later ones are reported. */
void fields_read(struct loader *l, struct fields *f, const struct node *map, enum section s);
const struct node *field(const struct fields *f, const char *key);
/* The key is there, if not in a form that could be read, or may have been meant. */
bool fields_excuse(const struct fields *f, const char *key);
/* Reports the keys that the section requires and f does not have. */
void fields_require(struct loader *l, const struct fields *f);
const struct node *map_get(const struct node *map, const char *key);
/* A map whose keys the file chooses: fn for each entry that is a map itself. */
void fields_each(struct loader *l, const char *key,
                 void (*fn)(struct loader *l, const struct node *n));
/* How many entries the key's map or list has in all plant files together. */
size_t fields_count(const struct loader *l, const char *key);

/* nearest.c: a synonym, else Damerau-Levenshtein <= length / 3 + 1, in code points;
 * NULL: none */
const char *nearest(const char *word, const char *const *words, size_t n);

/* load_site.c, load_bus.c, load_point.c, load_rule.c */
void load_site(struct loader *l, struct file *main_file);
void load_uplinks(struct loader *l);
void load_buses(struct loader *l);
void load_areas(struct loader *l);
void load_points(struct loader *l);
void load_rules(struct loader *l);

#endif
