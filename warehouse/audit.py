"""The record of every statement that came to the guarded door, chained so that a change shows.

One JSON object a line; each carries the SHA-256 of the line before it. A line is forced to disk
before the statement runs, and a second one says what became of it. The record holds statements as
they were written, since it must answer who looked up whom: it is a file of mode 0600, no log.
"""

import hashlib
import json
import os
import pwd
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from data_contracts.errors import CustomsDataError
from warehouse.layout import Layout

AUDIT_FILE = "sql_audit.jsonl"
_FIRST = "0" * 64
_TAIL_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class AuditLog:
    """The record of one lake."""

    path: Path
    _lock: Path

    @classmethod
    def of(cls, layout: Layout) -> "AuditLog":
        """Return the record of this lake."""
        return cls(layout.logs / AUDIT_FILE, layout.locks / "sql_audit.lock")

    def append(self, event: str, **facts: Any) -> str:
        """Add one line and force it to disk.

        Args:
            event: What happened, such as `statement` or `outcome`.
            facts: JSON values; where and who are added.

        Returns:
            SHA-256 of the line, by which a later line can refer to it.

        Raises:
            CustomsDataError: The record cannot be written; then nothing may be executed.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._lock, timeout=10):
                return self._append({"event": event, "at": _now(), "user": _user(), **facts})
        except OSError as error:
            message = f"the audit record {self.path} cannot be written: {error.strerror}"
            raise CustomsDataError(message) from error

    def verify(self) -> int:
        """Check the chain and return the number of lines.

        Raises:
            CustomsDataError: A line was changed, removed or put in.
        """
        previous = _FIRST
        count = 0
        with self.path.open("rb") as file:
            for count, raw in enumerate(file, start=1):
                line = raw.rstrip(b"\n")
                if _previous(line) not in {previous, None}:
                    message = f"{self.path}: line {count} does not follow the line before it"
                    raise CustomsDataError(message)
                previous = hashlib.sha256(line).hexdigest()
        return count

    def _append(self, entry: dict[str, Any]) -> str:
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            last = _last_line(file.fileno())
            previous = hashlib.sha256(last.rstrip(b"\n")).hexdigest() if last else _FIRST
            line = json.dumps(entry | {"previous": previous}, ensure_ascii=False).encode()
            # A crash may have left half a line: it stays, and the chain goes through it.
            torn = b"\n" if last and not last.endswith(b"\n") else b""
            file.seek(0, os.SEEK_END)
            file.write(torn + line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return hashlib.sha256(line).hexdigest()


def _last_line(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    length = min(size, _TAIL_BYTES)
    tail = os.pread(descriptor, length, size - length)
    while length < size and tail.rstrip(b"\n").count(b"\n") == 0:
        length = min(size, length * 2)
        tail = os.pread(descriptor, length, size - length)
    start = tail.rstrip(b"\n").rfind(b"\n") + 1
    return tail[start:]


def _previous(line: bytes) -> str | None:
    """Return what a line says of the one before; None for half a line."""
    try:
        return str(json.loads(line)["previous"])
    except (ValueError, KeyError, TypeError):
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
