"""A build file with every mart of the contracts, identities planted in every identity column."""

import re
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from data_contracts.loading import contracts_of
from data_contracts.model import Contract, Field
from warehouse.build_record import record
from warehouse.layout import Layout
from warehouse.publish import ROLES, publish
from warehouse.settings import LakeSettings

ROWS = 60
CUT = {"bronze/declaration": 7, "bronze/goods_item": 4}
# What the search for leaks looks for, in the words of the real thing.
PLANTED = {
    "trader_id": "0109{row:06d}",
    "previous_trader_id": "0208{row:06d}",
    "trader_name": "CÔNG TY TNHH SAO BIỂN SỐ {row}",
    "declarant_id": "DAILY{row:05d}",
    "officer_id": "CBHQ{row:04d}",
    "goods_description": (
        "Máy bơm, MST 0307{row:06d}, vận đơn MAEU99{row:07d}, xe 29C-77{row:03d}, "
        "giao 12 Phố Huế cho ông Nguyễn Văn Trỗi, cán bộ CBHQ{row:04d}"
    ),
}
_UNKNOWN_IDENTITY = "danh tính {name} {row:05d}"
_WORDS = re.compile(r"[^,]+")


def lake_settings(home: Path) -> LakeSettings:
    """Return small settings for a lake at `home`."""
    return LakeSettings(home=home, memory_limit_mb=1024, threads=2, lock_wait_seconds=0.2)


def make_build(settings: LakeSettings) -> Layout:
    """Put the build in place: `ROWS` rows a mart, over three months and some without a date."""
    layout = Layout(settings.home)
    layout.ensure()
    shutil.copyfile(_template(), layout.build_path)
    return layout


def published(
    home: Path, *statements: str, roles: Sequence[str] = ROLES, **changes: object
) -> LakeSettings:
    """Publish the build, changed by statements, for some roles; return the lake's settings."""
    settings = lake_settings(home).model_copy(update=changes)
    layout = make_build(settings)
    for statement in statements:
        change_build(layout, statement)
    publish(settings, roles=roles)
    return settings


def change_build(layout: Layout, statement: str) -> None:
    """Run one statement in the build file."""
    with duckdb.connect(str(layout.build_path)) as connection:
        connection.execute(statement)


def identities() -> set[str]:
    """Return every text that may be in the restricted release only, free text in its pieces."""
    found: set[str] = set()
    for contract in contracts_of("mart"):
        for field in contract.fields:
            if field.is_identity and field.sql_type == "VARCHAR":
                texts = [_planted(field).format(row=row, name=field.name) for row in range(ROWS)]
                found.update(piece.strip() for text in texts for piece in _WORDS.findall(text))
    return found


@cache
def _template_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="customs-build-")  # gone with the process


@cache
def _template() -> Path:
    path = Path(_template_folder().name) / "customs.duckdb"
    contracts = {contract.name: contract for contract in contracts_of("mart")}
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for contract in contracts.values():
            connection.execute(_table_sql(contract))
        for name, contract in contracts.items():
            if f"{name}_version" in contracts:
                _make_current_view(connection, contract)
        connection.execute("delete from marts.dim_release where release_number > 0")
        record(connection, CUT)
    return path


def _make_current_view(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    columns = ", ".join(f'"{name}"' for name in contract.names)
    connection.execute(f"drop table marts.{contract.name}")
    view = f"create view marts.{contract.name} as select {columns}"
    source = f"customs.marts.{contract.name}_version"
    connection.execute(f"{view} from {source} where is_current")


def _table_sql(contract: Contract) -> str:
    columns = ", ".join(
        f'cast({_value(contract, field)} as {field.sql_type}) as "{field.name}"'
        for field in contract.fields
    )
    rows = f"select {columns} from range({ROWS}) t(i)"  # noqa: S608  columns of a contract
    return f"create table marts.{contract.name} as {rows}"


def _value(contract: Contract, field: Field) -> str:
    if field.is_identity and field.sql_type == "VARCHAR":
        text = _planted(field).replace("{name}", field.name).replace("'", "''")
        return (
            "printf('"
            + text.replace("{row:", "%").replace("{row}", "%d").replace("d}", "d")
            + "'"
            + ", i::int" * text.count("{row")
            + ")"
        )
    if field.name == "is_current":
        return "i % 4 <> 0"
    if field.name == contract.month_column:
        return "case when i % 20 <> 0 then date '2026-01-15' + 30 * (i % 3)::int end"
    values = {
        "VARCHAR": f"'{field.name}-' || i",
        "DATE": "date '2026-01-15' + (i % 90)::int",
        "BOOLEAN": "i % 2 = 0",
        "DOUBLE": "i / 7.0",
    }
    if field.sql_type.startswith("TIMESTAMP"):
        return "timestamptz '2026-01-15 08:00:00+07' + interval (i) day"
    return values.get(field.sql_type, "i")


def _planted(field: Field) -> str:
    return PLANTED.get(field.name, _UNKNOWN_IDENTITY)
