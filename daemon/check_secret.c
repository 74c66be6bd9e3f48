#include "daemon/check_secret.h"

#include <errno.h>
#include <string.h>

#include "config/err.h"
#include "daemon/secret.h"

int check_secret(void *ctx, const char *path, char *why, size_t size)
{
    char secret[SECRET_MAX];
    size_t len;

    (void)ctx;
    errno = 0;
    int err = secret_read(path, secret, &len, why, size);
    int saved = errno;
    explicit_bzero(secret, sizeof secret);
    if (err == RG_OK)
        return RG_OK;
    return err == RG_EIO && saved == EACCES ? RG_EPERM : RG_EREFUSED;
}
