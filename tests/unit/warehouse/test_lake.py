"""Delta tables: versions, live files, restore, and the cut that readers get."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from data_contracts import loading
from data_contracts.errors import CustomsDataError
from tests.unit.warehouse.rows import rates
from warehouse import engine, lake, shapes
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings

PLACE = ("bronze", "exchange_rate")


def _rows(*currencies: str, receipt: int = 1) -> pa.Table:
    schema = shapes.bronze_schema(loading.load_contract("exchange_rate"))
    rows = [
        {"source_system": "reference", "currency_code": code, "receipt_number": receipt}
        for code in currencies
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _currencies(settings: LakeSettings, layout: Layout, cut: lake.Cut) -> list[str]:
    with engine.memory_connection(settings) as connection:
        engine.attach_lake(connection, layout, cut)
        rows = connection.execute("select currency_code from bronze.exchange_rate order by all")
        return [row[0] for row in rows.fetchall()]


def test_deleted_rows_are_gone_although_their_file_is_still_there(
    settings: LakeSettings, layout: Layout
) -> None:
    lake.append(layout, *PLACE, _rows("USD", "EUR"), {"load_id": "one"})
    lake.delete_where(layout, *PLACE, "currency_code = 'USD'", {"load_id": "two"})
    assert _currencies(settings, layout, lake.cut(layout)) == ["EUR"]
    assert len(list(layout.lake(*PLACE).glob("*.parquet"))) == 2
    assert len(lake.live_files(layout, *PLACE)) == 1


def test_an_earlier_cut_stays_readable(settings: LakeSettings, layout: Layout) -> None:
    lake.append(layout, *PLACE, _rows("USD"), {})
    first = lake.cut(layout)
    lake.append(layout, *PLACE, _rows("EUR"), {})
    assert _currencies(settings, layout, first) == ["USD"]
    assert _currencies(settings, layout, {}) == []


def test_restore_brings_a_version_back_and_can_be_repeated(
    settings: LakeSettings, layout: Layout
) -> None:
    version = lake.append(layout, *PLACE, _rows("USD"), {})
    lake.append(layout, *PLACE, _rows("EUR"), {})
    for _ in range(2):
        lake.restore(layout, *PLACE, version)
        assert _currencies(settings, layout, lake.cut(layout)) == ["USD"]


def test_the_cut_leaves_an_open_load_out(layout: Layout, ledger: Ledger) -> None:
    version = lake.append(layout, *PLACE, _rows("USD"), {})
    ledger.begin_load("open", {"bronze/exchange_rate": version})
    lake.append(layout, *PLACE, _rows("EUR"), {})
    assert lake.cut(layout) == {"bronze/exchange_rate": version}
    ledger.close_load("open", [], {}, {})
    assert lake.cut(layout) == {"bronze/exchange_rate": version + 1}


def test_the_commit_names_its_load(layout: Layout) -> None:
    version = lake.append(layout, *PLACE, _rows("USD"), {"load_id": "the-load"})
    commit = layout.lake(*PLACE) / "_delta_log" / f"{version:020d}.json"
    info = [json.loads(line) for line in commit.read_text().splitlines()]
    assert [entry["commitInfo"]["load_id"] for entry in info if "commitInfo" in entry] == [
        "the-load"
    ]


def test_files_that_cannot_hold_the_keys_are_not_opened(layout: Layout) -> None:
    lake.append(layout, *PLACE, _rows("AUD", "CAD"), {})
    lake.append(layout, *PLACE, _rows("EUR", "USD"), {})
    found = lake.live_files(layout, *PLACE, ranges={"currency_code": ("DKK", "GBP")})
    assert len(found) == 1
    assert len(lake.live_files(layout, *PLACE, ranges={"currency_code": (None, None)})) == 2


def test_long_texts_never_rule_a_file_out(layout: Layout) -> None:
    lake.append(layout, *PLACE, _rows("M" * 100), {})
    ranges = {"currency_code": ("M" * 99 + "Z", "N")}
    assert len(lake.live_files(layout, *PLACE, ranges=ranges)) == 1


@pytest.mark.parametrize(
    "protocol",
    [
        {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["deletionVectors"],
         "writerFeatures": ["deletionVectors"]},
    ],
)  # fmt: skip
def test_tables_with_deletion_vectors_are_refused(
    layout: Layout, protocol: dict[str, object]
) -> None:
    lake.append(layout, *PLACE, _rows("USD"), {})
    commit = layout.lake(*PLACE) / "_delta_log" / f"{1:020d}.json"
    commit.write_text(json.dumps({"protocol": protocol}))
    with pytest.raises(CustomsDataError, match="deletionVectors"):
        lake.live_files(layout, *PLACE)


def test_every_table_of_the_contracts_can_be_read_before_it_exists(
    settings: LakeSettings, layout: Layout
) -> None:
    with engine.build_connection(layout, settings) as connection:
        for _ in range(2):
            engine.attach_lake(connection, layout, lake.cut(layout))
        for layer, table in shapes.tables():
            found = connection.execute(f"describe {layer}.{table}").fetchall()
            assert [(row[0], row[1]) for row in found] == shapes.columns(layer, table)
            assert connection.table(f"{layer}.{table}").fetchall() == []


def test_a_column_that_older_files_lack_is_null(settings: LakeSettings, layout: Layout) -> None:
    lake.append(layout, *PLACE, _rows("USD").drop_columns(["rate_vnd", "extras"]), {})
    lake.append(layout, *PLACE, _rows("EUR"), {})
    with engine.memory_connection(settings) as connection:
        engine.attach_lake(connection, layout, lake.cut(layout))
        found = connection.execute("select rate_vnd, extras from bronze.exchange_rate").fetchall()
    assert found == [(None, None), (None, None)]


def test_connections_are_capped_and_work_in_utc(settings: LakeSettings) -> None:
    with engine.memory_connection(settings) as connection:
        names = ("memory_limit", "threads", "TimeZone", "max_temp_directory_size")
        found = [
            connection.execute("select current_setting(?)", [name]).fetchone() for name in names
        ]
    assert found == [("488.2 MiB",), (1,), ("UTC",), ("18.6 GiB",)]


def test_the_build_file_has_one_writer(settings: LakeSettings, layout: Layout) -> None:
    layout.build_path.write_bytes(b"this is no database" * 1000)
    with (
        pytest.raises(CustomsDataError, match="build file"),
        engine.build_connection(layout, settings),
    ):
        pass


@pytest.mark.parametrize("name", ["50%", "what?", "a*b", "[x]", "ho#me"])
def test_a_home_that_the_engines_cannot_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CustomsDataError, match="may not have"):
        Layout(tmp_path / name)


def test_conformed_rows_fit_the_bronze_table() -> None:
    incoming = rates([("USD", "x", 1, 1)])
    bronze = shapes.bronze_schema(incoming.contract)
    assert set(incoming.accepted.schema.names) <= set(bronze.names)
