"""Runs a command that can reach nothing but what it is given, for so long, and ends all of it.

A program of its own that needs the standard library alone: no nation ever was in the memory of the
process that starts a policy. What to run comes as JSON on the standard input, what came of it goes
to the standard output. The command's files are confined by Landlock (Linux 5.13, `landlock(7)`): it
opens what lies under the folders given and what the system says of itself, and can trace nobody
outside. What Landlock does not hold, a filter of its calls does (`forbidden_calls`). It has no
capability, gains no privilege, and no open file but an empty input and a pipe. When it ends, or its
time is over, whoever it left behind is killed, in other process groups and sessions too: by the
kernel, as all run in a PID namespace whose first process ends (`pid_namespaces(7)`). Where no user
may begin one, they are killed one by one, and who forks faster than that lives on.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmark.play import forbidden_calls

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_DEATH_SIGNAL, _SUBREAPER, _NO_NEW_PRIVILEGES = 1, 36, 38
_CAPABILITIES = 0x20080522
_NEW_USER, _NEW_PID = 0x10000000, 0x20000000
# Rights to files by the version of Landlock that brought them: how many bits it knows.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_SINCE, _NET = 4, 0b11
_SCOPE_SINCE, _SCOPE = 6, 0b11
_READ = 0b1101
_ON_FILES = 0b1100_0000_0000_0111
# What every program reads. Of `/proc` a process sees itself; DuckDB asks there what it may take.
SYSTEM = (
    "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom",
    "/dev/null", "/proc/self", "/sys/fs/cgroup", "/sys/devices/system/cpu",
)  # fmt: skip
# What the kernel bounds: each process's address space, and each file that it writes.
LIMITS = {"memory_bytes": resource.RLIMIT_AS, "file_bytes": resource.RLIMIT_FSIZE}
_PRINTED_BYTES, _PIPE_BYTES = 20_000, 65_536
_PAUSE_SECONDS, _KIB = 0.005, 1024

_libc = ctypes.CDLL(None, use_errno=True)


def landlock_version() -> int:
    """Return the version of Landlock of this kernel; 0 where there is none."""
    found = int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG))
    return max(found, 0)


def confined(readable: Sequence[str], writable: Sequence[str]) -> Callable[[], None]:
    """Return what a forked process calls to be confined to some files and folders for good."""
    version = landlock_version()
    every = (1 << _RIGHTS[min(version, max(_RIGHTS))]) - 1
    net = _NET if version >= _NET_SINCE else 0
    scope = _SCOPE if version >= _SCOPE_SINCE else 0
    parent = os.getpid()
    length = 8 + 8 * (version >= _NET_SINCE) + 8 * (version >= _SCOPE_SINCE)
    attributes = struct.pack("=QQQ", every, net, scope)[:length]

    def confine() -> None:
        _checked(_libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))
        if os.getppid() != parent:
            signal.raise_signal(signal.SIGKILL)
        _checked(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        header, none = struct.pack("=Ii", _CAPABILITIES, 0), bytes(24)
        _checked(_libc.capset(header, none))
        rules = _checked(_libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(length), 0))
        for path in (*SYSTEM, *readable):
            _allow(rules, path, _READ)
        for path in (*writable, os.devnull):
            _allow(rules, path, every)
        _checked(_libc.syscall(_RESTRICT_SELF, rules, 0))
        os.close(rules)
        held = forbidden_calls.program(are_signals_held=bool(scope), own=os.getpid())
        forbidden_calls.forbid(held)

    return confine


def _allow(rules: int, path: str, rights: int) -> None:
    """Allow what lies under a path; what is not there needs no rule."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    rights &= -1 if Path(path).is_dir() else _ON_FILES
    rule = struct.pack("=Qi", rights, place)
    _checked(_libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0))
    os.close(place)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def run(wanted: dict[str, Any]) -> dict[str, Any]:
    """Run a command; who it left behind is yet to be ended.

    Args:
        wanted: `command`, `folder` (where it runs), `environment`, `readable`, `writable` (paths),
            `seconds`, and the most bytes of `LIMITS` by name.

    Returns:
        `status` of the command, None when its time was over; `printed`, the first of its output;
        `memory_bytes`, the most that it, or one that it waited for, held; `failed`, why it did not
        start, where it did not.
    """
    _checked(_libc.prctl(_SUBREAPER, 1, 0, 0, 0))
    confine = confined(wanted["readable"], wanted["writable"])
    limits = {name: wanted[name] for name in LIMITS}

    def prepare() -> None:
        # A dump of its memory would be handed to a program of the machine.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for name, most in limits.items():
            set_before = resource.getrlimit(LIMITS[name])[1]
            least = most if set_before == resource.RLIM_INFINITY else min(most, set_before)
            resource.setrlimit(LIMITS[name], (least, least))
        confine()

    try:
        process = subprocess.Popen(
            wanted["command"],
            cwd=wanted["folder"],
            env=wanted["environment"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=prepare,  # noqa: PLW1509
        )
    except OSError as error:
        return {"status": None, "printed": "", "failed": error.strerror}
    printed, is_over = _followed(process, time.monotonic() + wanted["seconds"])
    status = None if is_over else process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return {
        "status": status,
        "printed": printed.decode("utf-8", errors="replace"),
        "memory_bytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _KIB,
    }


def _followed(process: subprocess.Popen[bytes], end: float) -> tuple[bytes, bool]:
    """Return what a process prints until it ends, or its time does, and which of both."""
    pipe = process.stdout.fileno() if process.stdout else -1
    os.set_blocking(pipe, False)
    ended = os.pidfd_open(process.pid)
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    waiting.register(ended, select.POLLIN)
    printed, is_open = b"", True
    while (left := end - time.monotonic()) > 0:
        ready = [place for place, _ in waiting.poll(left * 1_000)]
        if pipe in ready:
            more, is_open = _read(pipe)
            printed = (printed + more)[:_PRINTED_BYTES]
            if not is_open:
                waiting.unregister(pipe)
        if ended in ready and (pipe not in ready or not is_open):
            return printed, False
    return printed, True


def _read(pipe: int) -> tuple[bytes, bool]:
    try:
        more = os.read(pipe, _PIPE_BYTES)
    except BlockingIOError:
        return b"", True
    return more, bool(more)


def _end_all() -> None:
    """Kill whoever is left: a child's children become ours when it is gone."""
    own = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        try:
            found, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not found:
            for child in own.read_text(encoding="ascii").split():
                os.kill(int(child), signal.SIGKILL)
            time.sleep(_PAUSE_SECONDS)


def main() -> None:
    """Run what the standard input asks for, and answer when all of it has ended."""
    _checked(_libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))
    wanted = json.load(sys.stdin)
    if not _is_namespace_allowed():
        told = run(wanted)
        _end_all()
        json.dump(told, sys.stdout)
        return
    _begin_namespace()
    watched, held = os.pipe()
    if first := os.fork():
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]))
    os.close(held)
    _checked(_libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))
    # Nothing is ever written: it is at its end when who forked this one is, maybe by now.
    if select.select([watched], [], [], 0)[0]:
        return
    os.close(watched)
    json.dump(run(wanted), sys.stdout)


def _is_namespace_allowed() -> bool:
    """Tell whether this user may begin a PID namespace; some systems refuse but a part of it."""
    if tried := os.fork():
        return os.waitpid(tried, 0)[1] == 0
    try:
        _begin_namespace()
    except OSError:
        os._exit(1)
    os._exit(0)


def _begin_namespace() -> None:
    """Make the next process the first of a PID namespace, which ends with it.

    It asks for no privilege; of users it knows this one alone, by the same number.

    Raises:
        OSError: This user may not.
    """
    user, group = os.geteuid(), os.getegid()
    _checked(_libc.unshare(_NEW_USER | _NEW_PID))
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny", encoding="ascii")
    (own / "uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    (own / "gid_map").write_text(f"{group} {group} 1", encoding="ascii")


if __name__ == "__main__":
    main()
