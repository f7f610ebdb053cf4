"""What must outlive a crash: files and folder entries that are on disk when the call returns."""

import os
from pathlib import Path

_COPIED_BYTES = 1 << 30


def sync(path: Path) -> None:
    """Force a file's content, or a folder's entries, to disk.

    Raises:
        OSError: There is no such path, or the disk could not take it.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes) -> None:
    """Write a file and force its content to disk; its folder's entry is for the caller to sync.

    Raises:
        OSError: The file cannot be written.
    """
    path.write_bytes(content)
    sync(path)


def make_once(path: Path, content: bytes) -> None:
    """Make a file for its owner alone; of two that make it at once the first one's stays.

    Raises:
        OSError: The folder cannot be written.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync(path.parent)


def point(pointer: Path, content: bytes) -> None:
    """Give a file a new content as a whole: a crash leaves the old one or the new one.

    Raises:
        OSError: The folder cannot be written.
    """
    draft = pointer.with_name(f".{pointer.name}.{os.getpid()}")
    write(draft, content)
    draft.replace(pointer)
    sync(pointer.parent)


def replace(draft: Path, final: Path) -> None:
    """Put a finished file in the place of another as a whole: a crash leaves the one or the other.

    Raises:
        OSError: The disk could not take it.
    """
    sync(draft)
    draft.replace(final)
    sync(final.parent)


def copy(source: Path, target: Path) -> None:
    """Copy a file; where the file system can, both share what neither has changed.

    Raises:
        OSError: The target cannot be written.
    """
    with source.open("rb") as read, target.open("xb") as written:
        while os.copy_file_range(read.fileno(), written.fileno(), _COPIED_BYTES):
            continue
