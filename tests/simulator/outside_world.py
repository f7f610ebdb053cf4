"""The files of one world as tables of DuckDB: what was sent, and the current row of each key."""

from collections.abc import Iterable
from pathlib import Path
from string import Template

import duckdb

from tests.simulator.code_lists import CODE_LISTS
from tests.simulator.outside_tables import (
    DOCUMENTS,
    LAO_CAI,
    LAO_CAI_HEADINGS,
    SQL_TYPES,
    TABLES,
    OutsideTable,
)
from tests.simulator.outside_text import TextReader, decoded, unpacked

RULES = Path(__file__).parent / "rules"
CHILDREN = ("hang", "thue", "chungtu", "cont")


class OutsideWorld:
    """Tables of a folder of outside files, read when a rule first asks for them.

    For each table `<name>_sent` holds all rows as text, `<name>` the typed current ones.

    Args:
        folder: The files; None makes every table empty, to plant records in.
        work: Empty folder for the database and mended files; None keeps all in memory.
        is_broken: Files may be truncated or in another encoding: what can be read of them is.
    """

    def __init__(self, folder: Path | None, work: Path | None, *, is_broken: bool = False) -> None:
        self._work = work or Path()
        self._is_broken = is_broken
        self.refused: list[str] = []
        self._files: dict[str, list[Path]] = {}
        for path in sorted(folder.rglob("*")) if folder else []:
            if path.is_file():
                self._files.setdefault(path.name.split("_")[0].split(".")[0], []).append(path)
        self.connection = duckdb.connect(str(work / "outside.duckdb") if work else ":memory:")
        self.connection.execute("set memory_limit = '1GB'; set threads = 2")
        self.connection.execute("set timezone = 'Asia/Ho_Chi_Minh'")
        self._is_empty = folder is None
        self._loaded: set[str] = set()
        listed = [(name, code) for name, codes in CODE_LISTS.items() for code in codes]
        self.connection.execute("create table code_list (list varchar, code varchar)")
        self.connection.executemany("insert into code_list values (?, ?)", listed)
        self.connection.execute("create sequence planted")
        self._run("macros.sql")

    @property
    def missing(self) -> list[str]:
        """Tables of the page of formats of which there is no file."""
        words = {name: table.word for name, table in TABLES.items()} | DOCUMENTS
        return [name for name, word in words.items() if word not in self._files]

    def lacks(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Return those of `tables` without a file."""
        if self._is_empty:
            return ()
        return tuple(name for name in tables if TABLES[name].word not in self._files)

    def plant(self, tables: Iterable[str], statements: str) -> None:
        """Fill the `_sent` tables of an empty world before a rule reads them."""
        for name in dict.fromkeys(("tk", *tables)):
            self._sent(TABLES[name])
        self.connection.execute(statements)

    def load(self, tables: Iterable[str]) -> None:
        """Make the tables, and the views over declarations once theirs are there."""
        wanted = [name for name in dict.fromkeys(("tk", *tables)) if name not in self._loaded]
        for name in wanted:
            self._load(TABLES[name])
            if name in CHILDREN:
                self._run("children.sql", name=name)
        if "tk" in wanted:
            self._run("declarations.sql")

    def _load(self, table: OutsideTable) -> None:
        if not self._is_empty:
            self._sent(table)
        present = self.connection.table(f"{table.name}_sent").columns
        columns = [f'"{name}"' for name in present if name != "file_name"]
        typed = [f'try_cast("{name}" as {_type(table, name)}) as "{name}"' for name in present]
        self._run(
            "current.sql",
            name=table.name,
            all_columns=", ".join(columns),
            typed_columns=", ".join(typed),
            key=", ".join(f'"{name}"' for name in table.key),
            order=f'"{table.order}"',
            order_type="varchar" if table.order == "file_name" else "bigint",
            is_kept="OP <> 'D'" if table.has_sequence else "true",
        )
        self._loaded.add(table.name)

    def _sent(self, table: OutsideTable) -> None:
        """Make `<name>_sent`; declared columns that no file has are null."""
        paths = self._files.get(table.word, [])
        ending = paths[0].name.removesuffix(".gz").rsplit(".", 1)[-1] if paths else ""
        if ending in {"csv", ""}:
            self._delimited(table, paths)
            return
        if ending == "parquet":
            sent = self.connection.read_parquet(_texts(paths), union_by_name=True, filename=True)
        else:
            sent = self.connection.read_json(
                _texts(self._mended(paths) if self._is_broken else paths),  # type: ignore[arg-type]
                format="newline_delimited",
                columns=table.kinds,
                filename=True,
                ignore_errors=self._is_broken,
            )
        present = {column.upper() for column in sent.columns}
        named = [f'"{column}"' for column in sent.columns if column != "filename"]
        absent = [column for column in table.kinds if column.upper() not in present]
        named += [f'cast(null as {_type(table, c, "varchar")}) as "{c}"' for c in absent]
        listed = ", ".join([*named, "parse_filename(filename) as file_name"])
        sent.project(listed).create(f"{table.name}_sent")

    def _delimited(self, table: OutsideTable, paths: list[Path]) -> None:
        is_lao_cai = table is LAO_CAI
        reader = TextReader(";" if is_lao_cai else ",", is_lao_cai, self._is_broken, self.refused)
        columns = reader.columns(paths)
        present = [LAO_CAI_HEADINGS.get(column, column) for column in columns]
        absent = [column for column in table.kinds if column not in present]
        name = f"{table.name}_sent"
        kinds = [f'"{c}" {_type(table, c, "varchar")}' for c in (*present, *absent)]
        self._run("empty.sql", name=name, columns=", ".join(kinds))
        if table.has_sequence:
            self._run("numbered.sql", name=name)
        for batch in reader.batches(paths, columns):
            sent = self.connection.from_arrow(batch.rename_columns([*present, "file_name"]))
            listed = ", ".join(f'"{column}"' for column in present)
            nulls = "".join(", null" for _ in absent)
            sent.project(f"{listed}{nulls}, file_name").insert_into(name)

    def _mended(self, paths: list[Path]) -> list[Path]:
        """Return files of JSON lines that can be read: those that cannot are decoded anew."""
        readable = []
        for path in paths:
            content, is_whole = unpacked(path)
            text, is_agreed = decoded(content)
            if is_whole and is_agreed:
                readable.append(path)
                continue
            self.refused.append(path.name)
            mended = self._work / f"{len(self.refused)}" / path.name.removesuffix(".gz")
            mended.parent.mkdir()
            mended.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")
            readable.append(mended)
        return readable

    def _run(self, file: str, **words: str) -> None:
        text = (RULES / file).read_text(encoding="utf-8")
        self.connection.execute(Template(text).substitute(words))


def _type(table: OutsideTable, column: str, nested: str = "") -> str:
    if table.is_nested:
        return table.kinds.get(column, "varchar")
    return nested or SQL_TYPES[table.kinds.get(column, "")]


def _texts(paths: list[Path]) -> list[str]:
    return [str(path) for path in paths]
