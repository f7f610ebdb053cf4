import json

import pyarrow as pa
import pytest

from data_contracts import loading
from data_contracts.errors import ContractViolationError
from ingestion.conform import REJECTED_SCHEMA, accepted_schema, conform
from ingestion.sources.catalog import SOURCES
from ingestion.sources.reading import Reading, TableMapping, refused
from tests.unit.ingestion.files import HANG, TK, csv_text, land, read, reasons, settings

FILES = {
    SOURCES["vcis_extract"]: (
        "tk", "hang", "thue", "chungtu", "sukien", "phanluong", "kiemtra", "khaibosung",
    ),
    SOURCES["trader_registry"]: ("dn",),
    SOURCES["reference"]: ("bieuthue", "vat", "ttdb", "bvmt", "tygia", "hq"),
}  # fmt: skip


def raw_reading(sql: str, values: list[str]) -> Reading:
    raw = pa.table({"a": pa.array(values), "record_number": pa.array(range(1, len(values) + 1))})
    return Reading(
        status="accepted",
        tables={"raw": raw},
        mappings=(TableMapping("exchange_rate", "raw", sql),),
    )


def test_many_files_are_conformed_in_one_pass_and_each_record_knows_its_own(tmp_path):
    source = SOURCES["vcis_extract"]
    items = [{**HANG, "STT": str(n)} for n in (1, 2, 99)]
    batch = [
        (11, read(tmp_path, source, "hang_1.csv", csv_text(items[:2]))),
        (12, read(tmp_path, source, "tk_1.csv", csv_text([TK, {**TK, "NHOM": "?"}]))),
        (13, refused("E_FILE_CORRUPT", "cut off")),
        (14, read(tmp_path, source, "hang_2.csv", csv_text(items[1:]) + "ragged\n")),
    ]
    found = conform(settings(tmp_path), source.name, batch)
    assert list(found) == ["declaration", "goods_item"]
    columns = ["receipt_number", "record_number", "item_number"]
    assert found["goods_item"].accepted.select(columns).to_pylist() == [
        {"receipt_number": 11, "record_number": 1, "item_number": 1},
        {"receipt_number": 11, "record_number": 2, "item_number": 2},
        {"receipt_number": 14, "record_number": 1, "item_number": 2},
    ]
    rejected = found["goods_item"].rejected.select(["receipt_number", "record_number"])
    assert rejected.to_pylist() == [
        {"receipt_number": 14, "record_number": 2},
        {"receipt_number": 14, "record_number": 3},
    ]
    assert found["declaration"].rejected["receipt_number"].to_pylist() == [12]


def test_a_rejected_record_is_kept_as_it_came(tmp_path):
    row = {**HANG, "MA_HS": "1", "MAU": 'a "quoted"\nword'}
    rejected = land(tmp_path, SOURCES["vcis_extract"], "hang_1.csv", csv_text([row]))[
        "goods_item"
    ].rejected
    raw = json.loads(rejected["raw"][0].as_py())
    extras = json.loads(raw.pop("extras"))
    assert {**raw, **extras} == row


def test_content_is_the_same_whatever_the_file_is_called_and_however_it_is_spelled(tmp_path):
    source = SOURCES["vcis_extract"]
    plain = land(tmp_path, source, "hang_1.csv", csv_text([HANG]))["goods_item"].accepted
    longer = {**HANG, "TRI_GIA_HD": "1250.5000", "LUONG1": "10.000000", "GHI": "x"}
    spelled = land(tmp_path, source, "hang_2.csv", csv_text([longer]))["goods_item"].accepted
    other = land(tmp_path, source, "hang_1.csv", csv_text([{**HANG, "LUONG1": "11"}]))
    assert plain["content_hash"] == spelled["content_hash"]
    assert plain["content_hash"] != other["goods_item"].accepted["content_hash"]


@pytest.mark.parametrize("source", FILES, ids=lambda source: source.name)
def test_every_mapping_fits_its_contract_even_without_rows(tmp_path, source):
    for word in FILES[source]:
        name = f"{word}_202401.csv"
        refusal = read(tmp_path, source, name, "X\n")
        assert refusal.reason_code == "E_SCHEMA_MISSING"
        columns = refusal.reason_text.rpartition("no column ")[2].split(", ")
        for table, found in land(tmp_path, source, name, ",".join(columns) + "\n").items():
            contract = loading.load_contract(table)
            assert found.accepted.schema == accepted_schema(contract)
            assert found.rejected.schema == REJECTED_SCHEMA
            assert found.accepted.num_rows == found.rejected.num_rows == 0


def test_korean_columns_map_even_without_rows(tmp_path):
    source = SOURCES["korea_customs_csv"]
    columns = read(tmp_path, source, "x.csv", "X\n").reason_text.rpartition("no column ")[2]
    found = land(tmp_path, source, "x.csv", ",".join(columns.split(", ")) + "\n")
    assert [part.accepted.num_rows for part in found.values()] == [0, 0, 0]


def test_a_mapping_that_gives_a_record_twice_is_an_error(tmp_path):
    twice = raw_reading(
        "select record_number from raw union all select record_number from raw", ["x"]
    )
    with pytest.raises(ContractViolationError, match="twice"):
        conform(settings(tmp_path), "reference", [(1, twice)])


def test_a_mapping_to_a_field_that_is_not_there_is_an_error(tmp_path):
    unknown = raw_reading("select record_number, a as colour from raw", ["x"])
    with pytest.raises(ContractViolationError, match="no field colour"):
        conform(settings(tmp_path), "reference", [(1, unknown)])


def test_a_mapping_may_name_errors_of_its_own_and_no_other_source(tmp_path):
    sql = """
        select
            record_number, '2024-01-01' as valid_from_date, 'USD' as currency_code, a as rate_vnd,
            case when a = '2' then ['E_RANGE:rate_vnd'] end as mapping_errors
        from raw
    """
    rates = conform(settings(tmp_path), "reference", [(1, raw_reading(sql, ["1", "2", "-3"]))])
    assert rates["exchange_rate"].accepted["source_system"].to_pylist() == ["reference"]
    assert reasons(rates["exchange_rate"].rejected) == {
        2: ["E_RANGE:rate_vnd"],
        3: ["E_RANGE:rate_vnd"],
    }
    foreign = raw_reading(
        sql.replace("record_number,", "record_number, a as source_system,"), ["1"]
    )
    with pytest.raises(ContractViolationError, match="no field source_system"):
        conform(settings(tmp_path), "reference", [(1, foreign)])


def test_a_batch_of_nothing_gives_nothing(tmp_path):
    assert conform(settings(tmp_path), "reference", []) == {}
    assert conform(settings(tmp_path), "reference", [(1, refused("E_X", "broken"))]) == {}
