#include "daemon/last_good.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/read_file.h"
#include "daemon/digest.h"

#define FOLDER      "last-good"
#define FOLDER_NEW  "last-good.new"
#define FOLDER_OLD  "last-good.old" /* only where two folders can't be exchanged */
#define HEAD        "riskgwd last good configuration 1\nconfig "
#define HASH_DIGITS 16
#define NAME_BYTES  16 /* file-NN.yaml */

static void name_of(char out[NAME_BYTES], size_t i)
{
    snprintf(out, NAME_BYTES, "file-%02u.yaml", (unsigned)i % 100);
}

/* ---- the manifest ---- */

/* The hash of all, then one path a line, in the order of the numbered files. */
static int make_manifest(const struct plant *p, char **text, size_t *len)
{
    FILE *f = open_memstream(text, len);
    char hash[HASH_DIGITS + 1];
    int err = RG_OK;

    if (f == NULL)
        return RG_ENOMEM;
    digest_plant(p, hash);
    fprintf(f, HEAD "%s\n", hash);
    for (size_t i = 0; i < p->n_files; i++) {
        if (strchr(p->files[i].path, '\n') != NULL)
            err = RG_EINVAL;
        fprintf(f, "%s\n", p->files[i].path);
    }
    if (fclose(f) != 0)
        return RG_ENOMEM;
    return err;
}

struct manifest {
    char *text; /* the lines, each ended by NUL */
    const char *hash;
    const char *paths[100];
    size_t n;
};

static bool split_manifest(struct manifest *m)
{
    char *at = m->text, *end;
    size_t head = strlen(HEAD);

    if (strncmp(at, HEAD, head) != 0)
        return false;
    for (at += head; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = '\0';
        if (m->hash == NULL)
            m->hash = at;
        else if (m->n < sizeof m->paths / sizeof m->paths[0])
            m->paths[m->n++] = at;
    }
    return *at == '\0' && m->n > 0;
}

/* ---- keeping ---- */

static int write_file(int folder, const char *name, const char *text, size_t len)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int err = RG_OK;

    if (fd < 0)
        return RG_EIO;
    while (len > 0 && err == RG_OK) {
        ssize_t n = write(fd, text, len);
        if (n > 0) {
            text += n;
            len -= (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            err = RG_EIO;
        }
    }
    if (err == RG_OK && fsync(fd) != 0)
        err = RG_EIO;
    if (close(fd) != 0)
        err = RG_EIO;
    return err;
}

static int write_all(int folder, const struct plant *p, const char *manifest, size_t len)
{
    int err = RG_OK;

    for (size_t i = 0; i < p->n_files && err == RG_OK; i++) {
        char name[NAME_BYTES];
        name_of(name, i);
        err = write_file(folder, name, p->files[i].text, p->files[i].len);
    }
    if (err == RG_OK)
        err = write_file(folder, "manifest", manifest, len);
    if (err == RG_OK && fsync(folder) != 0)
        err = RG_EIO;
    return err;
}

/* A folder that holds files only; it may be missing. */
static void remove_folder(int state, const char *name)
{
    int fd = openat(state, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        unlinkat(fd, entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    unlinkat(state, name, AT_REMOVEDIR);
}

/* Some file systems can't exchange: then the old one stands under another name
 * between two steps, and is found there. */
static int put_in_place(int state)
{
    if (renameat2(state, FOLDER_NEW, state, FOLDER, RENAME_EXCHANGE) == 0)
        return RG_OK;
    if (faccessat(state, FOLDER, F_OK, 0) == 0) { /* else the old name may hold the only one */
        remove_folder(state, FOLDER_OLD);
        if (renameat(state, FOLDER, state, FOLDER_OLD) != 0)
            return RG_EIO;
    }
    return renameat(state, FOLDER_NEW, state, FOLDER) == 0 ? RG_OK : RG_EIO;
}

static bool is_kept(const char *state, const char *manifest, size_t len)
{
    char *path = NULL, *text = NULL;
    size_t n = 0;
    bool is_same = false;

    if (asprintf(&path, "%s/" FOLDER "/manifest", state) < 0)
        return false;
    if (read_file(NULL, path, &text, &n) == RG_OK)
        is_same = n == len && memcmp(text, manifest, len) == 0;
    free(text);
    free(path);
    return is_same;
}

static int keep(int state, const struct plant *p, const char *manifest, size_t len)
{
    int err = RG_EIO;

    remove_folder(state, FOLDER_NEW);
    if (mkdirat(state, FOLDER_NEW, 0700) != 0)
        return RG_EIO;
    int folder = openat(state, FOLDER_NEW, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0) {
        err = write_all(folder, p, manifest, len);
        close(folder);
    }
    if (err == RG_OK)
        err = put_in_place(state);
    if (err == RG_OK && fsync(state) != 0)
        err = RG_EIO;
    int saved = errno;
    remove_folder(state, FOLDER_NEW);
    if (err == RG_OK)
        remove_folder(state, FOLDER_OLD);
    errno = saved;
    return err;
}

int last_good_keep(const char *state, const struct plant *p)
{
    char *manifest = NULL;
    size_t len = 0;
    int err = make_manifest(p, &manifest, &len);

    if (err == RG_OK && is_kept(state, manifest, len))
        err = RG_EALREADY;
    if (err == RG_OK) {
        int fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        err = fd < 0 ? RG_EIO : keep(fd, p, manifest, len);
        int saved = errno;
        if (fd >= 0)
            close(fd);
        errno = saved;
    }
    free(manifest);
    return err;
}

/* ---- loading ---- */

struct kept {
    const char *folder;
    struct manifest manifest;
};

/* The `read` of struct file_reader: what was not there when it was kept is not
 * there now. */
static int read_kept(void *ctx, const char *path, char **text, size_t *len)
{
    const struct kept *k = ctx;

    for (size_t i = 0; i < k->manifest.n; i++) {
        char name[NAME_BYTES], *at;
        if (strcmp(k->manifest.paths[i], path) != 0)
            continue;
        name_of(name, i);
        if (asprintf(&at, "%s/%s", k->folder, name) < 0)
            return RG_ENOMEM;
        int err = read_file(NULL, at, text, len);
        free(at);
        return err;
    }
    return RG_ENOENT;
}

static int load_checked(struct plant **out, struct kept *k, struct diag_list *d)
{
    const struct file_reader reader = { .ctx = k, .read = read_kept };
    struct plant *p;
    char hash[HASH_DIGITS + 1];

    if (!split_manifest(&k->manifest))
        return RG_EDAMAGED;
    int err = plant_load(&p, k->manifest.paths[0], &reader, d);
    if (err != RG_OK)
        return err;
    digest_plant(p, hash);
    if (strcmp(hash, k->manifest.hash) != 0) {
        plant_free(p);
        return RG_EDAMAGED;
    }
    *out = p;
    return RG_OK;
}

static int load_from(struct plant **out, const char *folder, struct diag_list *d)
{
    struct kept k = { .folder = folder };
    char *path;
    size_t len;

    if (asprintf(&path, "%s/manifest", folder) < 0)
        return RG_ENOMEM;
    int err = read_file(NULL, path, &k.manifest.text, &len);
    free(path);
    if (err != RG_OK)
        return err;
    err = load_checked(out, &k, d);
    free(k.manifest.text);
    return err;
}

int last_good_load(struct plant **out, const char *state, struct diag_list *d)
{
    static const char *const folders[] = { FOLDER, FOLDER_OLD };
    int err = RG_ENOENT;

    for (size_t i = 0; i < 2 && err == RG_ENOENT; i++) {
        char *folder;
        if (asprintf(&folder, "%s/%s", state, folders[i]) < 0)
            return RG_ENOMEM;
        err = load_from(out, folder, d);
        free(folder);
    }
    return err;
}
