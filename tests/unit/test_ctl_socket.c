/* Where the tool looks for a daemon whose file is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/riskgwctl/socket.h"

static void the_socket_is_found_in_a_text_that_is_wrong(void **unused)
{
    static const struct {
        const char *text, *path; /* NULL: none */
    } rows[] = {
        { "control: {socket: /run/a/ctl}\n", "/run/a/ctl" },
        { "control:\n  socket: \"/run/a/ctl\"  # here\nsite: [\n", "/run/a/ctl" },
        { "site: [\ncontrol: {a: 1,socket: '/run/b'}", "/run/b" },
        { "control: { socket: /run/c, x: 1 }\r\n", "/run/c" },
        { "# socket: /run/no\nsocket: /run/yes\n", "/run/yes" },
        { "websocket: /run/no\n", NULL },
        { "a: 1 # socket: /run/no\n", NULL },
        { "socket:\n", NULL },
        { "socket: /a-path-that-is-longer-than-the-caller-has-room-for", NULL },
        { "", NULL },
        { "\n\n", NULL },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char path[32] = "";
        bool is_found = socket_named(rows[i].text, path, sizeof path);

        assert_int_equal(is_found, rows[i].path != NULL);
        assert_string_equal(path, rows[i].path == NULL ? "" : rows[i].path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_socket_is_found_in_a_text_that_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
