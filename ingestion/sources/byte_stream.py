"""The bytes of a file, unpacked, a chunk at a time."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from ingestion.sources.reading import RefusedFileError

CHUNK_BYTES = 16 << 20

FileFormat = Literal["csv", "csv.gz", "parquet"]

_GZIP_MAGIC = b"\x1f\x8b"
_PARQUET_MAGIC = b"PAR1"


def file_format(path: Path, name: str) -> FileFormat:
    """Tell the format of a file by its name and check it against its first bytes.

    Raises:
        RefusedFileError: The name has no ending the lake reads (E_FILE_FORMAT), or the content is
            not what the ending says (E_FILE_CORRUPT).
    """
    with path.open("rb") as file:
        magic = file.read(4)
    found = _by_content(magic)
    claimed = format_in_name(name)
    if claimed is None:
        message = "the name ends in none of .csv, .csv.gz, .parquet"
        raise RefusedFileError(message, reason_code="E_FILE_FORMAT")
    if claimed != found:
        message = f"the name says {claimed}, the content is not"
        raise RefusedFileError(message, reason_code="E_FILE_CORRUPT")
    return claimed


def chunks(path: Path, file_format: FileFormat) -> Iterator[bytes]:
    """Yield the unpacked bytes of a text file in order.

    Raises:
        RefusedFileError: The gzip is cut off or damaged (E_FILE_CORRUPT).
    """
    opener = gzip.open if file_format == "csv.gz" else open
    try:
        with opener(path, "rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = "the gzip is cut off or damaged"
        raise RefusedFileError(message, reason_code="E_FILE_CORRUPT") from error


def format_in_name(name: str) -> FileFormat | None:
    """Return the format that the ending of a name says; None where the lake reads no such one."""
    endings: tuple[FileFormat, ...] = ("csv", "csv.gz", "parquet")
    return next((ending for ending in endings if name.lower().endswith(f".{ending}")), None)


def _by_content(magic: bytes) -> FileFormat:
    if magic == _PARQUET_MAGIC:
        return "parquet"
    return "csv.gz" if magic.startswith(_GZIP_MAGIC) else "csv"
