/* config/read_file.h - real files for the loader.  Thread: any. */
#ifndef RG_CONFIG_READ_FILE_H
#define RG_CONFIG_READ_FILE_H

#include <stddef.h>

/* The `read` of struct file_reader; ctx is not used.  Refuses what is larger
 * than CONFIG_FILE_MAX and what is no regular file. */
int read_file(void *ctx, const char *path, char **text, size_t *len);

#endif
