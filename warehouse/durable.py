"""What must outlive a crash: files and folder entries that are on disk when the call returns."""

import os
from pathlib import Path


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


def point(pointer: Path, content: bytes) -> None:
    """Give a file a new content as a whole: a crash leaves the old one or the new one.

    Raises:
        OSError: The folder cannot be written.
    """
    draft = pointer.with_name(f".{pointer.name}.{os.getpid()}")
    write(draft, content)
    draft.replace(pointer)
    sync(pointer.parent)
