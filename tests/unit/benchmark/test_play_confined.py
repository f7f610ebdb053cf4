"""Who runs a command of others: it bounds its time and ends all that it started."""

import json
import os
import select
import subprocess
import sys

import pytest

from benchmark.play import confined
from tests.architecture.tree import REPOSITORY

BOUNDS = {"memory_bytes": 2**34, "file_bytes": 2**30}
SUPERVISOR = [sys.executable, "-I", "-m", confined.__name__]
# Leaves somebody in a session of its own who says so, and holds the pipe while it lives.
LEAVES = "(setsid sh -c 'echo begun >&9; exec sleep 600' 9<> held > /dev/null 2>&1 &) ; "

AND_GOES_ON = "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
# In a namespace whose users may begin no other one.
NONE_BEGUN = """
import ctypes, os, sys
user, group = os.getuid(), os.getgid()
assert ctypes.CDLL(None).unshare(0x10000000) == 0
for name, text in (
    ("self/setgroups", "deny"), ("self/uid_map", f"0 {user} 1"), ("self/gid_map", f"0 {group} 1"),
    ("sys/user/max_user_namespaces", "0"),
):
    open(f"/proc/{name}", "w").write(text)
assert ctypes.CDLL(None).unshare(0x30000000) == -1
"""
# Where who began one may not say who its users are: Landlock keeps all of /proc from being written.
NO_USERS_SAID = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None)
rules = libc.syscall(444, struct.pack("=Q", 2), 8, 0)
for path in ("/dev", "."):
    libc.syscall(445, rules, 1, struct.pack("=Qi", 2, os.open(path, os.O_PATH)), 0)
assert libc.prctl(38, 1, 0, 0, 0) == libc.syscall(446, rules, 0) == 0
"""


def is_namespace_allowed():
    """Tell whether this kernel lets a user begin a PID namespace."""
    text = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x30000000))"
    return subprocess.run([sys.executable, "-c", text], check=False).returncode == 0


needs_namespace = pytest.mark.skipif(
    not is_namespace_allowed(), reason="no user may begin a namespace here"
)


def wanted(tmp_path, text, seconds):
    told = {
        "command": ["/bin/sh", "-c", text],
        "folder": str(tmp_path), "environment": {"PATH": "/usr/bin:/bin"}, "readable": [],
        "writable": [str(tmp_path)], "seconds": seconds, **BOUNDS,
    }  # fmt: skip
    return json.dumps(told)


@pytest.fixture
def held(tmp_path):
    """Return the end of a pipe from which nothing comes when nobody holds the other one."""
    os.mkfifo(tmp_path / "held")
    place = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    yield place
    os.close(place)


def launched(asked_for, supervisor=SUPERVISOR):
    done = subprocess.run(
        supervisor, input=asked_for, capture_output=True, text=True, check=True, env={}
    )
    return json.loads(done.stdout)


def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path, held):
    """Also what went into a session of its own, and was left by its parent."""
    told = launched(wanted(tmp_path, f"{LEAVES} sleep 600", 2))
    assert (told["status"], told["printed"]) == (None, "")
    assert (os.read(held, 9), os.read(held, 9)) == (b"begun\n", b"")


def test_what_it_prints_is_bounded_and_what_it_leaves_ends(tmp_path, held):
    told = launched(wanted(tmp_path, f"{LEAVES} yes | head -c 300000; read from < held", 60))
    assert (told["status"], len(told["printed"])) == (0, 20_000)
    assert os.read(held, 9) == b""


@needs_namespace
@pytest.mark.parametrize(("text", "seconds", "status"), [("sleep 600", 2, None), ("exit 3", 60, 3)])
@pytest.mark.parametrize(
    "refused", [NONE_BEGUN, NO_USERS_SAID], ids=("none begun", "no users said")
)
def test_where_no_user_may_begin_a_namespace_it_ends_them_too(
    tmp_path, held, monkeypatch, text, seconds, status, refused
):
    monkeypatch.chdir(tmp_path)
    told = launched(
        wanted(tmp_path, f"{LEAVES} read from < held; {text}", seconds),
        [sys.executable, "-c", refused + AND_GOES_ON, *SUPERVISOR[1:]],
    )
    assert told["status"] == status
    assert os.read(held, 9) == b""


@needs_namespace
def test_what_it_left_ends_with_the_supervisor_however_that_ends(tmp_path, held):
    with subprocess.Popen(SUPERVISOR, stdin=subprocess.PIPE, text=True, env={}) as supervisor:
        supervisor.stdin.write(wanted(tmp_path, f"{LEAVES} sleep 600", 300))
        supervisor.stdin.close()
        assert select.select([held], [], [], 60)[0]
        assert os.read(held, 9) == b"begun\n"
        supervisor.kill()
    assert select.select([held], [], [], 60)[0]
    assert os.read(held, 9) == b""


def test_the_memory_of_the_largest_process_is_told(tmp_path):
    text = f'echo hi; "{sys.executable}" -c "held = bytearray(90_000_000)"'
    told = json.loads(wanted(tmp_path, text, 20)) | {"readable": [sys.prefix, sys.base_prefix]}
    done = subprocess.run(
        [sys.executable, "-c", "from benchmark.play import confined; confined.main()"],
        input=json.dumps(told), capture_output=True, text=True, check=True, cwd=REPOSITORY,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert (answer["status"], answer["printed"]) == (0, "hi\n")
    assert 90_000_000 < answer["memory_bytes"] < 200_000_000
