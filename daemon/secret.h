/* daemon/secret.h - files that only the service may read: a password, a
 * private key.  Thread: any; reads a disk. */
#ifndef RG_DAEMON_SECRET_H
#define RG_DAEMON_SECRET_H

#include <stddef.h>

#define SECRET_MAX 1024 /* bytes of a password */

enum secret_kind { SECRET_PUBLIC, SECRET_PRIVATE };

/* The whole of a regular file of at most `max` bytes: *out is the caller's, to
 * be given to secret_free(), and ends in a NUL.  A private one that group or
 * others may touch is refused, but for those below $CREDENTIALS_DIRECTORY,
 * whose bits are the service manager's.  RG_OK, or RG_EPERM (why: its mode),
 * RG_EIO, RG_EINVAL (empty, too long) with a few words in `why`. */
int secret_load(const char *path, enum secret_kind kind, size_t max, char **out, size_t *len,
                char *why, size_t size);
void secret_free(char *text, size_t len); /* wipes it; NULL-safe */

/* A password: the file's bytes without the line end.  Errors as above, with a
 * sentence in `why` that names the file and never its content. */
int secret_read(const char *path, char out[SECRET_MAX], size_t *len, char *why, size_t size);

#endif
