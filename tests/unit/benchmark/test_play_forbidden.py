"""What no file rule holds: a hostile policy changes nothing outside and reaches nobody."""

import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from benchmark.play import forbidden_calls, outsiders
from benchmark.play.outsiders import entries_in
from data_contracts.errors import CustomsDataError
from tests.architecture.tree import REPOSITORY
from tests.patience import wait_for
from tests.unit.benchmark.test_play_outsiders import asked, chosen_by, folder_of

TRIED = """#!/usr/bin/env python3
import ctypes, fcntl, os, resource, shutil, socket, struct, subprocess, sys
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)

def tried(name, call):
    try:
        found = call()
    except OSError as error:
        print(name, "refused", error.strerror)
    else:
        print(name, "REACHED", found)

def called(name, *words):
    result = getattr(libc, name)(*words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def flags():
    place = os.open(__file__, os.O_RDONLY)
    return fcntl.ioctl(place, 0x40086602, struct.pack("l", 0x80))

parent = os.getppid()
"""
ATTRIBUTES = """
tried("mode", lambda: os.chmod(OUTSIDE, 0o777))
tried("mode by place", lambda: os.fchmod(os.open(__file__, os.O_RDONLY), 0o777))
tried("mode by call", lambda: called("syscall", 452, -100, OUTSIDE.encode(), 0o777, 0))
tried("owner", lambda: os.chown(OUTSIDE, os.getuid(), os.getgid()))
tried("owner of a link", lambda: os.lchown(OUTSIDE, os.getuid(), os.getgid()))
tried("times", lambda: os.utime(OUTSIDE, (1, 1)))
tried("attribute", lambda: os.setxattr(OUTSIDE, "user.told", b"1"))
tried("no attribute", lambda: os.removexattr(OUTSIDE, "user.kept"))
tried("flags", flags)
"""
PROCESSES = """
tried("limit", lambda: resource.prlimit(parent, resource.RLIMIT_CPU, (0, 0)))
tried("no limit", lambda: resource.prlimit(parent, resource.RLIMIT_CPU))
tried("signal", lambda: os.kill(parent, 19))
tried("turn", lambda: os.setpriority(os.PRIO_PROCESS, parent, 19))
tried("turn of all", lambda: os.setpriority(os.PRIO_USER, 0, 19))
tried("idle", lambda: os.sched_setscheduler(parent, os.SCHED_IDLE, os.sched_param(0)))
tried("processors", lambda: os.sched_setaffinity(parent, {0}))
tried("memory", lambda: called("process_vm_readv", parent, None, 0, None, 0, 0))
tried("trace", lambda: called("ptrace", 16, parent, 0, 0))
tried("ring", lambda: called("syscall", 425, 1, bytes(120)))
tried("death", lambda: called("prctl", 1, 0, 0, 0, 0))
tried("user of its own", lambda: called("unshare", 0x10000000))
tried("namespace of another", lambda: called("setns", 0, 0))
clone = 56 if os.uname().machine == "x86_64" else 220
for name, flag in (("folders", 17), ("group", 25), ("name", 26), ("letters", 27), ("user", 28),
                   ("numbers", 29), ("network", 30)):
    tried(name, lambda: called("syscall", clone, 1 << flag | 17, 0, 0, 0, 0))
"""
CHANNELS = """
for name, family, kind in (
    ("UDP", socket.AF_INET, socket.SOCK_DGRAM), ("TCP", socket.AF_INET, socket.SOCK_STREAM),
    ("machine", socket.AF_VSOCK, socket.SOCK_STREAM), ("link", socket.AF_NETLINK, socket.SOCK_RAW),
    ("path", socket.AF_UNIX, socket.SOCK_STREAM), ("IPv6", socket.AF_INET6, socket.SOCK_DGRAM),
):
    tried(name, lambda: socket.socket(family, kind))
tried("pair of letters", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
tried("memory", lambda: called("shmget", KEY, 4096, 0o1600))
tried("memory found", lambda: called("shmat", 0, None, 0))
tried("letters", lambda: called("msgget", KEY, 0o1600))
tried("lights", lambda: called("semget", KEY, 1, 0o1600))
tried("queue", lambda: called("syscall", 240 if os.uname().machine == "x86_64" else 180,
                              b"told", 0o102, 0o600, None))
tried("keys", lambda: called("syscall", 250 if os.uname().machine == "x86_64" else 219,
                             0, -4, 1, 0, 0))
tried("watch", lambda: called("inotify_add_watch", called("inotify_init"), OUTSIDE.encode(), 2))
"""
USUAL = """#!/usr/bin/env python3
import multiprocessing, os, resource, signal, socket, subprocess, sys, threading
import duckdb, numpy, pyarrow, xgboost

one, other = socket.socketpair()
one.send(b"told")
assert other.recv(9) == b"told"
sent, told = multiprocessing.Pipe()
sent.send(1)
assert told.recv() == 1
assert subprocess.run(["/bin/sh", "-c", "ls / > /dev/null; ls > list"]).returncode == 0
child = subprocess.Popen(["/bin/sleep", "60"])
child.kill()
assert child.wait() == -signal.SIGKILL
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
assert duckdb.sql("select sum(i) from range(100000) t(i)").fetchall() == [(4999950000,)]
columns = numpy.random.default_rng(1).random((500, 4))
kept = xgboost.XGBClassifier(n_estimators=3).fit(columns, columns[:, 0] > 0.5)
kept.save_model("model.json")
assert kept.predict(columns).shape == (500,)
with open(sys.argv[2], "w") as file:
    file.write("rank,kind_of_check,selected_at\\n")
"""


@pytest.fixture
def outside(tmp_path):
    path = tmp_path / "outside"
    path.write_text("")
    path.chmod(0o640)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    return path


def told_by(tmp_path, outside, text):
    script = (TRIED + text + "sys.exit(3)\n").replace("OUTSIDE", repr(str(outside)))
    with pytest.raises(CustomsDataError, match="ended with status 3") as raised:
        asked(folder_of(tmp_path, script.replace("KEY", str(os.getpid()))))
    assert "REACHED" not in str(raised.value)
    return dict(re.findall(r"^(.*) refused (.*)$", str(raised.value), re.MULTILINE))


@pytest.mark.parametrize(
    ("text", "count"),
    [(ATTRIBUTES, 9), (PROCESSES, 20), (CHANNELS, 14)],
    ids=("attributes", "processes", "channels"),
)
def test_what_is_forbidden_is_refused(tmp_path, outside, text, count):
    told = told_by(tmp_path, outside, text)
    assert set(told.values()) == {"Operation not permitted"}
    assert len(told) == count, told
    kept = outside.stat()
    assert (kept.st_mode & 0o777, kept.st_mtime) == (0o640, 1_000_000_000)


def test_no_service_beside_hears_of_it(tmp_path, outside):
    """A letter needs nobody's answer: only who listens can say that none came."""
    text = """
address = ("127.0.0.1", PORT)
tried("letter", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"told", address))
tried("path", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"told", PLACE))
pair = lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
tried("pair", lambda: pair()[0].sendto(b"told", PLACE))
tried("pair again", lambda: pair()[0].connect(PLACE))
"""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as letters,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as paths,
    ):
        letters.bind(("127.0.0.1", 0))
        paths.bind(str(tmp_path / "s"))
        text = text.replace("PORT", str(letters.getsockname()[1]))
        told_by(tmp_path, outside, text.replace("PLACE", repr(str(tmp_path / "s"))))
        for one in (letters, paths):
            one.setblocking(False)  # noqa: FBT003
            with pytest.raises(BlockingIOError):
                one.recv(9)


def test_what_a_policy_usually_does_is_not_forbidden(tmp_path):
    assert len(asked(folder_of(tmp_path, USUAL))) == 0


def test_where_landlock_holds_no_signal_the_filter_does():
    """To itself a command may send one: it does so when it gives up."""
    text = """
import os, signal
from benchmark.play import forbidden_calls, outsiders
from benchmark.play.outsiders import entries_in
forbidden_calls.forbid(forbidden_calls.program(are_signals_held=False, own=os.getpid()))
for send in (lambda: os.kill(os.getppid(), 0), lambda: os.kill(-1, 0), lambda: os.killpg(0, 0),
             lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0)):
    try:
        send()
    except PermissionError:
        print("refused", flush=True)
os.abort()
"""
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("refused\n" * 4, -signal.SIGABRT), done.stderr


GREEDY = """#!/usr/bin/env python3
import resource, subprocess, sys

def tried(name, call):
    try:
        print(name, "REACHED", call())
    except (MemoryError, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(name, "refused", error)

tried("addresses", lambda: len(bytearray(3 * 2**30)))
tried("more addresses", lambda: resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40)))
tried("a dump", lambda: resource.setrlimit(resource.RLIMIT_CORE, (1, 1)))
tried("file", lambda: open("long", "wb").truncate(2**20 + 1))
tried("file of a child", lambda: subprocess.check_call(["/bin/sh", "-c", "yes > long"]))
print("allowed", len(bytearray(2**28)), open("short", "wb").truncate(2**20))
sys.exit(3)
"""


def test_it_takes_no_more_memory_and_no_larger_file_than_it_may(tmp_path):
    (entry,) = entries_in([folder_of(tmp_path, GREEDY)]).values()
    with pytest.raises(CustomsDataError, match="ended with status 3") as raised:
        chosen_by(replace(entry, memory_bytes=2**31, file_bytes=2**20, seconds=30.0))
    told = str(raised.value)
    assert "REACHED" not in told
    assert told.count(" refused ") == 5
    assert "allowed 268435456 1048576" in told


def test_a_supervisor_that_is_silent_is_not_waited_for(tmp_path, monkeypatch):
    """The time that it has is over before the one of the policy."""
    monkeypatch.setattr(outsiders, "_ENDING_SECONDS", -298)
    with pytest.raises(CustomsDataError, match="week 1: what runs it gave no answer within 2 sec"):
        asked(folder_of(tmp_path, "#!/bin/sh\nmkfifo p; exec 9<> p; mv p held; exec sleep 600\n"))
    # Where the machine is so slow that it had not begun, nothing is left either.
    for held in (tmp_path / "scratch").glob("home/held"):
        wait_for(lambda held=held: is_let_go(held), "all that it started ends")


def is_let_go(pipe):
    """Tell whether nobody holds the other end: `select` is silent if they had let go before."""
    place = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.read(place, 1) == b""
    except BlockingIOError:
        return False
    finally:
        os.close(place)


def test_no_command_runs_on_a_processor_whose_calls_are_not_known(tmp_path, monkeypatch):
    monkeypatch.setattr(forbidden_calls, "machine", lambda: "riscv64")
    with pytest.raises(CustomsDataError, match=r"expected a processor .*; found riscv64"):
        asked(folder_of(tmp_path, USUAL))
