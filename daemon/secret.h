/* daemon/secret.h - a password out of its file.  Thread: any; reads a disk. */
#ifndef RG_DAEMON_SECRET_H
#define RG_DAEMON_SECRET_H

#include <stddef.h>

#define SECRET_MAX 1024 /* bytes of a password */

/* The file's bytes without the line end.  A file that group or others may touch
 * is refused, but for those below $CREDENTIALS_DIRECTORY, whose bits are the
 * service manager's.  RG_OK, or RG_EPERM, RG_EIO, RG_EINVAL (empty, too long)
 * with a sentence in `why` that names the file and never its content. */
int secret_read(const char *path, char out[SECRET_MAX], size_t *len, char *why, size_t size);

#endif
