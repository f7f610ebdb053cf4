from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from data_contracts.loading import load_contract
from data_contracts.to_checks import check_query

Row = dict[str, str | None]
Judge = Callable[[str, Sequence[Row]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def public_data(repository: Path) -> Path:
    folder = repository.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no public data at {folder}")
    return folder


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("set TimeZone = 'UTC'")
        yield opened


@pytest.fixture
def judge(connection: duckdb.DuckDBPyConnection) -> Judge:
    """Runs the check pass over rows of text; fields that a row leaves out are null."""

    def run(contract_name: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
        contract = load_contract(contract_name)
        connection.register("presented_rows", as_text_table(contract.names, rows))
        query = check_query(contract, "presented_rows")
        found = connection.sql(query).order("record_number")
        return [dict(zip(found.columns, values, strict=True)) for values in found.fetchall()]

    return run


@pytest.fixture
def text_table() -> Callable[[Sequence[str], Sequence[Row]], pa.Table]:
    return as_text_table


def as_text_table(names: Sequence[str], rows: Sequence[Row]) -> pa.Table:
    unknown = {name for row in rows for name in row} - set(names)
    assert not unknown, f"no such fields: {unknown}"
    columns: dict[str, Any] = {
        name: pa.array([row.get(name) for row in rows], pa.string()) for name in names
    }
    columns["record_number"] = pa.array(range(1, len(rows) + 1), pa.int64())
    columns["mapping_errors"] = pa.array([None] * len(rows), pa.list_(pa.string()))
    return pa.table(columns)


@pytest.fixture
def item() -> Row:
    """A goods item of the national system that keeps its contract."""
    return {
        "source_system": "vcis_extract",
        "declaration_number": "10470000001",
        "declaration_version": "0",
        "sequence_number": "7",
        "operation_code": "I",
        "item_number": "1",
        "tariff_line_code": "03061721",
        "goods_description": "Tôm thẻ chân trắng",
        "country_of_origin_code": "EC",
        "first_quantity": "100.5",
        "first_quantity_unit_code": "KGM",
        "invoice_amount": "1234.5678",
        "invoice_currency_code": "USD",
        "customs_value_vnd": "31000000",
    }
