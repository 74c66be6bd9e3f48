#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "config/err.h"
#include "daemon/ctl.h"
#include "daemon/peer.h"
#include "tests/unit/gateway_rig.h"

#define CLIENTS   16
#define BOUND_MS  20000
#define NOBODY    65534
#define OPERATOR  64001 /* gid of riskgwd-op in this test */
#define BIG_GROUP 30000 /* bytes of its entry: it has many members */

struct rig {
    struct grig *gateway;
    uv_loop_t loop;
    struct clock clock;
    struct plant plant;
    struct ctl_subject subject;
    struct ctl *ctl;
    char folder[64];
    char path[96];
};

/* This machine needs no groups of ours. */
int __wrap_getgrnam_r(const char *name, struct group *g, char *text, size_t size,
                      struct group **found);
int __wrap_getgrnam_r(const char *name, struct group *g, char *text, size_t size,
                      struct group **found)
{
    (void)text;
    *found = NULL;
    if (strcmp(name, "riskgwd-op") != 0)
        return 0;
    if (size < BIG_GROUP)
        return ERANGE;
    g->gr_gid = OPERATOR;
    *found = g;
    return 0;
}

static sem_t answers; /* of a name service that hangs */
static atomic_bool is_hanging, is_asked;

int __real_getpwuid_r(uid_t uid, struct passwd *p, char *text, size_t size, struct passwd **found);
int __wrap_getpwuid_r(uid_t uid, struct passwd *p, char *text, size_t size, struct passwd **found);
int __wrap_getpwuid_r(uid_t uid, struct passwd *p, char *text, size_t size, struct passwd **found)
{
    is_asked = true;
    if (is_hanging)
        sem_wait(&answers);
    return __real_getpwuid_r(uid, p, text, size, found);
}

static int begin(void **state)
{
    struct rig *r = calloc(1, sizeof *r);

    r->gateway = calloc(1, sizeof *r->gateway);
    grig_init(r->gateway, GRIG_POINTS, 1);
    grig_start(r->gateway);
    clock_begin(&r->clock);
    snprintf(r->folder, sizeof r->folder, "/tmp/rg-ctl-XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    chmod(r->folder, 0755);
    snprintf(r->path, sizeof r->path, "%s/ctl", r->folder);
    r->plant = r->gateway->plant;
    r->plant.n_buses = 0;
    r->plant.control_socket = r->path;
    r->subject =
        (struct ctl_subject){ .gateway = r->gateway->g, .plant = &r->plant, .clock = &r->clock };
    uv_loop_init(&r->loop);
    *state = r;
    return 0;
}

static void open_it(struct rig *r)
{
    assert_int_equal(ctl_open(&r->ctl, &r->loop, &r->subject), RG_OK);
}

static int end(void **state)
{
    struct rig *r = *state;

    ctl_close(r->ctl);
    uv_run(&r->loop, UV_RUN_DEFAULT);
    int err = uv_loop_close(&r->loop);
    grig_stop(r->gateway);
    free(r->gateway);
    unlink(r->path);
    rmdir(r->folder);
    free(r);
    return err;
}

static int knock(const struct rig *r)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(at.sun_path, sizeof at.sun_path, "%s", r->path);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void turn(struct rig *r)
{
    uv_run(&r->loop, UV_RUN_NOWAIT);
    poll(NULL, 0, 1);
}

/* What comes until the other end closes; how many bytes.  False: it never did. */
static bool hear(struct rig *r, int fd, char *text, size_t size, size_t *len, int64_t ms)
{
    uint64_t until = uv_hrtime() + (uint64_t)ms * 1000000;
    ssize_t n = -1;

    *len = 0;
    do {
        turn(r);
        n = read(fd, text + *len, size - *len - 1);
        *len += n > 0 ? (size_t)n : 0;
    } while ((n > 0 || (n < 0 && errno == EAGAIN)) && uv_hrtime() < until);
    text[*len] = '\0';
    return n == 0 || (n < 0 && errno == ECONNRESET);
}

static void say(struct rig *r, int fd, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t n = write(fd, bytes + at, len - at);

        if (n < 0 && errno != EAGAIN)
            return; /* it hung up on us */
        at += n > 0 ? (size_t)n : 0;
        turn(r);
    }
}

static size_t ask(struct rig *r, const char *request, char *text, size_t size)
{
    int fd = knock(r);
    size_t len;

    say(r, fd, request, strlen(request));
    assert_true(hear(r, fd, text, size, &len, BOUND_MS));
    close(fd);
    return len;
}

static bool is_served(struct rig *r)
{
    static char text[65536];

    ask(r, "{\"verb\":\"status\"}\n", text, sizeof text);
    return strstr(text, "\"exit\":") != NULL && strstr(text, "\n{\"v\":1,") != NULL;
}

static void a_document_comes_behind_the_line_of_the_answer(void **state)
{
    static char text[262144];
    struct rig *r = *state;

    open_it(r);
    size_t len = ask(r, "{\"verb\":\"points\"}\n", text, sizeof text);
    assert_int_equal(strncmp(text, "{\"exit\":0,", 10), 0);
    assert_non_null(strstr(text, "\"p\":\"p63\""));
    assert_string_equal(text + len - 2, "]}");
    struct stat st;
    assert_int_equal(stat(r->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0666); /* SO_PEERCRED decides */
}

static void a_request_in_pieces_is_one_request(void **state)
{
    static char text[65536];
    struct rig *r = *state;
    const char *request = "{\"verb\":\"status\"}\n";
    size_t len;

    open_it(r);
    int fd = knock(r);
    for (size_t i = 0; i < strlen(request); i++)
        say(r, fd, request + i, 1);
    assert_true(hear(r, fd, text, sizeof text, &len, BOUND_MS));
    assert_non_null(strstr(text, "\n{\"v\":1,"));
    close(fd);
}

static void a_megabyte_is_refused_and_the_next_is_served(void **state)
{
    static char big[1 << 20], text[4096];
    struct rig *r = *state;
    size_t len;

    open_it(r);
    memset(big, '[', sizeof big);
    int fd = knock(r);
    say(r, fd, big, sizeof big);
    assert_true(hear(r, fd, text, sizeof text, &len, BOUND_MS));
    close(fd);
    assert_true(is_served(r));
}

static void more_than_16_at_once_wait_at_the_door_until_somebody_leaves(void **state)
{
    static char text[65536];
    struct rig *r = *state;
    int fds[CLIENTS + 3];
    size_t len;

    open_it(r);
    for (int i = 0; i < CLIENTS + 3; i++) {
        fds[i] = knock(r);
        turn(r);
    }
    say(r, fds[CLIENTS + 2], "{\"verb\":\"status\"}\n", 18);
    assert_false(hear(r, fds[CLIENTS + 2], text, sizeof text, &len, 300));
    say(r, fds[7], "{\"verb\":\"status\"}\n", 18);
    assert_true(hear(r, fds[7], text, sizeof text, &len, BOUND_MS));
    assert_true(len > 100);
    close(fds[3]);
    close(fds[5]);
    assert_true(hear(r, fds[CLIENTS + 2], text, sizeof text, &len, BOUND_MS));
    assert_true(len > 100);
    for (int i = 0; i < CLIENTS + 3; i++)
        if (i != 3 && i != 5)
            close(fds[i]);
    assert_true(is_served(r));
}

static void who_says_nothing_is_let_go_after_5_s_and_holds_nobody_up(void **state)
{
    struct rig *r = *state;
    char text[16];
    size_t len;

    open_it(r);
    uint64_t before = uv_hrtime();
    int silent = knock(r);
    say(r, silent, "{\"verb\":", 8);
    assert_true(is_served(r));
    assert_true(uv_hrtime() - before < 1000000000u);
    assert_true(hear(r, silent, text, sizeof text, &len, 8000));
    assert_true(uv_hrtime() - before > 4000000000u);
    close(silent);
}

static void who_leaves_before_the_answer_takes_nothing_along(void **state)
{
    struct rig *r = *state;

    open_it(r);
    for (int i = 0; i < 50; i++) {
        int fd = knock(r);
        if (i % 2 == 0)
            say(r, fd, "{\"verb\":\"points\"}\n", 18);
        close(fd);
        turn(r);
    }
    assert_true(is_served(r));
}

static void a_dead_daemons_socket_is_replaced_and_a_living_ones_is_not(void **state)
{
    struct rig *r = *state;
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    struct ctl *second = NULL;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(at.sun_path, sizeof at.sun_path, "%s", r->path);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    close(fd); /* as kill -9 leaves it */
    open_it(r);
    assert_true(is_served(r));
    assert_int_equal(ctl_open(&second, &r->loop, &r->subject), RG_EIO);
    assert_true(is_served(r));
}

static void a_file_in_the_place_of_the_socket_is_left_alone(void **state)
{
    struct rig *r = *state;

    fclose(fopen(r->path, "w"));
    assert_int_equal(ctl_open(&r->ctl, &r->loop, &r->subject), RG_EIO);
    assert_int_equal(access(r->path, F_OK), 0);
}

static void a_link_in_the_place_of_the_socket_leads_nowhere(void **state)
{
    struct rig *r = *state;
    char target[128];
    struct stat st;

    snprintf(target, sizeof target, "%s/target", r->folder);
    fclose(fopen(target, "w"));
    chmod(target, 0600);
    assert_int_equal(symlink(target, r->path), 0);
    assert_int_equal(ctl_open(&r->ctl, &r->loop, &r->subject), RG_EIO);
    assert_int_equal(stat(target, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    unlink(target);
}

static void a_path_that_no_socket_can_have_is_refused_not_cut(void **state)
{
    struct rig *r = *state;
    char path[200];

    memset(path, 'x', sizeof path);
    memcpy(path, r->folder, strlen(r->folder));
    path[strlen(r->folder)] = '/';
    path[sizeof path - 1] = '\0';
    r->plant.control_socket = path;
    assert_int_equal(ctl_open(&r->ctl, &r->loop, &r->subject), RG_EIO);
    path[sizeof((struct sockaddr_un *)0)->sun_path - 1] = '\0';
    assert_int_not_equal(access(path, F_OK), 0);
}

/* --- who is there --- */

/* A client with these ids asks for an ack of nothing; what it hears comes out
 * of the pipe that is returned. */
static int knock_as(const struct rig *r, pid_t *pid, uid_t uid, gid_t gid, gid_t more)
{
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    *pid = fork();
    if (*pid == 0) {
        int rc = setgroups(1, &more) | setgid(gid) | setuid(uid);
        struct sockaddr_un at = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        snprintf(at.sun_path, sizeof at.sun_path, "%s", r->path);
        rc |= connect(fd, (struct sockaddr *)&at, sizeof at);
        rc |= write(fd, "{\"verb\":\"ack\",\"rule\":\"p9/H\"}\n", 29) != 29;
        char buf[4096];
        ssize_t n = rc == 0 ? read(fd, buf, sizeof buf) : 0;
        rc = n > 0 && write(ends[1], buf, (size_t)n) == n ? 0 : 1;
        _exit(rc);
    }
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return ends[0];
}

/* The exit code that it gets. */
static int answer_to(struct rig *r, int fd, pid_t pid)
{
    static char text[4096];
    size_t len;
    int code = -1;

    assert_true(hear(r, fd, text, sizeof text, &len, BOUND_MS));
    close(fd);
    waitpid(pid, NULL, 0);
    sscanf(text, "{\"exit\":%d", &code);
    return code;
}

static int ack_as(struct rig *r, uid_t uid, gid_t gid, gid_t more)
{
    pid_t pid;
    int fd = knock_as(r, &pid, uid, gid, more);

    return answer_to(r, fd, pid);
}

static void a_name_service_that_hangs_holds_up_neither_the_loop_nor_root(void **state)
{
    struct rig *r = *state;
    pid_t pid;

    if (geteuid() != 0)
        skip(); /* only root can be somebody else */
    open_it(r);
    is_hanging = true;
    int fd = knock_as(r, &pid, NOBODY, OPERATOR, NOBODY);
    while (!is_asked)
        turn(r);
    assert_true(is_served(r));
    sem_post(&answers);
    assert_int_equal(answer_to(r, fd, pid), 1);
    is_hanging = false;
}

static void rights_come_from_the_kernels_word_and_the_groups(void **state)
{
    struct rig *r = *state;

    if (geteuid() != 0)
        skip(); /* only root can be somebody else */
    open_it(r);
    assert_int_equal(ack_as(r, 0, 0, 0), 1);                  /* may, and there is no alarm */
    assert_int_equal(ack_as(r, NOBODY, OPERATOR, NOBODY), 1); /* by its own group */
    assert_int_equal(ack_as(r, NOBODY, NOBODY, OPERATOR), 1); /* by one of the others */
    assert_int_equal(ack_as(r, NOBODY, NOBODY, NOBODY), 4);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_document_comes_behind_the_line_of_the_answer),
        T(a_request_in_pieces_is_one_request),
        T(a_megabyte_is_refused_and_the_next_is_served),
        T(more_than_16_at_once_wait_at_the_door_until_somebody_leaves),
        T(who_says_nothing_is_let_go_after_5_s_and_holds_nobody_up),
        T(who_leaves_before_the_answer_takes_nothing_along),
        T(a_dead_daemons_socket_is_replaced_and_a_living_ones_is_not),
        T(a_file_in_the_place_of_the_socket_is_left_alone),
        T(a_link_in_the_place_of_the_socket_leads_nowhere),
        T(a_path_that_no_socket_can_have_is_refused_not_cut),
        T(a_name_service_that_hangs_holds_up_neither_the_loop_nor_root),
        T(rights_come_from_the_kernels_word_and_the_groups),
    };

    signal(SIGPIPE, SIG_IGN);
    sem_init(&answers, 0, 0);
    return cmocka_run_group_tests_name("ctl", tests, NULL, NULL);
}
