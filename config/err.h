/* config/err.h - the error numbers that every room returns.
 * Zero is success; every error is negative, so `if (err != RG_OK)` and
 * `if (err < 0)` say the same.  Thread: any. */
#ifndef RG_CONFIG_ERR_H
#define RG_CONFIG_ERR_H

#define RG_ERRORS(X)                                                                               \
    X(RG_OK, 0, "fine")                                                                            \
    X(RG_ENOMEM, -1, "out of memory")                                                              \
    X(RG_ECONF, -2, "the configuration is wrong")                                                  \
    X(RG_EIO, -3, "input or output failed")                                                        \
    X(RG_EFULL, -4, "no room left")                                                                \
    X(RG_EINVAL, -5, "not a valid value")                                                          \
    X(RG_ENOENT, -6, "no such thing")                                                              \
    X(RG_EALREADY, -7, "already done")                                                             \
    X(RG_EREFUSED, -8, "refused")                                                                  \
    X(RG_EPERM, -9, "not permitted")                                                               \
    X(RG_EDAMAGED, -10, "the data are damaged")                                                    \
    X(RG_ENEWER, -11, "made by a newer version")

#define RG_ERROR_NUMBER(name, number, text) name = (number),
enum rg_error { RG_ERRORS(RG_ERROR_NUMBER) };
#undef RG_ERROR_NUMBER

/* The sentence of an error number, never NULL; static storage. */
const char *rg_error_text(int err);

#endif
