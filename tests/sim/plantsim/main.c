/* plantsim: a plant of Modbus units on TCP ports and ptys. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tests/sim/plantsim/command.h"
#include "tests/sim/plantsim/help.h"
#include "tests/sim/plantsim/plant.h"
#include "tests/sim/plantsim/scenario.h"

struct options {
    const char *file;
    bool print, commands;
    uint64_t seed;
};

/* The commands on standard input. */
struct console {
    struct watch watch;
    struct plant *plant;
    size_t n;
    char in[4096];
};

static void take_command(struct plant *p, const char *line)
{
    struct reply_text a = { 0 };
    bool right = command_run(p, line, &a);

    printf("%s%s%s\n", right ? "ok" : "error", a.text[0] ? " " : "", a.text);
}

static void on_console(struct watch *w, uint32_t events)
{
    struct console *c = (struct console *)w;
    ssize_t n = read(w->fd, c->in + c->n, sizeof c->in - 1 - c->n);
    char *line = c->in, *end;

    (void)events;
    if (n <= 0) {
        c->plant->loop.stop = true; /* who steered us is gone */
        return;
    }
    c->n += (size_t)n;
    c->in[c->n] = '\0';
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        take_command(c->plant, line);
    }
    c->n -= (size_t)(line - c->in);
    memmove(c->in, line, c->n);
    if (c->n == sizeof c->in - 1) {
        puts("error the line is too long");
        c->n = 0;
    }
}

struct signals {
    struct watch watch;
    struct plant *plant;
};

static void on_signal(struct watch *w, uint32_t events)
{
    (void)events;
    ((struct signals *)w)->plant->loop.stop = true;
}

static int watch_signals(struct signals *s, struct plant *p)
{
    sigset_t set;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    *s = (struct signals){
        { .fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), .ready = on_signal }, p
    };
    return s->watch.fd < 0 ? -1 : loop_watch(&p->loop, &s->watch, EPOLLIN);
}

/* As many connections as the system allows. */
static void raise_file_limit(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

static int usage(void)
{
    fputs("usage: plantsim FILE [--print] [--stdin] [--seed N]; plantsim --help\n", stderr);
    return 64;
}

/* -1: go on; else the exit code. */
static int parse_options(struct options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            for (const char *const *line = help_lines; *line != NULL; line++)
                puts(*line);
            return 0;
        }
        if (strcmp(argv[i], "--print") == 0)
            o->print = true;
        else if (strcmp(argv[i], "--stdin") == 0)
            o->commands = true;
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            o->seed = strtoull(argv[++i], NULL, 0);
        else if (argv[i][0] != '-' && o->file == NULL)
            o->file = argv[i];
        else
            return usage();
    }
    return o->file != NULL ? -1 : usage();
}

static int run(const struct options *o, struct plant *p, struct scenario *s)
{
    static struct console console;
    struct signals signals;

    p->print = o->print;
    if (watch_signals(&signals, p) != 0)
        return 1;
    if (!scenario_load(s, p, o->file))
        return 2;
    console.watch = (struct watch){ .fd = STDIN_FILENO, .ready = on_console };
    console.plant = p;
    if (o->commands && loop_watch(&p->loop, &console.watch, EPOLLIN) != 0) {
        fprintf(stderr, "--stdin: %s (a pipe or a terminal is needed)\n", strerror(errno));
        return 2;
    }
    puts("ready");
    scenario_begin(s);
    loop_run(&p->loop);
    return 0;
}

int main(int argc, char **argv)
{
    static struct scenario scenario;
    static struct plant plant;
    struct options o = { .seed = 1 };
    int rc = parse_options(&o, argc, argv);

    if (rc >= 0)
        return rc;
    setvbuf(stdout, NULL, _IOLBF, 0);
    raise_file_limit();
    if (plant_open(&plant, o.seed) != 0) {
        perror("plantsim");
        return 1;
    }
    rc = run(&o, &plant, &scenario);
    plant_close(&plant);
    scenario_free(&scenario);
    return rc;
}
