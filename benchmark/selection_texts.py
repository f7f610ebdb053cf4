"""The file of a selection as columns of text: what is no such file is refused before it costs.

Files come from strangers: how many rows, how long a value and how much room is looked at first.
"""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from benchmark.broken_files import UNREADABLE, reason_of, refuse_short_row
from benchmark.csv_headers import header_of, header_text, shown_names
from data_contracts.errors import CustomsDataError
from data_contracts.places import what_lies_at

COLUMNS = (
    "rank", "so_tk_goc", "trader", "period_from", "period_to", "theme", "kind_of_check",
    "selected_at",
)  # fmt: skip
# More than a national year has declarations; equal rows take next to no room in a file.
_MOST_ROWS = 20_000_000
FORMS = (".csv", ".csv.gz", ".parquet")
"""How the name of a file of choices may end."""
REQUIRED = ("rank", "kind_of_check", "selected_at")
# No value is longer; a packed file of long ones would take all memory.
_MOST_SIGNS, _ROOM_BYTES = 200, 50_000_000


def texts_of(path: Path) -> tuple[pa.Table, str]:
    """Return all columns of the format as text and the word for a place in the file."""
    try:
        if not path.is_file():
            message = f"{path}: expected a selection (CSV or Parquet), found "
            message += what_lies_at(path)
            raise CustomsDataError(message)
        if not path.name.endswith(FORMS):
            message = f"{path}: expected a file named {', '.join(FORMS)}, found another; save it "
            message += "as one of them"
            raise CustomsDataError(message)
        found = _parquet(path) if path.suffix == ".parquet" else _csv(path)
        # Parquet keeps bytes as they come; only looking at each shows that all of them are text.
        found.validate(full=True)
    except PermissionError as error:
        message = f"{path}: expected a selection that may be read; check its rights"
        raise CustomsDataError(message) from error
    except UNREADABLE as error:
        refuse_short_row(path, error)
        message = f"{path}: expected a selection (CSV in UTF-8, or Parquet), found a broken file: "
        message += reason_of(path, error)
        raise CustomsDataError(message) from error
    names = found.column_names
    none = pa.chunked_array([pa.nulls(found.num_rows, pa.string())])
    columns = [_text(path, name, found[name]) if name in names else none for name in COLUMNS]
    return pa.table(columns, names=list(COLUMNS)), "row" if path.suffix == ".parquet" else "line"


def _refuse_other(names: list[str], path: Path) -> None:
    """Refuse a header that is not of the format, before any column is made of it."""
    lacking = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if lacking or unknown or twice:
        message = f"{path}, header: expected the columns {', '.join(COLUMNS)}, each once at most; "
        told = [f"no {', '.join(lacking)}"] if len(lacking) < len(REQUIRED) and lacking else []
        told += [f"{name} more than once" for name in twice]
        told += [shown_names(unknown)] if unknown else []
        message += f"found {', '.join(told) or 'none of them'}"
        hint = "" if path.suffix == ".parquet" else header_text(path)
        raise CustomsDataError(f"{message}; {hint}" if hint else message)


def _parquet(path: Path) -> pa.Table:
    # As a dictionary a long value takes its room once, however many rows name it.
    schema = pq.read_schema(path)
    _refuse_other(schema.names, path)
    texts = [one.name for one in schema if pa.types.is_string(one.type)]
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        if (rows := file.metadata.num_rows) > _MOST_ROWS:
            raise _too_many(path, f"{rows:,}")
        row_groups = map(file.metadata.row_group, range(file.metadata.num_row_groups))
        room = sum(group.total_byte_size for group in row_groups)
        if room > rows * _MOST_SIGNS + _ROOM_BYTES:
            raise _too_long(path)
        # One column after the other: several at once take several times the room.
        found = file.read(use_threads=False)
        _refuse_long(path, found.columns)
        return found


def _too_many(path: Path, found: str) -> CustomsDataError:
    return CustomsDataError(f"{path}: expected {_MOST_ROWS:,} rows at most, found {found}")


def _too_long(path: Path) -> CustomsDataError:
    return CustomsDataError(f"{path}: expected values of {_MOST_SIGNS} bytes at most, found longer")


def _refuse_long(path: Path, columns: Iterable[pa.ChunkedArray]) -> None:
    for chunk in chain.from_iterable(column.chunks for column in columns):
        texts = chunk.dictionary if isinstance(chunk, pa.DictionaryArray) else chunk
        is_text = pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)
        if is_text and (pc.max(pc.binary_length(texts)).as_py() or 0) > _MOST_SIGNS:
            raise _too_long(path)


def _csv(path: Path) -> pa.Table:
    names, has_rows = header_of(path)
    if not names:
        message = f"{path}: expected the columns {', '.join(COLUMNS)}, found an empty file"
        raise CustomsDataError(message)
    _refuse_other(names, path)
    if not has_rows:
        return pa.table({name: pa.nulls(0, pa.string()) for name in names})
    kept = pacsv.ConvertOptions(
        column_types=dict.fromkeys(COLUMNS, pa.string()),
        strings_can_be_null=True,
        null_values=[""],
    )
    # One thread: only then does the reader know the number of a row.
    one_thread = pacsv.ReadOptions(use_threads=False)
    batches, rows, room = [], 0, 0
    with pacsv.open_csv(path, read_options=one_thread, convert_options=kept) as reader:
        for batch in reader:
            rows += batch.num_rows
            if rows > _MOST_ROWS:
                raise _too_many(path, f"more than {_MOST_ROWS:,}")
            room += batch.nbytes
            if room > rows * _MOST_SIGNS + _ROOM_BYTES:
                raise _too_long(path)
            _refuse_long(path, [pa.chunked_array([column]) for column in batch.columns])
            batches.append(batch)
        return pa.Table.from_batches(batches, reader.schema)


def _text(path: Path, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text; a time of Parquet is cut to the second, an empty text is null."""
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz is None:
        column = column.cast(pa.timestamp("s"), safe=False)
    try:
        # A time with a zone would be told in another one than the local.
        texts = None if getattr(kind, "tz", None) else column.cast(pa.string())
    except UNREADABLE:
        texts = None
    if texts is None:
        message = f"{path}, header, {name}: expected a column of text, whole numbers, dates or "
        message += f"local times, found {kind}"
        raise CustomsDataError(message)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
