"""A folder of outside files in DuckDB: CSV, Parquet and JSON lines in any mixture, all as text.

The first word of a file's name names its table. A table has the columns asked for, and the name of
the file as FILE; what a file lacks is null, and what is nested is JSON. Arrow reads the CSV files:
DuckDB looks at each of many small files thirty times as long, and keeps a buffer for each open one.
"""

import csv
import gzip
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv as pacsv

from benchmark.broken_files import UNREADABLE, reason_of
from benchmark.required_columns import refuse_renamed
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import MARKER, begun_in, nation_in

Tables = Mapping[str, Sequence[str]]
FILE = "FILE"
_ROWS_AT_ONCE, _HEAD_BYTES = 400_000, 16_384
_FORMS = {
    ".csv": "csv", ".csv.gz": "csv", ".parquet": "parquet", ".jsonl": "json", ".jsonl.gz": "json",
}  # fmt: skip
_EPOCH = date(1970, 1, 1)
_DAY_FOLDER = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/")
_STAMP = re.compile(r"_(\d{4})(\d{2})(\d{2})?(?=[_.])")
# Old registry files are TCVN3: what is read here is plain ASCII in it, as in latin-1.
_ENCODINGS = ("utf-8", "latin-1")


@dataclass(frozen=True, slots=True)
class Attached:
    """What a folder has.

    Attributes:
        files: Number of readable files by table.
        unread: Names of files that no reader could read.
    """

    files: dict[str, int]
    unread: tuple[str, ...]


def attach(
    opened: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Tables,
    *,
    prefix: str = "",
    skips_broken: bool = False,
) -> Attached:
    """Make the tables of a folder readable under prefix and name; without any file one is empty.

    Args:
        opened: Where to.
        folder: The files, in folders of any depth.
        tables: Columns by table.
        prefix: Before each name.
        skips_broken: Leave out files that cannot be read, and name them.

    Raises:
        CustomsDataError: A file cannot be read, and broken ones are not left out; or it lacks a
            required column; or the run that writes into the folder has not ended; or some files
            tell of another nation.
    """
    if (part := begun_in(folder)) is not None:
        message = f"{folder}: expected a whole nation, but the run that writes {part} has not "
        message += "ended; if it was stopped, give the same command again"
        raise CustomsDataError(message)
    for mark in folder.rglob(MARKER):
        if nation_in(mark.parent) not in {"", nation_in(folder)}:
            message = f"{mark.parent}: expected files of the nation of {folder}, found those of "
            message += "another; take that folder out"
            raise CustomsDataError(message)
    counts, unread = {}, list[str]()
    for table, forms in _files(folder.rglob("*"), tables, unread if skips_broken else None).items():
        refuse_renamed(table, tables[table], forms, skips_broken=skips_broken)
        reader = _Reader(opened, tables[table], skips_broken=skips_broken)
        if set(forms) == {"parquet"} and not skips_broken:
            reader.columnar("parquet", forms["parquet"])[0].create_view(f"{prefix}{table}")
        else:
            reader.fill(f"{prefix}{table}", forms)
        counts[table] = sum(map(len, forms.values())) - len(reader.unread)
        unread += reader.unread
    names = tuple(sorted(str(Path(path).relative_to(folder)) for path in unread))
    return Attached({table: count for table, count in counts.items() if count}, names)


def add(
    opened: duckdb.DuckDBPyConnection,
    paths: Iterable[Path],
    tables: Tables,
    *,
    prefix: str = "",
    skips_broken: bool = False,
) -> None:
    """Add the rows of some files to tables under prefix and name, made where they are not."""
    for table, forms in _files(paths, tables).items():
        refuse_renamed(table, tables[table], forms, skips_broken=skips_broken)
        reader = _Reader(opened, tables[table], skips_broken=skips_broken)
        reader.fill(f"{prefix}{table}", forms)


def _files(
    paths: Iterable[Path], tables: Tables, others: list[str] | None = None
) -> dict[str, dict[str, list[str]]]:
    """Return the paths of each table by form, sorted.

    Args:
        paths: Those that there are.
        tables: Columns by table.
        others: Takes what is named like a file and is none; None refuses it: of a pipe nothing
            ever comes.

    Raises:
        CustomsDataError: Something named like a file is none.
    """
    found: dict[str, dict[str, list[str]]] = {table: {} for table in tables}
    for path in sorted(paths):
        word = path.name.partition("_")[0]
        form = next((form for end, form in _FORMS.items() if path.name.endswith(end)), "")
        if form and word in found:
            if not path.is_file():
                if others is None:
                    message = f"{path}: expected a file of the outside formats, found none: a "
                    message += "folder, a pipe, a device or a link to nothing; take it out"
                    raise CustomsDataError(message)
                others.append(str(path))
                continue
            found[word].setdefault(form, []).append(str(path))
    return found


def landed(path: Path) -> int:
    """Return the day (since 1970) of the folder that a file lands in; 0 for one without a day."""
    found = _DAY_FOLDER.search(path.as_posix())
    return 0 if found is None else (date(*map(int, found.groups())) - _EPOCH).days


def known_on(path: Path) -> int:
    """Return the day (since 1970) by which a file has come: its folder's, or that of its name.

    A name that says a month alone may be of any day in it: its last day is told.
    """
    day, found = landed(path), _STAMP.search(path.name)
    if day or found is None:
        return day
    year, month, of_month = found.groups()
    if of_month:
        return (date(int(year), int(month), int(of_month)) - _EPOCH).days
    following = date(int(year) + int(month) // 12, int(month) % 12 + 1, 1)
    return (following - _EPOCH).days - 1


def tell_days(opened: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make the table `come`: the day by which each file of a table has come (`known_on`)."""
    files = [name for (name,) in opened.table(table).select(FILE).distinct().fetchall()]
    days = [known_on(Path(name)) for name in files]
    told = {FILE: pa.array(files, pa.string()), "day": pa.array(days, pa.int64())}
    opened.from_arrow(pa.table(told)).create("come")


class _Reader:
    """Reads the files of one table."""

    def __init__(
        self, opened: duckdb.DuckDBPyConnection, columns: Sequence[str], *, skips_broken: bool
    ) -> None:
        self._opened, self._columns, self._skips = opened, columns, skips_broken
        self.unread: list[str] = []

    def fill(self, name: str, forms: Mapping[str, list[str]]) -> None:
        """Insert all rows into a table, which is made where it is not."""
        schema = pa.schema([(column, pa.string()) for column in (*self._columns, FILE)])
        columns = ", ".join(f'"{column}" varchar' for column in schema.names)
        self._opened.execute(f'create table if not exists "{name}" ({columns})')
        for rows in self._delimited(forms.get("csv", []), schema):
            self._opened.from_arrow(rows).insert_into(name)
        for form in ("parquet", "json"):
            if paths := forms.get(form):
                for read in self.columnar(form, paths):
                    read.insert_into(name)

    def columnar(self, form: str, paths: list[str]) -> list[duckdb.DuckDBPyRelation]:
        """Return Parquet or JSON files as text; where some may be broken, halves of them."""
        try:
            read = self._text(form, paths)
            if self._skips:
                # Only reading every value shows that every byte can be read.
                read.aggregate([_folded(name) for name in self._columns]).fetchall()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            if len(paths) == 1 and not self._skips:
                message = f"{paths[0]}: expected a file of the outside formats, found a broken "
                message += f"one: {reason_of(Path(paths[0]), error)}"
                raise CustomsDataError(message) from error
        else:
            return [read]
        if len(paths) == 1:
            self.unread += paths
            return []
        middle = len(paths) // 2
        return self.columnar(form, paths[:middle]) + self.columnar(form, paths[middle:])

    def _text(self, form: str, paths: list[str]) -> duckdb.DuckDBPyRelation:
        # The readers take many files at once, which their types do not tell.
        sources: Any = paths
        if form == "parquet":
            read = self._opened.read_parquet(sources, union_by_name=True, filename=True)
        else:
            kinds = dict.fromkeys(self._columns, "VARCHAR")
            read = self._opened.read_json(
                sources, format="newline_delimited", columns=kinds, filename=True
            )
        present = set(read.columns)
        shown = [
            duckdb.ColumnExpression(name) if name in present else duckdb.ConstantExpression(None)
            for name in self._columns
        ]
        named = [one.cast("varchar").alias(n) for n, one in zip(self._columns, shown, strict=True)]
        return read.select(*named, duckdb.ColumnExpression("filename").cast("varchar").alias(FILE))

    def _delimited(self, paths: list[str], schema: pa.Schema) -> Iterator[pa.Table]:
        """Yield the rows of text files, some hundred thousand at a time."""
        waiting: list[pa.Table] = []
        rows = 0
        for path in paths:
            read = self._one(path)
            if read is None:
                self.unread.append(path)
                continue
            file = pa.array([path]).take(pa.array([0] * read.num_rows, pa.int32()))
            waiting.append(read.append_column(FILE, file).cast(schema))
            rows += read.num_rows
            if rows >= _ROWS_AT_ONCE:
                yield pa.concat_tables(waiting)
                waiting, rows = [], 0
        if waiting:
            yield pa.concat_tables(waiting)

    def _one(self, path: str) -> pa.Table | None:
        """Return the rows of one text file; None for one that is broken and may be left out."""
        if self._skips and not self._has_header(path):
            return None
        for encoding in _ENCODINGS if self._skips else _ENCODINGS[:1]:
            try:
                return self._csv(path, encoding)
            except UNREADABLE as error:
                if not self._skips:
                    message = f"{path}: expected a CSV of the outside formats, found "
                    raise CustomsDataError(message + reason_of(Path(path), error)) from error
        return None

    def _csv(self, path: str, encoding: str) -> pa.Table:
        kept = pacsv.ConvertOptions(
            include_columns=list(self._columns),
            include_missing_columns=True,
            column_types=dict.fromkeys(self._columns, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        )
        return pacsv.read_csv(
            path,
            read_options=pacsv.ReadOptions(encoding=encoding),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=kept,
        )

    def _has_header(self, path: str) -> bool:
        """Tell whether a file begins with some of the columns, each once."""
        opened = gzip.open if path.endswith(".gz") else open
        try:
            with opened(path, "rb") as stream:
                head = stream.read(_HEAD_BYTES)
        except UNREADABLE:
            return False
        line = head.decode("utf-8", errors="replace").lstrip("\ufeff").partition("\n")[0]
        names = [name.strip() for name in next(csv.reader([line]), [])]
        # None of our columns means another encoding, or no header at all.
        return bool(set(names) & set(self._columns)) and len(set(names)) == len(names)


def _folded(name: str) -> duckdb.Expression:
    """Return what every value of a column goes into: counting them may look at none."""
    return duckdb.FunctionExpression(
        "bit_xor", duckdb.FunctionExpression("hash", duckdb.ColumnExpression(name))
    )
