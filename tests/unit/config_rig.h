/* Files in memory for the loader, and plants of a few lines. */
#ifndef RG_TESTS_CONFIG_RIG_H
#define RG_TESTS_CONFIG_RIG_H

#include "config/load.h"
#include "config/origin.h"

struct memory_file {
    const char *path;
    const char *text;
    size_t len; /* 0: strlen */
};

#define MEMORY_FILES_MAX 12

struct memory_files {
    struct memory_file v[MEMORY_FILES_MAX];
    size_t n;
};

/* The `read` of a struct file_reader over struct memory_files. */
int read_memory(void *ctx, const char *path, char **text, size_t *len);
/* Loads "p.yaml" from the files; the caller frees *plant and ends `found`. */
int load_memory(struct plant **plant, struct memory_files *files, struct diag_list *found);
/* Loads one text as p.yaml beside the shipped templates' test doubles. */
int load_text(struct plant **plant, const char *text, struct diag_list *found);
int load_bytes(struct plant **plant, const char *text, size_t len, struct diag_list *found);
/* The same for plant_trace(). */
int trace_text(const char *text, struct diag_list *found, const struct origin_sink *sink);
/* The finding with that code; NULL: none. */
const struct diag *find_diag(const struct diag_list *d, int code);
/* `text` where %s of `frame` stands. */
const char *framed(const char *frame, const char *text);

/* A whole plant with room for one more line of each kind. */
extern const char frame_root[], frame_bus[], frame_point[], frame_limits[], frame_read[];

#endif
