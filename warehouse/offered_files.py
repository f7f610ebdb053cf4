"""What is offered for landing: which files lie under the given paths, and may they come in.

Nothing is written here. A refusal carries a reason for the report; it never stops the other files.
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from data_contracts.errors import SourceUnavailableError
from data_contracts.simulated import MARKER
from warehouse import unpacked_size
from warehouse.settings import MEGABYTE, LakeSettings

_BLOCK_BYTES = 1 << 20
_NO_FILE = "it is no regular file"
_CHANGED = "it changed while it was read"
_RECEIPT = re.compile(r"[0-9a-f]{64}(?:-[0-9]+)?\.json")


@dataclass(frozen=True, slots=True)
class OfferedFile:
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
        offered: The file.
        sha256: Of its bytes, in hexadecimal.
        size_bytes: As it lies there.
        unpacked_bytes: Unpacked, by which batches are bounded.
        defect: Why it can be received but not used: it is empty, broken, or unpacks to too much.
    """

    offered: OfferedFile
    sha256: str
    size_bytes: int
    unpacked_bytes: int
    defect: Refusal | None = None


class ChangedError(OSError):
    """What lies at the path is not the file any more that was found there."""


class NoFileError(OSError):
    """What lies at the path is no regular file."""


def find(paths: Sequence[Path]) -> list[OfferedFile | Refusal]:
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


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading; what was put in its place meanwhile is neither waited for nor read.

    Args:
        path: Where it is, links resolved.

    Raises:
        NoFileError: It is no regular file: a pipe, a device, a folder.
        ChangedError: The path leads elsewhere now, by a link at its end or on the way.
        OSError: It cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ChangedError(error.errno, _CHANGED) from error
        raise
    file = os.fdopen(descriptor, "rb")
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NoFileError(errno.EINVAL, _NO_FILE)
        if Path(f"/proc/self/fd/{descriptor}").readlink() != path:
            raise ChangedError(errno.ELOOP, _CHANGED)
    except OSError:
        file.close()
        raise
    return file


def inspect(offered: OfferedFile, settings: LakeSettings) -> Inspected | Refusal:
    """Hash a file and hold it against the limits; its content is not looked at otherwise."""
    try:
        with open_file(offered.path) as file:
            return _inspect(offered, file, settings)
    except NoFileError:
        return Refusal(offered.name, "E_NOT_A_FILE", _NO_FILE)
    except ChangedError:
        return changed(offered)
    except OSError as error:
        return Refusal(offered.name, "E_FILE_UNREADABLE", error.strerror or "it cannot be read")


def changed(offered: OfferedFile) -> Refusal:
    """Return the refusal of a file that is not the same any more."""
    return Refusal(offered.name, "E_FILE_CHANGED", _CHANGED)


def _inspect(offered: OfferedFile, file: BinaryIO, settings: LakeSettings) -> Inspected | Refusal:
    size_bytes = os.fstat(file.fileno()).st_size
    if size_bytes > settings.landing_max_file_mb * MEGABYTE:
        text = f"{size_bytes} bytes, the limit is {settings.landing_max_file_mb} MB"
        return Refusal(offered.name, "E_FILE_TOO_LARGE", text)
    digest = hashlib.sha256()
    for block in blocks(file, size_bytes):
        digest.update(block)
    if file.tell() != size_bytes:
        return changed(offered)
    measure = unpacked_size.measure(file, settings)
    defect = None
    if measure.reason_code is not None:
        defect = Refusal(offered.name, measure.reason_code, measure.reason_text)
    return Inspected(offered, digest.hexdigest(), size_bytes, measure.unpacked_bytes, defect)


def blocks(file: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    """Yield a file in blocks and stop soon after `size_bytes`: it may grow while it is read."""
    while file.tell() <= size_bytes and (block := file.read(_BLOCK_BYTES)):
        yield block


def _marked(found: list[OfferedFile | Refusal]) -> list[OfferedFile | Refusal]:
    folders = {entry.path.parent for entry in found if isinstance(entry, OfferedFile)}
    simulated = {folder for folder in folders if _is_simulated(folder)}
    return [
        replace(entry, is_simulated=True)
        if isinstance(entry, OfferedFile) and entry.path.parent in simulated
        else entry
        for entry in found
    ]


def _is_simulated(folder: Path) -> bool:
    return any(os.path.lexists(place / MARKER) for place in (folder, *folder.parents))


def _find(path: Path) -> Iterator[OfferedFile | Refusal]:
    if path.is_dir():
        yield from _walk(path, path.resolve(), "")
    else:
        yield _file(path, _text(path.name), None)


def _walk(folder: Path, root: Path, prefix: str) -> Iterator[OfferedFile | Refusal]:
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


def _file(path: Path, name: str, root: Path | None) -> OfferedFile | Refusal:
    try:
        target = path.resolve(strict=True)
        mode = target.stat().st_mode
    except (OSError, RuntimeError):
        return Refusal(name, "E_FILE_UNREADABLE", "the link leads nowhere or is not allowed")
    if not stat.S_ISREG(mode):
        return Refusal(name, "E_NOT_A_FILE", _NO_FILE)
    if root is not None and path.is_symlink() and not target.is_relative_to(root):
        return Refusal(name, "E_PATH_OUTSIDE", "a link that leads out of the folder")
    return OfferedFile(target, name)


def _text(name: str) -> str:
    """Return a file name as text that every store can hold; stray bytes become U+FFFD."""
    return os.fsencode(name).decode("utf-8", errors="replace")
