/* The county's end on a real broker: what came is kept on disk before it is
 * answered, and the account is given at the end. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "tests/sim/platform/county.h"
#include "tests/sim/platform/lines.h"
#include "tests/sim/platform/link.h"
#include "tests/sim/platform/options.h"

#define RETRY_MS   100
#define LINE_BYTES 512

struct platform {
    struct options o;
    struct county *county;
    struct link *link;
    FILE *ledger, *capture;
    char gateway[160]; /* riskgw/v1/ENT/GW of the last message */
    char line[LINE_BYTES];
    size_t line_len;
    int stop_fd;
    bool is_subscribed, is_stopped, has_failed, has_input;
    bool is_dirty; /* the ledger has what is not on disk yet */
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the account ---- */

static void print_report(const struct county_report *r)
{
    json_t *found = json_object();
    json_t *doc;

    for (int f = 0; f < COUNTY_KINDS; f++)
        if (r->found[f] > 0)
            json_object_set_new(found, county_words[f], json_integer((json_int_t)r->found[f]));
    doc = json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:b}", "events", r->events,
                    "expected", r->expected, "missing", r->found[COUNTY_MISSING], "two_contents",
                    r->found[COUNTY_TWO_CONTENTS], "alarm", r->messages[0], "telemetry",
                    r->messages[1], "ledger", r->messages[2], "epochs", r->epochs, "alarms",
                    r->alarms, "open", r->open, "compared", r->compared, "found", found, "right",
                    r->right);
    json_dumpf(doc, stdout, 0);
    putchar('\n');
    json_decref(doc);
    fflush(stdout);
}

static int close_account(struct platform *p)
{
    struct county_report r;

    for (size_t i = 0; county_complaint(p->county, i) != NULL; i++)
        printf("wrong: %s\n", county_complaint(p->county, i));
    county_report(p->county, &r);
    print_report(&r);
    printf("ledger: %llu of %llu events, %llu missing, %llu ids with two contents\n",
           (unsigned long long)r.events, (unsigned long long)r.expected,
           (unsigned long long)r.found[COUNTY_MISSING],
           (unsigned long long)r.found[COUNTY_TWO_CONTENTS]);
    fflush(stdout);
    return r.right && !p->has_failed ? 0 : 1;
}

/* ---- what comes ---- */

static void note_gateway(struct platform *p, const char *topic)
{
    size_t n = 0;

    for (int levels = 0; topic[n] != '\0'; n++)
        if (topic[n] == '/' && ++levels == 4)
            break;
    snprintf(p->gateway, sizeof p->gateway, "%.*s", (int)n, topic);
}

static const char *text_of(const json_t *body, const char *key)
{
    const char *text = json_string_value(json_object_get(body, key));

    return text == NULL ? "" : text;
}

static void print_message(const struct county_message *m)
{
    json_t *body = json_loadb(m->body, m->len, 0, NULL);
    const json_t *online = json_object_get(body, "online");
    const char *tail = strlen(m->topic) > 10 ? m->topic + 10 : m->topic;

    printf("< %s %lld", tail, (long long)json_integer_value(json_object_get(body, "epoch")));
    if (json_object_get(body, "seq") != NULL)
        printf("/%lld", (long long)json_integer_value(json_object_get(body, "seq")));
    if (online != NULL)
        printf(" %s %s", json_is_true(online) ? "online" : "offline", text_of(body, "reason"));
    printf(" %s %s %s%s\n", text_of(body, "ev"), text_of(body, "alarm_id"), text_of(body, "text"),
           json_is_true(json_object_get(body, "replay")) ? " (replay)" : "");
    fflush(stdout);
    json_decref(body);
}

static void receive_one(struct platform *p, const struct county_message *m)
{
    note_gateway(p, m->topic);
    if (p->capture != NULL && !lines_add(p->capture, m))
        p->has_failed = true;
    if (p->o.print)
        print_message(m);
    if (!county_message(p->county, m) || p->ledger == NULL)
        return;
    p->is_dirty = true;
    if (!lines_add(p->ledger, m))
        p->has_failed = true;
}

/* Nothing is answered that is not on disk. */
static void receive(struct platform *p)
{
    struct arrival *a = link_take(p->link), *next;
    struct county_down d;

    for (; a != NULL; a = next) {
        next = a->next;
        receive_one(p, &(struct county_message){ a->topic, a->body, a->len, a->retain, now_ms() });
        arrival_free(a);
    }
    if (p->is_dirty && !lines_sync(p->ledger))
        p->has_failed = true;
    p->is_dirty = false;
    while (!p->has_failed && county_next(p->county, now_ms(), &d))
        link_publish(p->link, d.topic, d.body);
}

/* ---- commands ---- */

static void publish_request(struct platform *p, const char *body)
{
    char topic[192];

    if (p->gateway[0] == '\0') {
        puts("error no gateway was heard");
        return;
    }
    snprintf(topic, sizeof topic, "%s/down/request", p->gateway);
    link_publish(p->link, topic, body);
    puts("ok");
}

static void request(struct platform *p, const char *what)
{
    unsigned long long epoch, from, to;
    char topic[16] = "alarm", body[160];

    if (strcmp(what, "meta") == 0 || strcmp(what, "active") == 0)
        snprintf(body, sizeof body, "{\"v\":1,\"req\":\"%s\"}", what);
    else if (sscanf(what, "resend %llu %llu %llu", &epoch, &from, &to) == 3 ||
             sscanf(what, "resend %15s %llu %llu %llu", topic, &epoch, &from, &to) == 4)
        snprintf(body, sizeof body,
                 "{\"v\":1,\"req\":\"resend\",\"topic\":\"%s\",\"epoch\":%llu,\"from\":%llu,"
                 "\"to\":%llu}",
                 topic, epoch, from, to);
    else {
        puts("error request what?");
        return;
    }
    publish_request(p, body);
}

static void judge(struct platform *p)
{
    static const char *const answers[] = { [COUNTY_SAME] = "ok same",
                                           [COUNTY_DIFFERS] = "error differs",
                                           [COUNTY_UNPROVEN] = "ok unproven" };

    puts(answers[county_judge(p->county)]);
}

static void obey(struct platform *p, const char *line)
{
    struct county_conf conf;
    struct county_report r;

    if (strncmp(line, "receipts ", 9) == 0 && options_receipts(&conf, line + 9)) {
        county_receipts(p->county, &conf);
        puts("ok");
    } else if (strncmp(line, "request ", 8) == 0) {
        request(p, line + 8);
    } else if (strcmp(line, "judge") == 0) {
        judge(p);
    } else if (strcmp(line, "report") == 0) {
        county_report(p->county, &r);
        print_report(&r);
        puts("ok");
    } else {
        puts("error unknown command");
    }
    fflush(stdout);
}

static void read_input(struct platform *p)
{
    ssize_t n = read(STDIN_FILENO, p->line + p->line_len, sizeof p->line - 1 - p->line_len);
    char *end;

    if (n <= 0) {
        p->has_input = n < 0 && errno == EINTR;
        return;
    }
    p->line_len += (size_t)n;
    p->line[p->line_len] = '\0';
    while ((end = strchr(p->line, '\n')) != NULL) {
        *end = '\0';
        obey(p, p->line);
        p->line_len -= (size_t)(end + 1 - p->line);
        memmove(p->line, end + 1, p->line_len + 1);
    }
    if (p->line_len == sizeof p->line - 1)
        p->line_len = 0;
}

/* ---- its life ---- */

static bool begin(struct platform *p)
{
    sigset_t stop;
    long n;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    p->stop_fd = signalfd(-1, &stop, SFD_CLOEXEC);
    p->county = county_new(&p->o.county);
    p->ledger = p->o.ledger == NULL ? NULL : lines_open(p->o.ledger);
    n = p->ledger == NULL ? 0 : lines_recall(p->o.ledger, p->county);
    p->capture = p->o.capture == NULL ? NULL : lines_open(p->o.capture);
    p->link = link_new(&p->o.link);
    p->has_input = true;
    if (n > 0)
        printf("recalled %ld messages\n", n);
    return p->stop_fd >= 0 && n >= 0 && p->link != NULL &&
           (p->o.ledger == NULL || p->ledger != NULL) &&
           (p->o.capture == NULL || p->capture != NULL);
}

static void connect_again(struct platform *p)
{
    if (link_is_up(p->link) || link_connect(p->link) != NULL)
        return;
    puts(p->is_subscribed ? "subscribed again" : "subscribed");
    fflush(stdout);
    p->is_subscribed = true;
}

static int wait_ms(const struct platform *p)
{
    int64_t at_ms = county_next_ms(p->county), left_ms;

    if (!link_is_up(p->link))
        return RETRY_MS;
    if (at_ms == INT64_MAX)
        return -1;
    left_ms = at_ms == INT64_MIN ? 0 : at_ms - now_ms();
    return left_ms < 0 ? 0 : left_ms > 60000 ? 60000 : (int)left_ms;
}

static void step(struct platform *p)
{
    struct pollfd fds[3] = { { .fd = link_fd(p->link), .events = POLLIN },
                             { .fd = p->stop_fd, .events = POLLIN },
                             { .fd = p->has_input ? STDIN_FILENO : -1, .events = POLLIN } };

    connect_again(p);
    if (poll(fds, 3, wait_ms(p)) < 0 && errno != EINTR)
        p->has_failed = p->is_stopped = true;
    receive(p);
    if ((fds[2].revents & (POLLIN | POLLHUP)) != 0)
        read_input(p);
    if ((fds[1].revents & POLLIN) != 0)
        p->is_stopped = true;
}

static int check_file(struct platform *p)
{
    int code;

    p->county = county_new(&p->o.county);
    if (lines_recall(p->o.check, p->county) <= 0) {
        fprintf(stderr, "platform: %s: no messages\n", p->o.check);
        return 64;
    }
    code = close_account(p);
    county_free(p->county);
    return code;
}

int main(int argc, char **argv)
{
    static struct platform p;
    int code;

    if (!options_parse(&p.o, argc, argv))
        return 64;
    if (p.o.check != NULL)
        return check_file(&p);
    if (!begin(&p)) {
        perror("platform");
        return 1;
    }
    while (!p.is_stopped)
        step(&p);
    link_free(p.link);
    code = close_account(&p);
    county_free(p.county);
    if (p.ledger != NULL)
        fclose(p.ledger);
    if (p.capture != NULL)
        fclose(p.capture);
    return code;
}
