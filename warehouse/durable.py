"""What must outlive a crash: files and folder entries that are on disk when the call returns."""

import errno
import hashlib
import os
import re
import shutil
from pathlib import Path

from data_contracts.errors import CustomsDataError

CURRENT = "CURRENT"
"""The pointer that lies beside models or snapshots and names the one in use."""

READ_ONLY = 0o400
"""Mode of what never changes."""

_COPIED_BYTES = 1 << 30
# Not every file system copies by itself.
_NO_RANGES = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV)


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
    draft.write_bytes(content)
    replace(draft, pointer)


def pointed_at(
    pointer: Path,
    *,
    form: bytes = rb"[0-9a-f]+",
    remedy: str,
    error: type[CustomsDataError] = CustomsDataError,
) -> str:
    """Return what a pointer names: a fingerprint or a number, and no way elsewhere.

    Args:
        pointer: The file, as `point` writes it.
        form: Regular expression of the name.
        remedy: What makes the pointer anew, such as `run customs lanes snapshot`.
        error: Class of the error that is raised.

    Raises:
        CustomsDataError: It holds another text.
        OSError: It cannot be read.
    """
    named = pointer.read_bytes().strip()
    if not re.fullmatch(form, named):
        message = f"{pointer}: expected the name of what is in use, found another text; {remedy}"
        raise error(message)
    return named.decode("ascii")


def point_link(link: Path, target: Path) -> None:
    """Let a link lead elsewhere: a crash leaves it as it was or as it is to be.

    Raises:
        OSError: The folder cannot be written.
    """
    draft = link.with_name(f"{link.name}.new")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)
    sync(link.parent)


def replace(draft: Path, final: Path) -> None:
    """Give a finished file, or a folder whose files are on disk, its name, as a whole.

    Raises:
        OSError: The disk could not take it.
    """
    sync(draft)
    draft.replace(final)
    sync(final.parent)


def seal(path: Path) -> str:
    """Force a finished file to disk, make it read-only for its owner, and return its SHA-256.

    Raises:
        OSError: It cannot be read, or the disk could not take it.
    """
    found = digest(path)
    sync(path)
    path.chmod(READ_ONLY)
    return found


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hex.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def append(descriptor: int, content: bytes) -> None:
    """Add to the end of an open file and force it to disk, the whole content or nothing of it.

    Raises:
        OSError: The disk could not take it; the file is as it was.
    """
    left, size = memoryview(content), os.fstat(descriptor).st_size
    try:
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        # A full disk takes a part, and the next time another one: two of them look like a change.
        os.ftruncate(descriptor, size)
        raise


def copy(source: Path, target: Path) -> None:
    """Copy a file; where the file system can, both share what neither has changed.

    Raises:
        OSError: The target cannot be written.
    """
    with source.open("rb") as read, target.open("xb") as written:
        try:
            while os.copy_file_range(read.fileno(), written.fileno(), _COPIED_BYTES):
                continue
        except OSError as error:
            if error.errno not in _NO_RANGES:
                raise
            shutil.copyfileobj(read, written)
