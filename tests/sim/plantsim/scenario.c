#include "tests/sim/plantsim/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/plantsim/command.h"

/* "at 5s step ...": the command begins behind the time; NULL: no such line. */
static const char *parse_at(const char *line, int64_t *at_ns)
{
    static const char spaces[] = " \t";
    char time[32];
    size_t n;

    line += strspn(line, spaces) + strlen("at");
    line += strspn(line, spaces);
    n = strcspn(line, " \t\r\n");
    if (n == 0 || n >= sizeof time)
        return NULL;
    memcpy(time, line, n);
    time[n] = '\0';
    return word_duration(time, at_ns) ? line + n + strspn(line + n, spaces) : NULL;
}

static bool add_scene(struct scenario *s, const char *line, int number, struct reply_text *a)
{
    const char *command;
    int64_t at;
    size_t i;

    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 16;
        struct scene *more = realloc(s->scenes, cap * sizeof(*more));

        if (more == NULL)
            return say_error(a, "no memory");
        s->scenes = more;
        s->cap = cap;
    }
    command = parse_at(line, &at);
    if (command == NULL)
        return say_error(a, "usage: at DURATION COMMAND");
    for (i = s->n; i > 0 && s->scenes[i - 1].at_ns > at; i--)
        s->scenes[i] = s->scenes[i - 1];
    s->scenes[i] = (struct scene){ at, number, strndup(command, strcspn(command, "\r\n#")) };
    s->n++;
    return s->scenes[i].command != NULL || say_error(a, "no memory");
}

static bool take_line(struct scenario *s, const char *line, int number, struct reply_text *a)
{
    char word[16] = "", value[32] = "";
    int n = sscanf(line, "%15s %31s", word, value);

    if (n >= 1 && strcmp(word, "at") == 0)
        return add_scene(s, line, number, a);
    if (n >= 1 && strcmp(word, "repeat") == 0)
        return (word_duration(value, &s->repeat_ns) && s->repeat_ns > 0) ||
               say_error(a, "usage: repeat DURATION");
    return command_run(s->plant, line, a);
}

static bool told(const char *path, int line, const struct reply_text *a)
{
    fprintf(stderr, "%s:%d: error: %s\n", path, line, a->text);
    return false;
}

/* A slip in a scene shall be known now, not when its time has come. */
static bool scenes_are_right(struct scenario *s, const char *path)
{
    struct reply_text a = { .dry = true };
    bool right = true;

    for (size_t i = 0; i < s->n; i++)
        if (!command_run(s->plant, s->scenes[i].command, &a))
            right = told(path, s->scenes[i].line, &a);
    if (s->repeat_ns != 0 && s->n > 0 && s->scenes[s->n - 1].at_ns >= s->repeat_ns) {
        say_error(&a, "it stands behind the end of the repeat");
        right = told(path, s->scenes[s->n - 1].line, &a);
    }
    return right;
}

bool scenario_load(struct scenario *s, struct plant *p, const char *path)
{
    FILE *f = fopen(path, "re");
    struct reply_text a = { 0 };
    bool right = true;
    char *line = NULL;
    size_t size = 0;

    s->plant = p;
    if (f == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    for (int number = 1; getline(&line, &size, f) >= 0; number++)
        if (!take_line(s, line, number, &a))
            right = told(path, number, &a);
    free(line);
    fclose(f);
    return scenes_are_right(s, path) && right;
}

static void play(struct scenario *s, const struct scene *scene)
{
    struct reply_text a = { 0 };
    bool right = command_run(s->plant, scene->command, &a);

    if (s->plant->print || !right)
        printf("at %.3f s: %s%s%s\n", (double)(clock_ns() - s->begin_ns) / 1e9, scene->command,
               right ? "" : ": refused: ", right ? "" : a.text);
}

static void on_time(struct timer *t)
{
    struct scenario *s = (struct scenario *)t;
    int64_t now = clock_ns();

    for (; s->next < s->n && s->begin_ns + s->scenes[s->next].at_ns <= now; s->next++)
        play(s, &s->scenes[s->next]);
    if (s->next == s->n && s->repeat_ns != 0) {
        s->next = 0;
        s->begin_ns += s->repeat_ns;
    }
    if (s->next < s->n)
        loop_arm(&s->plant->loop, t, s->begin_ns + s->scenes[s->next].at_ns);
}

void scenario_begin(struct scenario *s)
{
    s->timer.fire = on_time;
    s->begin_ns = clock_ns();
    if (s->n > 0)
        loop_arm(&s->plant->loop, &s->timer, s->begin_ns + s->scenes[0].at_ns);
}

void scenario_free(struct scenario *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->scenes[i].command);
    free(s->scenes);
}
