"""The bytes of a file, unpacked, a chunk at a time."""

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ingestion.sources import tcvn3
from ingestion.sources.outside_tables import TCVN3, Form
from ingestion.sources.reading import RefusedFileError
from warehouse.unpacked_size import GZIP_MAGIC, PARQUET_MAGIC

CHUNK_BYTES = 16 << 20

_UTF8 = "utf-8"
_PACKED = ".gz"


def endings(forms: Sequence[Form]) -> tuple[str, ...]:
    """Return the endings of files of some forms: text may be packed."""
    return tuple(
        ending
        for form in forms
        for ending in ((form,) if form == "parquet" else (form, f"{form}{_PACKED}"))
    )


def ending_in_name(name: str, forms: Sequence[Form]) -> str | None:
    """Return the ending of a name; None where it is none of the forms."""
    return next((end for end in endings(forms) if name.lower().endswith(f".{end}")), None)


def form_of_file(path: Path, name: str, forms: Sequence[Form]) -> Form:
    """Tell the form of a file by its name and check it against its first bytes.

    Raises:
        RefusedFileError: The name has no ending of the forms, where there are several
            (E_FILE_FORMAT), or the content is not what the ending says (E_FILE_CORRUPT).
    """
    claimed = ending_in_name(name, forms)
    if claimed is None:
        if len(forms) == 1:
            return forms[0]
        message = f"the name ends in none of {', '.join(f'.{end}' for end in endings(forms))}"
        raise RefusedFileError(message, reason_code="E_FILE_FORMAT")
    with path.open("rb") as file:
        magic = file.read(4)
    is_packed, is_parquet = magic.startswith(GZIP_MAGIC), magic == PARQUET_MAGIC
    if is_packed != claimed.endswith(_PACKED) or is_parquet != (claimed == "parquet"):
        message = f"the name says {claimed}, the content is not"
        raise RefusedFileError(message, reason_code="E_FILE_CORRUPT")
    return next(form for form in forms if claimed.removesuffix(_PACKED) == form)


def text_chunks(path: Path, encoding: str) -> Iterator[bytes]:
    """Yield the text of a file as UTF-8, packed or not.

    What is no text in UTF-8 or TCVN3 stays for the record it stands in.

    Raises:
        RefusedFileError: The gzip is cut off or damaged (E_FILE_CORRUPT), the text is not of its
            encoding (E_ENCODING), or it may be TCVN3 or UTF-8 (E_ENCODING_AMBIGUOUS).
    """
    if encoding == _UTF8:
        return _chunks(path)
    if encoding == TCVN3:
        is_old = tcvn3.is_tcvn3(_chunks(path))
        return map(tcvn3.to_utf8, _chunks(path)) if is_old else _chunks(path)
    return _decoded(_chunks(path), encoding)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        opener = gzip.open if file.read(2) == GZIP_MAGIC else open
    try:
        with opener(path, "rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = "the gzip is cut off or damaged"
        raise RefusedFileError(message, reason_code="E_FILE_CORRUPT") from error


def _decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode(_UTF8)
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        message = f"the text is not {encoding}"
        raise RefusedFileError(message, reason_code="E_ENCODING") from error
