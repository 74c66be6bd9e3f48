#include "daemon/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

static void to_hex(const unsigned char *bytes, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

/* Source: FIPS 180-4 examples, NIST CSRC. */
static void the_published_examples_come_out(void **unused)
{
    static const struct {
        const char *text, *sum;
    } rows[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char sum[SHA256_BYTES];
        char hex[2 * SHA256_BYTES + 1];
        struct sha256 s;

        sha256_init(&s);
        sha256_add(&s, rows[i].text, strlen(rows[i].text));
        sha256_end(&s, sum);
        to_hex(sum, sizeof sum, hex);
        assert_string_equal(hex, rows[i].sum);
    }
}

/* In pieces of every size around a block, against libcrypto. */
static void pieces_give_the_sum_of_the_whole(void **unused)
{
    unsigned char text[400], sum[SHA256_BYTES], wanted[EVP_MAX_MD_SIZE];

    (void)unused;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (unsigned char)(i * 7 + i / 256);
    for (size_t len = 0; len <= sizeof text; len++) {
        struct sha256 s;

        sha256_init(&s);
        for (size_t at = 0, piece = 1 + len % 70; at < len; at += piece)
            sha256_add(&s, text + at, len - at < piece ? len - at : piece);
        sha256_end(&s, sum);
        assert_int_equal(EVP_Digest(text, len, wanted, NULL, EVP_sha256(), NULL), 1);
        assert_memory_equal(sum, wanted, sizeof sum);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_examples_come_out),
        cmocka_unit_test(pieces_give_the_sum_of_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
