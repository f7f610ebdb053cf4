"""The record of every statement that came to the guarded door, chained so that a change shows.

One JSON object a line; each carries the SHA-256 of the line before it. A line is forced to disk
before the statement runs, and a second one says what became of it. The record holds statements as
they were written, since it must answer who looked up whom: it is a file of mode 0600, no log.

A cut tail leaves a chain that is whole, so a second small file holds the number of lines and the
hash of the last one. It is written after the line: a crash in between leaves the record one line
ahead, which is no fault. Anything else is; whoever writes next says so in a line that stays. Each
release names the first line, so that a record that is gone, or was begun anew, shows as well.

Only the standard library and this project's errors are imported: Superset, which has an environment
of its own, writes into the same record.
"""

import errno
import fcntl
import hashlib
import json
import os
import pwd
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from data_contracts.errors import CustomsDataError
from warehouse import durable, locks
from warehouse.layout import Layout

AUDIT_FILE = "sql_audit.jsonl"
HEAD_FILE = "sql_audit.head"
_FIRST = "0" * 64
_TAIL_BYTES = 1 << 16
# More statements than can be asked while a refused one waits, were each as long as may be.
_REFUSALS_TAIL_BYTES = 1 << 24
_FAULT = b'"fault": true'
_LOCK_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Head:
    """Where the record stands: number of lines and SHA-256 of the last one."""

    lines: int
    sha256: str


@dataclass(frozen=True, slots=True)
class AuditLog:
    """The record of one lake."""

    path: Path

    @classmethod
    def of(cls, layout: Layout) -> "AuditLog":
        """Return the record of this lake."""
        return cls(layout.logs / AUDIT_FILE)

    def append(self, event: str, **facts: Any) -> str:
        """Add one line and force it to disk.

        Args:
            event: What happened, such as `statement` or `outcome`.
            facts: JSON values; when and who are added, `user` may be given.

        Returns:
            SHA-256 of the line, by which a later line can refer to it.

        Raises:
            CustomsDataError: The record cannot be written; then nothing may be executed.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = _plain_file(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
            with _locked(descriptor, fcntl.LOCK_EX):
                return self._append(descriptor, {"event": event, **_now_and_who(), **facts})
        except OSError as error:
            message = f"the audit record {self.path} cannot be written: {error.strerror or error}"
            raise CustomsDataError(message) from error

    def begin(self) -> str:
        """Return the SHA-256 of the first line, which is written where there is none.

        Raises:
            CustomsDataError: The record cannot be read or written.
        """
        if not self._first():
            self.append("begin")
        return self._first()

    def verify(self, firsts: Collection[str] = ()) -> Head:
        """Check the chain and both its ends, and return where the record stands.

        Args:
            firsts: What releases name as SHA-256 of the first line.

        Raises:
            CustomsDataError: A line was changed, removed, put in or cut off.
        """
        if not self.path.exists():
            if (head := self._head()) and head.lines:
                self._fail(f"the record is gone; it had {head.lines} lines")
            if firsts:
                self._fail("the record is gone; releases name its first line")
            return Head(0, _FIRST)
        try:
            # Held only to see where the record stands: statements wait for it.
            with _locked(_plain_file(self.path, os.O_RDONLY), fcntl.LOCK_SH) as descriptor:
                head, size = self._head(), os.fstat(descriptor).st_size
            with self.path.open("rb") as file:
                end, problem = self._walk(file.fileno(), head, size, trusted_lines=0)
        except OSError as error:
            message = f"the audit record {self.path} cannot be read: {error.strerror or error}"
            raise CustomsDataError(message) from error
        if not problem and not {self._first()}.issuperset(firsts):
            problem = "it was begun anew: the releases name the first line of another record"
        if problem:
            self._fail(problem)
        return end

    def refusals(self, user: str, within: timedelta) -> int:
        """Return how many statements of `user` were at fault lately, as far as the end shows."""
        try:
            descriptor = _plain_file(self.path, os.O_RDONLY)
        except OSError:
            return 0
        since = (datetime.now(UTC) - within).isoformat(timespec="milliseconds")
        with os.fdopen(descriptor, "rb") as file:
            file.seek(max(0, os.fstat(descriptor).st_size - _REFUSALS_TAIL_BYTES))
            # Most lines are no fault, and need not be read as JSON to see that.
            entries = [_parsed(line) for line in file if _FAULT in line]
        return sum(
            entry is not None
            and entry.get("fault") is True
            and entry.get("user") == user
            and str(entry.get("at")) >= since
            for entry in entries
        )

    def _first(self) -> str:
        """Return the SHA-256 of the first line, '' where there is none."""
        if not self.path.exists():
            return ""
        try:
            # No writer is within a line meanwhile.
            with (
                _locked(_plain_file(self.path, os.O_RDONLY), fcntl.LOCK_SH) as descriptor,
                os.fdopen(os.dup(descriptor), "rb") as file,
            ):
                line = file.readline()
        except OSError as error:
            message = f"the audit record {self.path} cannot be read: {error.strerror or error}"
            raise CustomsDataError(message) from error
        return _digest(line) if line else ""

    def _append(self, descriptor: int, entry: dict[str, Any]) -> str:
        last = _last_line(descriptor)
        previous = _digest(last) if last else _FIRST
        lines = 0
        if (head := self._head()) and head.sha256 == previous:
            lines = head.lines
        elif last or head:
            size = os.fstat(descriptor).st_size
            trusted_lines = head.lines if head else 0
            end, problem = self._walk(descriptor, head, size, trusted_lines=trusted_lines)
            lines = end.lines
            if problem:
                facts = {"expected_lines": head.lines if head else None, "found_lines": lines}
                broken = {"event": "break", **_now_and_who(), **facts}
                previous = _write(descriptor, broken | {"previous": previous}, last)
                last, lines = b"\n", lines + 1
        digest = _write(descriptor, entry | {"previous": previous}, last)
        self._put_head(Head(lines + 1, digest))
        return digest

    def _walk(
        self, descriptor: int, head: Head | None, size_bytes: int, *, trusted_lines: int
    ) -> tuple[Head, str]:
        """Return where the record ends and the first thing that is wrong, '' when nothing is.

        What lies behind `size_bytes` came meanwhile and is not looked at; of the first
        `trusted_lines` only the hash is taken.
        """
        end, known, problem, raw = Head(0, _FIRST), _FIRST, "", b""
        with os.fdopen(os.dup(descriptor), "rb") as file:
            file.seek(0)
            left = size_bytes
            for line in file:
                if left <= 0:
                    break
                raw = line[:left]
                left -= len(raw)
                if not problem and end.lines >= trusted_lines:
                    problem = _link_problem(raw, end)
                end = Head(end.lines + 1, _digest(raw))
                if head and end.lines == head.lines:
                    known = end.sha256
        return end, problem or _end_problem(end, known, head, raw)

    def _head(self) -> Head | None:
        try:
            lines, sha256 = self.path.with_name(HEAD_FILE).read_text(encoding="ascii").split()
            return Head(int(lines), sha256)
        except (OSError, ValueError):
            return None

    def _put_head(self, head: Head) -> None:
        # In place and of one length, so within one sector: it is never half written.
        path = self.path.with_name(HEAD_FILE)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, f"{head.lines:020d} {head.sha256}\n".encode(), 0)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def _fail(self, problem: str) -> None:
        message = f"{self.path}: {problem}; compare it with a copy that is kept elsewhere"
        raise CustomsDataError(message)


def account() -> str:
    """Return the name of the account that this process runs as."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _plain_file(path: Path, how: int) -> int:
    """Open a file; a device or a pipe in its place would swallow lines or never end."""
    descriptor = os.open(path, how | os.O_NONBLOCK, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no plain file")
    return descriptor


def _link_problem(raw: bytes, before: Head) -> str:
    """Return what is wrong with a line after what came before it, '' when nothing is."""
    entry = _parsed(raw)
    number = before.lines + 1
    if not raw.strip():
        return f"line {number} is empty"
    # What is no object is half a line of a crash, which names no line before it.
    if entry is not None and entry.get("previous") != before.sha256:
        return f"line {number} does not follow the line before it"
    if entry is None or entry.get("event") != "break":
        return ""
    expected, found = entry.get("expected_lines"), entry.get("found_lines")
    if expected is None:
        return f"before line {number} the file that holds the number of lines was gone"
    counts = f"{expected} lines were expected before line {number}, {found} were found"
    return f"{counts}: the record was cut or changed"


def _end_problem(end: Head, known: str, head: Head | None, last: bytes) -> str:
    """Return what is wrong with the end; `known` is the hash of the line that the head names."""
    # Behind half a line the next writer puts its line end, together with a line of its own.
    if last.endswith(b"\n") and _parsed(last) is None:
        return f"line {end.lines} is no line of a record"
    if head is None:
        # A crash after the very first line leaves no head; more lines do not come about so.
        gone = f"the file that holds the number of lines, {HEAD_FILE}, is gone"
        return gone if end.lines > 1 else ""
    if head.lines > end.lines:
        return f"the last {head.lines - end.lines} of {head.lines} lines are gone"
    if known != head.sha256 or end.lines > head.lines + 1:
        return f"the record does not end as its head says, with {head.lines} lines"
    return ""


@contextmanager
def _locked(descriptor: int, kind: int) -> Iterator[int]:
    """Hold the record itself, so that its rights are the lock's rights; closes the descriptor."""
    try:
        if not locks.taken(descriptor, kind, wait_seconds=_LOCK_SECONDS):
            raise BlockingIOError(errno.EWOULDBLOCK, "another statement is being written")
        yield descriptor
    finally:
        os.close(descriptor)


def _write(descriptor: int, entry: dict[str, Any], last: bytes) -> str:
    # A lone surrogate, of bytes that are no UTF-8, is written as JSON's own escape.
    line = json.dumps(entry, ensure_ascii=False).encode("utf-8", "backslashreplace")
    # A crash may have left half a line: it stays, and the chain goes through it.
    torn = b"\n" if last and not last.endswith(b"\n") else b""
    durable.append(descriptor, torn + line + b"\n")
    return _digest(line)


def _last_line(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    length = min(size, _TAIL_BYTES)
    tail = os.pread(descriptor, length, size - length)
    while length < size and tail.rstrip(b"\n").count(b"\n") == 0:
        length = min(size, length * 2)
        tail = os.pread(descriptor, length, size - length)
    start = tail.rstrip(b"\n").rfind(b"\n") + 1
    return tail[start:]


def _digest(line: bytes) -> str:
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """Return a line as it was written; None for what is no object, such as half a line."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _now_and_who() -> dict[str, str]:
    return {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "user": account()}
