"""History by key and day: strictly before, never another key's, never a damaged file."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from data_contracts.errors import BundleMismatchError, ContractViolationError
from data_contracts.statements import statements_beside
from ml.lanes import snapshot_writing
from ml.lanes.history import History, read_history, write_history
from ml.lanes.inputs import TRADER, UNIT_VALUE
from tests.ml.small_release import SYSTEM, make_release

SQL = statements_beside(snapshot_writing.__file__)


@pytest.fixture
def release() -> Iterator[duckdb.DuckDBPyConnection]:
    with make_release(declarations=300, days=60) as connection:
        yield connection


def mapped(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    name: str = "unit_value_history",
    first: date = date(2000, 1, 1),
) -> History:
    prefix = TRADER if name == "trader_history" else UNIT_VALUE
    reader = connection.sql(
        SQL[name], params={"source_systems": [SYSTEM], "first_date": first}
    ).to_arrow_reader(50)
    count = write_history(folder, reader, prefix)
    return read_history(folder, count, prefix)


def only(connection: duckdb.DuckDBPyConnection, *rows: tuple[str, str, str, str, int]) -> None:
    connection.execute("delete from marts.profile_unit_value_day")
    for system, hs6, origin, day, count in rows:
        connection.execute(
            "insert into marts.profile_unit_value_day by name select ? as source_system,"
            " ? as hs6_code, ? as country_of_origin_code, ?::date as as_of_date, ? as item_count,"
            " 1.123456789::decimal(38, 9) as log_unit_value_sum,"
            " -0.000000001::decimal(38, 9) as log_unit_value_square_sum",
            [system, hs6, origin, day, count],
        )


def counts(history: History, key: tuple[str | None, ...], *days: str) -> list[int | None]:
    rows = np.array([history.before(key, date.fromisoformat(day)) for day in days], np.int64)
    return history.rows(rows)["unit_value_item_count"].to_pylist()


def test_the_last_day_strictly_before_is_found(release, tmp_path: Path):
    only(
        release,
        (SYSTEM, "840001", "CN", "2025-01-10", 1),
        (SYSTEM, "840001", "CN", "2025-01-12", 2),
        (SYSTEM, "840001", "KR", "2025-01-11", 7),
        ("other", "840001", "CN", "2025-01-11", 9),
    )
    history = mapped(release, tmp_path / "h")
    key = (SYSTEM, "840001", "CN")
    days = ("2025-01-10", "2025-01-11", "2025-01-12", "2025-01-13", "2026-01-01")
    assert counts(history, key, *days) == [None, 1, 1, 2, 2]
    assert counts(history, (SYSTEM, "840001", "KR"), "2025-01-12") == [7]


@pytest.mark.parametrize(
    "key",
    [
        (SYSTEM, "840002", "CN"),
        (SYSTEM, None, "CN"),
        (SYSTEM, "840001", None),
        ("", "", ""),
        (f"{SYSTEM}\x1f840001", "CN"),
        ("other", "840001", "CN"),
    ],
)
def test_an_unknown_or_missing_key_has_no_history(release, tmp_path: Path, key):
    only(release, (SYSTEM, "840001", "CN", "2025-01-10", 1))
    history = mapped(release, tmp_path / "h")
    found = counts(history, key, "2025-06-01")
    # Joined by the separator the fifth key is the same text; callers refuse control characters.
    assert found == ([1] if len(key) == 2 else [None])


def test_decimals_come_back_digit_by_digit_and_nulls_in_their_places(release, tmp_path: Path):
    only(release, (SYSTEM, "840001", "CN", "2025-01-10", 1))
    rows = mapped(release, tmp_path / "h").rows(np.array([0, -1, 0], np.int64))
    sums = rows["unit_value_log_sum"]
    assert sums.type == pa.decimal128(38, 9)
    assert sums.to_pylist() == [Decimal("1.123456789"), None, Decimal("1.123456789")]
    assert rows["unit_value_log_square_sum"].to_pylist()[0] == Decimal("-0.000000001")


def test_every_key_and_day_agrees_with_an_asof_join(release, tmp_path: Path):
    history = mapped(release, tmp_path / "h", "trader_history")
    wanted = release.execute("""
        select t.trader_id, d.day::date as day, p.declaration_count, p.customs_value_vnd
        from (select distinct source_system, trader_id from marts.profile_trader_day) as t
        cross join generate_series(date '2023-12-30', date '2024-03-05', interval 1 day) as d(day)
        asof left join marts.profile_trader_day as p
            on t.source_system = p.source_system and t.trader_id = p.trader_id
            and d.day > p.as_of_date
    """).fetchall()
    rows = np.array([history.before((SYSTEM, row[0]), row[1]) for row in wanted], np.int64)
    found = history.rows(rows)
    assert len(wanted) > 3_000
    assert found["trader_declaration_count"].to_pylist() == [row[2] for row in wanted]
    assert found["trader_customs_value_vnd"].to_pylist() == [row[3] for row in wanted]


def test_a_window_keeps_the_last_row_before_it_and_answers_alike(release, tmp_path: Path):
    first = date(2024, 2, 1)
    whole = mapped(release, tmp_path / "whole", "trader_history")
    part = mapped(release, tmp_path / "part", "trader_history", first)
    assert 0 < len(part) < len(whole)
    traders = release.execute("select distinct trader_id from marts.profile_trader_day").fetchall()
    for (trader,) in traders:
        for day in (first, date(2024, 2, 2), date(2024, 2, 20), date(2025, 1, 1)):
            rows = [np.array([h.before((SYSTEM, trader), day)]) for h in (whole, part)]
            one, other = (h.rows(row) for h, row in zip((whole, part), rows, strict=True))
            assert one == other


def test_no_history_at_all_answers_with_nulls(release, tmp_path: Path):
    only(release)
    history = mapped(release, tmp_path / "h")
    assert len(history) == 0
    assert counts(history, (SYSTEM, "840001", "CN"), "2025-01-01") == [None]


def test_a_shortened_or_missing_file_is_refused(release, tmp_path: Path):
    count = len(mapped(release, tmp_path / "h"))
    file = tmp_path / "h" / "unit_value_log_sum"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(BundleMismatchError, match="unit_value_log_sum: expected"):
        read_history(tmp_path / "h", count, UNIT_VALUE)
    file.unlink()
    with pytest.raises(BundleMismatchError, match="found -1"):
        read_history(tmp_path / "h", count, UNIT_VALUE)


def test_a_statement_that_misses_an_input_or_gives_null_is_refused(release, tmp_path: Path):
    table = release.sql(
        SQL["unit_value_history"],
        params={"source_systems": [SYSTEM], "first_date": date(2000, 1, 1)},
    ).to_arrow_table()
    lacking = table.drop_columns(["unit_value_log_sum"])
    with pytest.raises(ContractViolationError, match="unit_value_log_sum is missing"):
        write_history(tmp_path / "a", lacking.to_batches(), UNIT_VALUE)
    place = table.column_names.index("unit_value_item_count")
    empty = table.set_column(place, "unit_value_item_count", pa.nulls(len(table), pa.int64()))
    with pytest.raises(ContractViolationError, match="unit_value_item_count is null"):
        write_history(tmp_path / "b", empty.to_batches(), UNIT_VALUE)
