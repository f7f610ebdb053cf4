"""What is offered for landing: which files lie under the given paths, and may they come in.

Nothing is written here. A refusal carries a reason for the report; it never stops the other files.
"""

import hashlib
import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data_contracts.errors import SourceUnavailableError
from data_contracts.simulated import MARKER
from warehouse.settings import LakeSettings

_BLOCK_BYTES = 1 << 20
_MEGABYTE = 1_000_000
# Small files of equal rows pack very well; only above this size is the ratio a danger.
_RATIO_FREE_BYTES = 10 * _MEGABYTE
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31
_PARQUET_MAGIC = b"PAR1"
# Parquet of our kind of rows unpacks to about this many times its size.
_PARQUET_RATIO = 5
_CORRUPT = "E_FILE_CORRUPT"
_BOMB = "E_FILE_BOMB"
_RECEIPT = re.compile(r"[0-9a-f]{64}\.json")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that is offered.

    Attributes:
        path: Where it is; links are resolved.
        name: Relative to the path that was given.
        is_simulated: The simulator wrote it: its folder or one above carries the mark.
    """

    path: Path
    name: str
    is_simulated: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that does not come in at the door, and why."""

    name: str
    reason_code: str
    reason_text: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may come in.

    Attributes:
        arrival: The file.
        sha256: Of its bytes, in hexadecimal.
        size_bytes: As it lies there.
        unpacked_bytes: Unpacked, by which batches are bounded.
        defect: Why it can be received but not used: it is empty or a gzip that is broken or
            unpacks to too much.
    """

    arrival: Arrival
    sha256: str
    size_bytes: int
    unpacked_bytes: int
    defect: Refusal | None = None


class _DefectError(Exception):
    def __init__(self, reason_code: str, reason_text: str) -> None:
        super().__init__(reason_code)
        self.reason_code = reason_code
        self.reason_text = reason_text


def find(paths: Sequence[Path]) -> list[Arrival | Refusal]:
    """Return the files under the given paths: folders are walked, in sorted order.

    Hidden files and receipts of a landing are passed over inside folders. What is no regular file
    is refused; a link is followed only to a file below the folder that was given.

    Raises:
        SourceUnavailableError: A path does not exist.
    """
    for path in paths:
        if not os.path.lexists(path):
            message = f"there is no file or folder {_text(str(path))}"
            raise SourceUnavailableError(message)
    return _marked([found for path in paths for found in _find(path)])


def inspect(arrival: Arrival, settings: LakeSettings) -> Inspected | Refusal:
    """Hash a file and hold it against the limits; its content is not looked at otherwise."""
    limit_bytes = settings.landing_max_file_mb * _MEGABYTE
    try:
        size_bytes = arrival.path.stat().st_size
        if size_bytes > limit_bytes:
            text = f"{size_bytes} bytes, the limit is {settings.landing_max_file_mb} MB"
            return Refusal(arrival.name, "E_FILE_TOO_LARGE", text)
        sha256, head = _hash(arrival.path)
        if size_bytes == 0:
            defect = Refusal(arrival.name, "E_FILE_EMPTY", "the file has no content")
            return Inspected(arrival, sha256, 0, 0, defect)
        return _inspect_content(arrival, sha256, head, settings)
    except OSError as error:
        return Refusal(arrival.name, "E_FILE_UNREADABLE", error.strerror or "it cannot be read")


def _inspect_content(
    arrival: Arrival, sha256: str, head: bytes, settings: LakeSettings
) -> Inspected:
    size_bytes = arrival.path.stat().st_size
    if head.startswith(_PARQUET_MAGIC):
        return Inspected(arrival, sha256, size_bytes, size_bytes * _PARQUET_RATIO)
    if not head.startswith(_GZIP_MAGIC):
        return Inspected(arrival, sha256, size_bytes, size_bytes)
    try:
        unpacked = _unpacked_bytes(arrival.path, size_bytes, settings)
    except _DefectError as error:
        defect = Refusal(arrival.name, error.reason_code, error.reason_text)
        return Inspected(arrival, sha256, size_bytes, size_bytes, defect)
    return Inspected(arrival, sha256, size_bytes, unpacked)


def _unpacked_bytes(path: Path, size_bytes: int, settings: LakeSettings) -> int:
    """Count what a gzip unpacks to, never holding more than a block of it."""
    ratio_limit = max(size_bytes * settings.landing_max_ratio, _RATIO_FREE_BYTES)
    limit = min(ratio_limit, settings.landing_max_file_mb * _MEGABYTE)
    total = 0
    for length in _gzip_block_lengths(path):
        total += length
        if total > limit:
            text = f"unpacks to more than {limit} bytes from {size_bytes}"
            raise _DefectError(_BOMB, text)
    return total


def _gzip_block_lengths(path: Path) -> Iterator[int]:
    with path.open("rb") as packed:
        block = packed.read(_BLOCK_BYTES)
        while block:
            member = zlib.decompressobj(wbits=_GZIP_WINDOW)
            while not member.eof:
                if not block:
                    reason = "the gzip ends in the middle"
                    raise _DefectError(_CORRUPT, reason)
                yield len(_inflate(member, block))
                rest = member.unused_data if member.eof else member.unconsumed_tail
                block = rest if rest or member.eof else packed.read(_BLOCK_BYTES)
            # Zeros between and after members are padding.
            block = block.lstrip(b"\0") or packed.read(_BLOCK_BYTES).lstrip(b"\0")


def _inflate(member: "zlib._Decompress", block: bytes) -> bytes:
    try:
        return member.decompress(block, _BLOCK_BYTES)
    except zlib.error as error:
        reason = "the gzip is damaged"
        raise _DefectError(_CORRUPT, reason) from error


def _hash(path: Path) -> tuple[str, bytes]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        head = file.read(_BLOCK_BYTES)
        block = head
        while block:
            digest.update(block)
            block = file.read(_BLOCK_BYTES)
    return digest.hexdigest(), head[:4]


def _marked(found: list[Arrival | Refusal]) -> list[Arrival | Refusal]:
    folders = {entry.path.parent for entry in found if isinstance(entry, Arrival)}
    simulated = {folder for folder in folders if _is_simulated(folder)}
    return [
        replace(entry, is_simulated=True)
        if isinstance(entry, Arrival) and entry.path.parent in simulated
        else entry
        for entry in found
    ]


def _is_simulated(folder: Path) -> bool:
    return any(os.path.lexists(place / MARKER) for place in (folder, *folder.parents))


def _find(path: Path) -> Iterator[Arrival | Refusal]:
    if path.is_dir():
        yield from _walk(path, path.resolve(), "")
    else:
        yield _file(path, _text(path.name), None)


def _walk(folder: Path, root: Path, prefix: str) -> Iterator[Arrival | Refusal]:
    try:
        entries = sorted(_visible(os.scandir(folder)), key=lambda entry: entry.name)
    except OSError as error:
        yield Refusal(prefix or ".", "E_FILE_UNREADABLE", error.strerror or "it cannot be read")
        return
    for entry in entries:
        name = f"{prefix}{_text(entry.name)}"
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), root, f"{name}/")
        else:
            yield _file(Path(entry.path), name, root)


def _visible(entries: Iterable["os.DirEntry[str]"]) -> Iterator["os.DirEntry[str]"]:
    for entry in entries:
        if not entry.name.startswith(".") and not _RECEIPT.fullmatch(entry.name):
            yield entry


def _file(path: Path, name: str, root: Path | None) -> Arrival | Refusal:
    try:
        target = path.resolve(strict=True)
        mode = target.stat().st_mode
    except (OSError, RuntimeError):
        return Refusal(name, "E_FILE_UNREADABLE", "the link leads nowhere or is not allowed")
    if not stat.S_ISREG(mode):
        return Refusal(name, "E_NOT_A_FILE", "it is no regular file")
    if root is not None and path.is_symlink() and not target.is_relative_to(root):
        return Refusal(name, "E_PATH_OUTSIDE", "a link that leads out of the folder")
    return Arrival(target, name)


def _text(name: str) -> str:
    """Return a file name as text that every store can hold; stray bytes become U+FFFD."""
    return os.fsencode(name).decode("utf-8", errors="replace")
