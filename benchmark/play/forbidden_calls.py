"""What a confined process may not ask the kernel for, beyond the files that Landlock holds.

Landlock covers no attribute of a file, and other processes, sockets and shared memory hardly at
all. A seccomp filter (`seccomp(2)`; a program of classic BPF) answers "Operation not permitted"
instead; it needs no privilege, holds for all children and is never taken off again. Numbers of
calls: `asm/unistd_64.h` (x86_64) and `asm-generic/unistd.h` (aarch64).
"""

import ctypes
import errno
import os
import struct

_X86_64, _AARCH64 = "x86_64", "aarch64"
_MACHINES = {_X86_64: (0, 0xC000003E), _AARCH64: (1, 0xC00000B7)}
MACHINES = tuple(_MACHINES)
# Place of each call's number in a table below; a call that a processor lacks has none.
_LACKS = -1
_WHOLLY = {
    # Attributes of files: mode, owner, times, extended ones.
    "chmod": (90, _LACKS), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, _LACKS), "fchown": (93, 55), "lchown": (94, _LACKS), "fchownat": (260, 54),
    "utime": (132, _LACKS), "utimes": (235, _LACKS), "futimesat": (261, _LACKS),
    "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "setxattrat": (463, 463), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "removexattrat": (466, 466), "file_setattr": (469, 469),
    # What others do with files.
    "inotify_add_watch": (254, 27), "fanotify_init": (300, 262),
    # Sockets, and memory, letters, lights and keys that outlive a process.
    "socket": (41, 198), "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195),
    "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192),
    "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
    "mq_open": (240, 180), "mq_unlink": (241, 181), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219),
    # Other processes: their memory, files, turns. A ring does calls that no filter sees.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_getfd": (438, 438),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "perf_event_open": (298, 241),
    "bpf": (321, 280), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # Namespaces, where it would have every capability again.
    "unshare": (272, 97), "setns": (308, 268),
}  # fmt: skip
# Allowed to a process for itself alone: the first argument is 0.
_FOR_ITSELF = {
    "prlimit64": (302, 261), "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
}  # fmt: skip
# Allowed but for some values of an argument: its place, and those.
_BUT_FOR = {
    "ioctl": ((16, 29), 1, (
        0x40086602, 0x401C5820, 0x40806685,  # FS_IOC_SETFLAGS, _FSSETXATTR, _ENABLE_VERITY
        0x8901, 0x8902,  # FIOSETOWN, SIOCSPGRP: who gets a signal
    )),
    "fcntl": ((72, 25), 1, (8, 10, 15)),  # F_SETOWN, F_SETSIG, F_SETOWN_EX
    "prctl": ((157, 167), 0, (1,)),  # PR_SET_PDEATHSIG: it ends when who runs it does
}  # fmt: skip
# What it asks for lies in memory, where no filter reads; libraries do with `clone` where it lacks.
_NOT_THERE = {"clone3": (435, 435)}
# A new process or thread, but in no namespace of its own: CLONE_NEWNS, _CGROUP, _UTS, _IPC, _USER,
# _PID, _NET.
_CLONE, _NEW_NAMESPACES = (56, 220), 0x7E020000
# A pair of streams leads nowhere else; one of datagrams sends to any address.
_SOCKETPAIR, _UNIX, _STREAM, _KIND = (53, 199), 1, 1, 0xF
# Where Landlock does not hold signals back: to another process than the command itself.
_SIGNALS = {
    "kill": (62, 129), "tgkill": (234, 131), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424),
}  # fmt: skip

# Classic BPF: load a word, and it, jump when equal or at least, return.
_LOAD, _AND, _EQUAL, _LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_ALLOW, _KILL, _ANSWER = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE, _LACK = _ANSWER | errno.EPERM, _ANSWER | errno.ENOSYS
_OTHER_NUMBERS = 0x40000000  # x32 calls of x86_64
_SET_SECCOMP, _FILTER = 22, 2

_Step = tuple[int, int, int, int]


def machine() -> str:
    """Return the processor as the system names it."""
    return os.uname().machine


def program(*, are_signals_held: bool, own: int) -> bytes:
    """Return the filter, 8 bytes a step.

    Args:
        are_signals_held: Whether Landlock keeps signals from others.
        own: Number of the process that is confined.
    """
    place, architecture = _MACHINES[machine()]
    steps: list[_Step] = [
        (_LOAD, 0, 0, _MACHINE_AT), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT), (_LEAST, 0, 1, _OTHER_NUMBERS), (_RETURN, 0, 0, _REFUSE),
    ]  # fmt: skip
    for numbers in _WHOLLY.values():
        steps += _when(numbers[place], [(_RETURN, 0, 0, _REFUSE)])
    for numbers in _NOT_THERE.values():
        steps += _when(numbers[place], [(_RETURN, 0, 0, _LACK)])
    steps += _when(_CLONE[place], _only(0, (0,), _NEW_NAMESPACES))
    for numbers in _FOR_ITSELF.values():
        steps += _when(numbers[place], _only(0, (0,)))
    for numbers, argument, values in _BUT_FOR.values():
        steps += _when(numbers[place], _but(argument, values))
    pair = [*_unless(0, _UNIX), *_only(1, (_STREAM,), _KIND)]
    steps += _when(_SOCKETPAIR[place], pair)
    if not are_signals_held:
        for numbers in _SIGNALS.values():
            steps += _when(numbers[place], _only(0, (own,)))
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _when(number: int, then: list[_Step]) -> list[_Step]:
    """Return steps for one call; they end it, or are passed over."""
    return [] if number == _LACKS else [(_EQUAL, 0, len(then), number), *then]


def _load(argument: int, mask: int = 0xFFFFFFFF) -> list[_Step]:
    """Load the lower half of an argument: the kernel reads no more of these."""
    return [(_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument), (_AND, 0, 0, mask)]


def _unless(argument: int, value: int) -> list[_Step]:
    """Refuse, unless an argument has a value."""
    return [*_load(argument), (_EQUAL, 1, 0, value), (_RETURN, 0, 0, _REFUSE)]


def _only(argument: int, values: tuple[int, ...], mask: int = 0xFFFFFFFF) -> list[_Step]:
    """Allow some values of an argument, refuse the others."""
    equal = [step for one in values for step in ((_EQUAL, 0, 1, one), (_RETURN, 0, 0, _ALLOW))]
    return [*_load(argument, mask), *equal, (_RETURN, 0, 0, _REFUSE)]


def _but(argument: int, values: tuple[int, ...]) -> list[_Step]:
    """Refuse some values of an argument, allow the others."""
    equal = [step for one in values for step in ((_EQUAL, 0, 1, one), (_RETURN, 0, 0, _REFUSE))]
    return [*_load(argument), *equal, (_RETURN, 0, 0, _ALLOW)]


def forbid(steps: bytes) -> None:
    """Hold this process, and all that it starts, to a filter for good.

    Raises:
        OSError: The kernel takes no filter.
    """
    kept = ctypes.create_string_buffer(steps, len(steps))
    filtered = ctypes.create_string_buffer(
        struct.pack("@HP", len(steps) // 8, ctypes.addressof(kept))
    )
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, _FILTER, filtered, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
