/* daemon/check_secret.h - the `secret` of a struct file_reader, for a check.
 * Thread: any; reads a disk. */
#ifndef RG_DAEMON_CHECK_SECRET_H
#define RG_DAEMON_CHECK_SECRET_H

#include <stddef.h>

int check_secret(void *ctx, const char *path, char *why, size_t size);

#endif
