/* config/load.h - a tree of files becomes one immutable struct plant.
 * No I/O of its own: `struct file_reader` brings the bytes, so tests, the
 * fuzzer and the last good configuration use the same way in.
 * Thread: any; one call uses one thread. */
#ifndef RG_CONFIG_LOAD_H
#define RG_CONFIG_LOAD_H

#include "config/catalog.h"
#include "config/diag.h"
#include "config/err.h"
#include "config/model.h"

#define CONFIG_FILE_MAX (4u << 20) /* bytes; a larger file is refused */

/* key: ca, cert, key or crl; the rest as in report(). */
typedef void cert_finding(void *to, const char *key, enum finding f, const char *a0, const char *a1,
                          const char *a2);

struct file_reader {
    void *ctx;
    /* *text is malloc'd and becomes the loader's.  RG_ENOENT when there is
     * no such file, RG_EIO (errno set) otherwise. */
    int (*read)(void *ctx, const char *path, char **text, size_t *len);
    /* Could a password be read from there?  RG_OK, RG_EPERM (not by this user: a
     * warning), else an error with a sentence in `why`.  NULL: nobody looks. */
    int (*secret)(void *ctx, const char *path, char *why, size_t size);
    /* What is wrong with the files of an uplink's tls?  NULL: nobody looks. */
    void (*certs)(void *ctx, const struct tls_conf *tls, cert_finding *tell, void *to);
};

/* Load `path` and all that it includes.  RG_OK: *out is the caller's
 * (plant_free) and `d` may hold warnings.  RG_ECONF: `d` says why, *out is
 * untouched.  RG_ENOMEM. */
int plant_load(struct plant **out, const char *path, const struct file_reader *r,
               struct diag_list *d);

#endif
