/* Preloaded into the daemon: the FAIL_ALLOC-th request for memory fails, or
 * with FAIL_ALLOC_ALWAYS it and all after it.  The requests of paho and
 * OpenSSL, which end the process themselves when they get no memory, are counted
 * apart: with FAIL_ALLOC_PAHO theirs fail, else all others.  FAIL_ALLOC_COUNT
 * names a file that gets the number of requests at the end. */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The C library's own, below the names that stand here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

static atomic_ulong asked;
static unsigned long failing; /* 0: none */
static bool is_for_good;
static bool is_paho; /* theirs fail */

struct range {
    uintptr_t from, to;
};
static struct range paho[16];
static size_t n_paho;

static int note_library(struct dl_phdr_info *lib, size_t size, void *unused)
{
    static const char *const names[] = { "libpaho", "libssl", "libcrypto" };

    (void)size;
    (void)unused;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (int p = 0; p < lib->dlpi_phnum && strstr(lib->dlpi_name, names[i]) != NULL; p++) {
            const ElfW(Phdr) *part = &lib->dlpi_phdr[p];
            uintptr_t at = lib->dlpi_addr + part->p_vaddr;
            if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0 && n_paho < 16)
                paho[n_paho++] = (struct range){ at, at + part->p_memsz };
        }
    return 0;
}

__attribute__((constructor)) static void begin(void)
{
    const char *number = getenv("FAIL_ALLOC");

    is_for_good = getenv("FAIL_ALLOC_ALWAYS") != NULL;
    is_paho = getenv("FAIL_ALLOC_PAHO") != NULL;
    dl_iterate_phdr(note_library, NULL);
    asked = 0;
    failing = number == NULL ? 0 : strtoul(number, NULL, 10);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAIL_ALLOC_COUNT");
    char text[24];
    int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd < 0)
        return;
    int n = snprintf(text, sizeof text, "%lu\n", (unsigned long)asked);
    (void)!write(fd, text, (size_t)n);
    close(fd);
}

static bool is_of_paho(const void *caller)
{
    for (size_t i = 0; i < n_paho; i++)
        if ((uintptr_t)caller >= paho[i].from && (uintptr_t)caller < paho[i].to)
            return true;
    return false;
}

static bool is_refused(const void *caller)
{
    if (is_of_paho(caller) != is_paho)
        return false;
    unsigned long now = atomic_fetch_add(&asked, 1) + 1;

    if (failing == 0 || (is_for_good ? now < failing : now != failing))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}
