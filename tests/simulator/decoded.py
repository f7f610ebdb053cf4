"""What a folder of outside files says, read back: the rows, whatever files they came in.

For tests and golden hashes. Only sound files are read (no faults but a legacy encoding).
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from data_contracts.errors import ContractViolationError
from ingestion.sources import tcvn3
from simulator.delivery.outside_table import OutsideTable
from simulator.delivery.tables import TABLES, find_table

_UTF16_BOM = b"\xff\xfe"


def table_files(folder: Path, name: str) -> list[Path]:
    """Return the files of an outside table under an output folder, sorted by path."""
    spec = find_table(name)
    root = folder / Path(spec.folder).parts[0]
    found = (path for path in root.rglob(f"{spec.word}_*") if path.is_file())
    return sorted(path for path in found if path.name.partition("_")[0] == spec.word)


def decoded_rows(folder: Path, name: str, *, distinct: bool = False) -> list[str]:
    """Return the rows of an outside table as canonical text, sorted.

    A row is a JSON object of what is not null, members in order of name, all values text but
    those of JSON lines.

    Args:
        folder: Output folder of a run.
        name: Name in the registry.
        distinct: Leaves out repetitions, so that lateness and re-sending do not show.
    """
    spec = find_table(name)
    rows = [row for path in table_files(folder, name) for row in _rows(spec, path)]
    return sorted(set(rows) if distinct else rows)


def golden_hash(folder: Path, name: str, *, distinct: bool = False) -> str:
    """Return the SHA-256 of the canonical rows of an outside table."""
    digest = hashlib.sha256()
    for row in decoded_rows(folder, name, distinct=distinct):
        digest.update(row.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def golden_hashes(folder: Path, *, distinct: bool = False) -> dict[str, str]:
    """Return the hash of every outside table that has files, by name."""
    return {
        name: golden_hash(folder, name, distinct=distinct)
        for name in TABLES
        if table_files(folder, name)
    }


def read_text_table(path: Path, spec: OutsideTable) -> pa.Table:
    """Return a CSV or Parquet file as text columns; an empty field is null."""
    if path.suffix == ".parquet":
        return pq.read_table(path)
    content = _unpacked(path)
    if content.startswith(_UTF16_BOM):
        content = content[2:].decode("utf-16-le").encode()
    elif spec.source == "trader_registry" and not _is_utf8(content):
        content = tcvn3.to_utf8(content)
    return pacsv.read_csv(
        pa.BufferReader(content),
        parse_options=pacsv.ParseOptions(
            delimiter=";" if spec.form == "utf16" else ",", newlines_in_values=True
        ),
        convert_options=_all_text(content, ";" if spec.form == "utf16" else ","),
    )


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _all_text(content: bytes, separator: str) -> pacsv.ConvertOptions:
    header = content.partition(b"\n")[0].decode().replace('"', "").split(separator)
    return pacsv.ConvertOptions(
        column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=True, null_values=[""]
    )


def _rows(spec: OutsideTable, path: Path) -> Iterator[str]:
    if path.suffix == ".xml":
        yield path.read_text(encoding="utf-8")
        return
    if ".jsonl" in path.name:
        for line in _unpacked(path).splitlines():
            yield _canonical(json.loads(line))
        return
    for row in read_text_table(path, spec).to_pylist():
        yield _canonical(row)


def _canonical(row: dict[str, object]) -> str:
    present = {name: value for name, value in row.items() if value is not None}
    return json.dumps(present, ensure_ascii=False, sort_keys=True)


def _unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError) as error:
        message = f"file {path.name}: expected whole gzip, found damage"
        raise ContractViolationError(message) from error
