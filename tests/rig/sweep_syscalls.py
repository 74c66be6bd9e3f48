#!/usr/bin/env python3
"""A system call fails, once or from then on for good, as the kernel can fail it:
no crash, and no record set aside for it, but one that can not be read for good;
the daemon ends with a message, or it goes on and, after what failed once, its
alarms come.

    sweep_syscalls.py --runs 16     as many of the table's, spread over it
    sweep_syscalls.py --whole       all of them, at several calls of each

Left out is what ends libuv and the C library by their own decision: epoll_ctl,
errors that the kernel never gives (EIO of an eventfd, of a futex), and what
fails below main(), while the program is being loaded.
"""
import argparse
import random
import shutil
import sys

from rig import Rig
from sweep import SweepRig, spread

ONCE, BOTH = "once", "both"
# call, error, which; only for the path behind it
TABLE = [
    ("openat", "EMFILE", BOTH), ("openat", "EACCES", BOTH), ("openat", "EIO", BOTH),
    ("newfstatat", "EACCES", BOTH), ("getdents64", "EIO", BOTH), ("readlink", "EACCES", BOTH),
    ("pwrite64", "ENOSPC", BOTH), ("pwrite64", "EIO", BOTH), ("pread64", "EIO", BOTH),
    ("fdatasync", "EIO", BOTH), ("fsync", "EIO", BOTH), ("ftruncate", "EIO", BOTH),
    ("fcntl", "EACCES", BOTH), ("lseek", "EIO", BOTH), ("mkdir", "ENOSPC", BOTH),
    ("mkdirat", "ENOSPC", BOTH), ("unlink", "EACCES", BOTH), ("unlinkat", "EACCES", BOTH),
    ("renameat", "EIO", BOTH), ("renameat2", "EINVAL", BOTH), ("renameat2", "EIO", BOTH),
    ("chmod", "EPERM", BOTH), ("faccessat2", "EACCES", BOTH),
    ("read", "EIO", BOTH, "{config}"), ("read", "EIO", BOTH, "{state}/epoch"),
    ("write", "ENOSPC", BOTH, "{state}/epoch.new"),
    ("write", "ENOSPC", BOTH, "{state}/last-good.new/file-00.yaml"),
    ("socket", "EMFILE", BOTH), ("socket", "ENOBUFS", BOTH), ("bind", "EADDRINUSE", BOTH),
    ("listen", "EADDRINUSE", BOTH), ("connect", "ECONNREFUSED", BOTH),
    ("connect", "ENETUNREACH", BOTH), ("accept4", "EMFILE", BOTH),
    ("accept4", "ECONNABORTED", ONCE), ("setsockopt", "ENOBUFS", BOTH),
    ("getsockopt", "ENOBUFS", BOTH), ("recvfrom", "ECONNRESET", BOTH), ("recvfrom", "EINTR", ONCE),
    ("writev", "EPIPE", BOTH), ("writev", "EINTR", ONCE), ("shutdown", "ENOTCONN", BOTH),
    ("read", "EINTR", ONCE), ("write", "EINTR", ONCE), ("poll", "EINTR", ONCE),
    ("poll", "ENOMEM", ONCE), ("epoll_wait", "EINTR", ONCE), ("clock_nanosleep", "EINTR", ONCE),
    ("epoll_create1", "EMFILE", BOTH), ("eventfd2", "EMFILE", BOTH), ("pipe2", "EMFILE", BOTH),
    ("timerfd_create", "EMFILE", BOTH), ("clone3", "EAGAIN", BOTH),
    ("mmap", "ENOMEM", BOTH, "{state}/events.db-shm"), ("madvise", "EINVAL", BOTH),
    ("ioctl", "ENOTTY", BOTH),
    ("getrandom", "EAGAIN", BOTH), ("clock_adjtime", "EPERM", BOTH), ("prctl", "EPERM", BOTH),
    ("sysinfo", "EPERM", BOTH), ("rt_sigaction", "EINVAL", ONCE), ("umask", "EPERM", ONCE),
]
AT = (1, 2, 5, 17, 60)  # the call that fails, counted in each thread
FIRST = {"pipe2"}       # it is tried before libuv, which can not do without


def cases():
    for call, error, which, *path in TABLE:
        for at in AT[:1] if path or call in FIRST else AT:
            yield call, error, str(at), path
            if which == BOTH:
                yield call, error, f"{at}+", path


def one(sweep, call, error, when, path):
    rig = sweep.rig
    words = ["strace", "-D", "-f", "-o", "/dev/null", "-e", f"trace={call}"]
    for p in path:
        words += ["-P", p.format(config=rig.config, state=rig.state)]
    words += ["-e", f"inject={call}:error={error}:when={when}"]
    where = f" of {path[0]}" if path else ""
    sweep.life(f"{call} {error} at {when}{where}", must_alarm="+" not in when, before=words,
               may_set_aside=(call, "+" in when) == ("pread64", True))


def main():
    o = argparse.ArgumentParser()
    o.add_argument("--runs", type=int, default=16)
    o.add_argument("--seed", type=int, default=1)
    o.add_argument("--only", help="this call")
    o.add_argument("--whole", action="store_true")
    o = o.parse_args()
    if not shutil.which("strace"):
        print("strace is missing")
        return 77
    todo = [c for c in cases() if o.only in (None, c[0])]
    if not o.whole:
        todo = [todo[i - 1] for i in spread(len(todo), o.runs, o.seed)]
    random.Random(o.seed).shuffle(todo)
    with Rig(schemas=False) as rig:
        sweep = SweepRig(rig)
        for case in todo:
            one(sweep, *case)
        sweep.life("nothing fails")
        return sweep.account()


if __name__ == "__main__":
    sys.exit(main())
