"""How much a file holds once it is unpacked, counted without ever holding it.

Text and gzip are counted by their bytes, Parquet by those that its rows would have as delimited
text. A record of few bytes costs as much memory as one of many, so that it counts as one of usual
length. What a file says of its own size is believed only to refuse it.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.settings import MEGABYTE, LakeSettings

MAX_COLUMNS = 1000
"""No format of the lake comes near so many; each costs memory, however few its rows are."""

# Small files of equal rows pack very well; only above this size is the ratio a danger.
_RATIO_FREE_BYTES = 10 * MEGABYTE
_BLOCK_BYTES = 1 << 20
# Small, because what follows the end of a member is copied for each one.
_PACKED_BLOCK_BYTES = 1 << 14
GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31
PARQUET_MAGIC = b"PAR1"
# Of Parquet: what is read to know the parts, and how many rows are looked at in one go.
_FOOTER_BYTES = 8 * MEGABYTE
_LENGTH_BYTES = 4
_BATCH_ROWS = 65_536
# A line, a tag or an attribute costs what this many bytes of goods items cost (measured: 2 kB).
_PIECE_BYTES = 100
# A file is loaded in one piece. A month of the whole country's registry counts more than a batch.
_FILE_BATCHES = 2
_PIECE_SIGNS = (b"\n", b"<", b"=")

_CORRUPT = "E_FILE_CORRUPT"
_BOMB = "E_FILE_BOMB"
_TOO_LARGE = "E_FILE_TOO_LARGE"
_DAMAGED_PARQUET = "the Parquet file is cut off or damaged"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a file holds.

    Attributes:
        unpacked_bytes: By which batches are bounded.
        reason_code: Why it can be received but not used; None where it can.
        reason_text: The same in words.
    """

    unpacked_bytes: int
    reason_code: str | None = None
    reason_text: str = ""


class _DefectError(Exception):
    def __init__(self, reason_code: str, reason_text: str) -> None:
        super().__init__(reason_code)
        self.reason_code = reason_code
        self.reason_text = reason_text


class _Count:
    """What was found so far; refuses by raising, as soon as it is too much."""

    def __init__(self, size_bytes: int, settings: LakeSettings) -> None:
        ratio_limit = max(size_bytes * settings.landing_max_ratio, _RATIO_FREE_BYTES)
        self._limit = min(ratio_limit, settings.landing_max_file_mb * MEGABYTE)
        self._file_mb = _FILE_BATCHES * settings.batch_max_mb
        self._size_bytes = size_bytes
        self._bytes = self._pieces = 0

    @property
    def total(self) -> int:
        return max(self._bytes, self._pieces * _PIECE_BYTES)

    def add_text(self, block: bytes) -> None:
        self.add(len(block), max(block.count(sign) for sign in _PIECE_SIGNS))

    def add(self, length: int, pieces: int) -> None:
        self._bytes += length
        self._pieces += pieces
        self.refuse_bomb(self._bytes)
        if self.total > self._file_mb * MEGABYTE:
            text = (
                f"unpacked it counts more than {self._file_mb} MB (a line, a row, a tag as "
                f"{_PIECE_BYTES} bytes or more): send it in parts, or raise CUSTOMS_BATCH_MAX_MB "
                "where there is memory of twenty times as much"
            )
            raise _DefectError(_TOO_LARGE, text)

    def refuse_bomb(self, unpacked_bytes: int) -> None:
        if unpacked_bytes > self._limit:
            text = f"unpacks to more than {self._limit} bytes from {self._size_bytes}"
            raise _DefectError(_BOMB, text)


def measure(file: BinaryIO, settings: LakeSettings) -> Measure:
    """Return how much a file holds; its content is not looked at otherwise.

    Args:
        file: Open for reading, seekable.
        settings: Largest unpacked size and ratio.

    Raises:
        OSError: It cannot be read.
    """
    size_bytes = file.seek(0, io.SEEK_END)
    if size_bytes == 0:
        return Measure(0, "E_FILE_EMPTY", "the file has no content")
    file.seek(0)
    head = file.read(len(PARQUET_MAGIC))
    file.seek(0)
    count = _Count(size_bytes, settings)
    try:
        if head == PARQUET_MAGIC:
            _count_parquet(file, size_bytes, count)
        elif head.startswith(GZIP_MAGIC):
            for block in _gzip_blocks(file):
                count.add_text(block)
        else:
            while block := file.read(_BLOCK_BYTES):
                count.add_text(block)
    except _DefectError as error:
        return Measure(size_bytes, error.reason_code, error.reason_text)
    return Measure(count.total)


def _gzip_blocks(packed: BinaryIO) -> Iterator[bytes]:
    block = packed.read(_PACKED_BLOCK_BYTES)
    while block:
        member = zlib.decompressobj(wbits=_GZIP_WINDOW)
        while not member.eof:
            if not block:
                reason = "the gzip ends in the middle"
                raise _DefectError(_CORRUPT, reason)
            yield _inflate(member, block)
            rest = member.unused_data if member.eof else member.unconsumed_tail
            block = rest if rest or member.eof else packed.read(_PACKED_BLOCK_BYTES)
        # Zeros between and after members are padding.
        block = block.lstrip(b"\0") or packed.read(_PACKED_BLOCK_BYTES).lstrip(b"\0")


def _inflate(member: "zlib._Decompress", block: bytes) -> bytes:
    try:
        return member.decompress(block, _BLOCK_BYTES)
    except zlib.error as error:
        reason = "the gzip is damaged"
        raise _DefectError(_CORRUPT, reason) from error


def _count_parquet(file: BinaryIO, size_bytes: int, count: _Count) -> None:
    """Count the text of a Parquet file; one that is nested or holds no text is left to its reader.

    Columns are read one by one and as dictionaries, so that a value which is repeated for a million
    rows is held once.
    """
    file.seek(max(0, size_bytes - len(PARQUET_MAGIC) - _LENGTH_BYTES))
    footer_bytes = int.from_bytes(file.read(_LENGTH_BYTES), "little")
    if footer_bytes > size_bytes:
        raise _DefectError(_CORRUPT, _DAMAGED_PARQUET)
    if footer_bytes > _FOOTER_BYTES:
        text = f"its footer has {footer_bytes} bytes, the limit is {_FOOTER_BYTES}"
        raise _DefectError(_BOMB, text)
    file.seek(0)
    try:
        names = _text_columns(file, count)
        with pq.ParquetFile(file, read_dictionary=names, pre_buffer=False) as opened:
            for name in names:
                for batch in opened.iter_batches(_BATCH_ROWS, columns=[name], use_threads=False):
                    pieces = batch.num_rows if name == names[0] else 0
                    count.add(_text_bytes(batch.column(0)), pieces)
    except _DefectError:
        raise
    except Exception as error:
        # A damaged file raises anything, an OSError without a number too; a disk that fails says
        # which fault it has, and is no defect of the file.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _DefectError(_CORRUPT, _DAMAGED_PARQUET) from error


def _text_columns(file: BinaryIO, count: _Count) -> list[str]:
    with pq.ParquetFile(file, pre_buffer=False) as opened:
        facts, schema = opened.metadata, opened.schema_arrow
        if facts.num_columns > MAX_COLUMNS:
            text = f"{facts.num_columns} columns, the limit is {MAX_COLUMNS}"
            raise _DefectError(_BOMB, text)
        groups = [facts.row_group(at) for at in range(facts.num_row_groups)]
        count.refuse_bomb(sum(group.total_byte_size for group in groups))
        count.refuse_bomb(facts.num_rows * facts.num_columns)
        flat = {
            column.path
            for column in map(facts.schema.column, range(facts.num_columns))
            if column.max_repetition_level == 0
        }
        is_readable = len(flat) == len(schema.names) and flat == set(schema.names)
        return schema.names if is_readable else []


def _text_bytes(column: pa.Array) -> int:
    """Return the bytes of a column as delimited text: its values and a sign after each."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.fill_null(pc.binary_length(column.dictionary), 0).to_numpy(zero_copy_only=False)
    chosen = column.indices.drop_null().to_numpy(zero_copy_only=False)
    return int(np.bincount(chosen, minlength=lengths.size) @ lengths) + len(column)
