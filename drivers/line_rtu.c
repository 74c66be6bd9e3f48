#include "drivers/line_rtu.h"

#include <errno.h>
#include <fcntl.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

struct line_rtu {
    int lock_fd; /* held from before libmodbus touches the port's settings */
    modbus_t *modbus;
};

struct speed_row {
    uint32_t baud;
    speed_t speed;
};

/* What termios has a constant for.  libmodbus takes 9600 for any other. */
static const struct speed_row speeds[] = {
    { 300, B300 },         { 600, B600 },       { 1200, B1200 },     { 1800, B1800 },
    { 2400, B2400 },       { 4800, B4800 },     { 9600, B9600 },     { 19200, B19200 },
    { 38400, B38400 },     { 57600, B57600 },   { 115200, B115200 }, { 230400, B230400 },
    { 460800, B460800 },   { 500000, B500000 }, { 576000, B576000 }, { 921600, B921600 },
    { 1000000, B1000000 },
};

static uint32_t baud_of(speed_t speed)
{
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++)
        if (speeds[i].speed == speed)
            return speeds[i].baud;
    return 0;
}

/* The driver of the port may have taken another speed without a word. */
static bool has_baud(int fd, uint32_t baud, char *error, size_t size)
{
    struct termios is;

    if (tcgetattr(fd, &is) != 0) {
        snprintf(error, size, "its settings can't be read: %s", strerror(errno));
        return false;
    }
    uint32_t in = baud_of(cfgetispeed(&is)), out = baud_of(cfgetospeed(&is));
    if (in == baud && out == baud)
        return true;
    snprintf(error, size, "the port runs at %u baud and can't do %u", out, baud);
    return false;
}

/* Source: Linux, Documentation/admin-guide/devices.txt: 136-143 are Unix98 pty slaves. */
static bool is_pty(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && major(st.st_rdev) >= 136 && major(st.st_rdev) <= 143;
}

/* flock() asks who respects it, TIOCEXCL holds off whoever opens the port later.
 * A pty keeps that mark when its last user has died: it would lock out the
 * gateway's own next start, so the mark says nothing there and is not set. */
static bool is_free(int fd)
{
    int exclusive = 0;

    return flock(fd, LOCK_EX | LOCK_NB) == 0 &&
           (is_pty(fd) || ioctl(fd, TIOCGEXCL, &exclusive) != 0 || !exclusive);
}

static int lock_port(const char *device, char *error, size_t size)
{
    int fd = open(device, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0) {
        snprintf(error, size, "%s", errno == EBUSY ? "in use elsewhere" : strerror(errno));
    } else if (!isatty(fd)) {
        snprintf(error, size, "not a serial port");
    } else if (!is_free(fd)) {
        snprintf(error, size, "in use elsewhere");
    } else {
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool prepare(int fd, uint32_t baud, char *error, size_t size)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        snprintf(error, size, "%s", strerror(errno));
        return false;
    }
    if (!has_baud(fd, baud, error, size))
        return false;
    if (!is_pty(fd))
        (void)ioctl(fd, TIOCEXCL);
    (void)tcflush(fd, TCIOFLUSH); /* what came before nobody asked for */
    return true;
}

static int open_line(struct line_rtu *l, const struct bus_conf *conf, char *error, size_t size)
{
    l->lock_fd = lock_port(conf->device, error, size);
    if (l->lock_fd < 0)
        return -1;
    l->modbus = modbus_new_rtu(conf->device, (int)conf->baud, conf->parity, conf->data_bits,
                               conf->stop_bits);
    if (l->modbus == NULL || modbus_connect(l->modbus) != 0) {
        snprintf(error, size, "%s", modbus_strerror(errno));
        return -1;
    }
    int fd = modbus_get_socket(l->modbus);
    if (!prepare(fd, conf->baud, error, size))
        return -1;
    /* ptys and most USB adapters refuse: they switch the direction themselves. */
    (void)modbus_rtu_set_serial_mode(l->modbus, MODBUS_RTU_RS485);
    return fd;
}

int line_rtu_open(struct line_rtu **out, const struct bus_conf *conf, char *error, size_t size)
{
    struct line_rtu *l = calloc(1, sizeof *l);
    int fd;

    if (l == NULL) {
        snprintf(error, size, "out of memory");
        return -1;
    }
    l->lock_fd = -1;
    fd = open_line(l, conf, error, size);
    if (fd < 0)
        line_rtu_close(l);
    else
        *out = l;
    return fd;
}

void line_rtu_close(struct line_rtu *l)
{
    if (l == NULL)
        return;
    if (l->modbus != NULL) {
        modbus_close(l->modbus);
        modbus_free(l->modbus);
    }
    if (l->lock_fd >= 0)
        close(l->lock_fd);
    free(l);
}
