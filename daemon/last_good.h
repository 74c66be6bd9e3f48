/* daemon/last_good.h - the last configuration that was valid, as bytes, in
 * STATE/last-good/: a start with a broken or missing one runs it.
 * `manifest` says whose bytes each file holds.  It is replaced whole (temporary
 * folder, fsync, exchange, fsync): a kill or a power cut at any instant leaves
 * the old one or the new one.  Blocks on the disk.  Thread: any, one at a time. */
#ifndef RG_DAEMON_LAST_GOOD_H
#define RG_DAEMON_LAST_GOOD_H

#include <stddef.h>

#include "config/load.h"

/* RG_OK; RG_EALREADY: it is there already; RG_EIO, with errno; RG_EINVAL: a
 * path that no line of the manifest can hold. */
int last_good_keep(const char *state, const struct plant *p);
/* RG_OK; RG_ENOENT: there is none; RG_EDAMAGED: what is there is not what was
 * kept; RG_ENOMEM, RG_EIO; RG_ECONF: it is no longer valid, as `d` says. */
int last_good_load(struct plant **out, const char *state, struct diag_list *d);

#endif
