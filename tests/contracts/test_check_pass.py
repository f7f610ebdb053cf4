from datetime import UTC, date, datetime
from decimal import Decimal
from unicodedata import normalize

import pytest

from data_contracts.loading import contracts_of, load_contracts
from data_contracts.to_arrow import schema
from data_contracts.to_checks import check_query


def test_a_good_record_is_typed_and_has_no_reason(judge, item):
    (found,) = judge("goods_item", [item])
    assert found["reason_codes"] == []
    assert found["item_number"] == 1
    assert found["first_quantity"] == Decimal("100.500000")
    assert found["customs_value_vnd"] == Decimal(31000000)
    assert found["tariff_line_code"] == "03061721"


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("item_number", "1.0", "E_TYPE"),
        ("item_number", "+1", "E_TYPE"),
        ("item_number", " 1", "E_TYPE"),
        ("item_number", "1\n", "E_TYPE"),
        ("item_number", "0", "E_RANGE"),
        ("item_number", "99999999999", "E_RANGE"),
        ("declaration_version", "40000", "E_RANGE"),
        ("first_quantity", "1e3", "E_TYPE"),
        ("first_quantity", "NaN", "E_TYPE"),
        ("first_quantity", "inf", "E_TYPE"),
        ("first_quantity", "1,000", "E_TYPE"),
        ("first_quantity", ".5", "E_TYPE"),
        ("first_quantity", "5.", "E_TYPE"),
        ("first_quantity", "1_000", "E_TYPE"),
        ("first_quantity", "0.0000001", "E_SCALE"),
        ("first_quantity", "1.00000010", "E_SCALE"),
        ("first_quantity", "-1", "E_RANGE"),
        ("first_quantity", "12345678901234567", "E_RANGE"),
        ("customs_value_vnd", "1.5", "E_SCALE"),
        ("customs_value_vnd", "123456789012345678901", "E_RANGE"),
        ("invoice_currency_code", "usd", "E_CODE"),
        ("invoice_currency_code", "?ZZZ", "E_CODE"),
        ("country_of_origin_code", "ZF", "E_CODE"),
        ("country_of_origin_code", "Việt Nam", "E_PATTERN"),
        ("operation_code", "X", "E_CODE"),
        ("tariff_line_code", "306172", "E_PATTERN"),
        ("tariff_line_code", "03061721\n", "E_PATTERN"),
        ("tariff_line_code", "", "E_REQUIRED"),
        ("goods_description", None, "E_REQUIRED"),
        ("goods_description", "a\x00b", "E_CTRL_CHAR"),
        ("goods_description", "a\x85b", "E_CTRL_CHAR"),
        ("goods_description", "a\u202eb", "E_CTRL_CHAR"),
        ("goods_description", "a\u2066b", "E_CTRL_CHAR"),
        ("goods_description", "a\rb", "E_CTRL_CHAR"),
        ("goods_description", "a\r", "E_CTRL_CHAR"),
        ("goods_description", "a" * 601, "E_LENGTH"),
        ("material_code", "a\tb", "E_CTRL_CHAR"),
    ],
)
def test_a_fault_is_refused_with_its_reason_and_field(judge, item, field, text, reason):
    (found,) = judge("goods_item", [item | {field: text}])
    assert f"{reason}:{field}" in found["reason_codes"]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("item_number", "007", 7),
        ("first_quantity", "1.500000000", Decimal("1.5")),
        ("first_quantity", "0", Decimal(0)),
        ("first_quantity", "9999999999999999.999999", Decimal("9999999999999999.999999")),
        ("customs_value_vnd", "100.00", Decimal(100)),
        ("customs_value_vnd", "", None),
        ("goods_description", "two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("invoice_currency_code", None, None),
    ],
)
def test_text_that_loses_nothing_is_accepted(judge, item, field, text, value):
    (found,) = judge("goods_item", [item | {field: text, "source_system": "other_source"}])
    assert found["reason_codes"] == []
    assert found[field] == value


def test_length_counts_letters_whether_composed_or_not(judge, item):
    decomposed = normalize("NFD", "ề") * 600
    (found,) = judge("goods_item", [item | {"goods_description": decomposed}])
    assert found["reason_codes"] == []


def test_all_reasons_of_a_record_are_given(judge, item):
    faults = {"item_number": "x", "customs_value_vnd": "0.5", "tariff_line_code": None}
    (found,) = judge("goods_item", [item | faults])
    assert set(found["reason_codes"]) == {
        "E_TYPE:item_number",
        "E_SCALE:customs_value_vnd",
        "E_REQUIRED:tariff_line_code",
    }


def test_rules_of_one_source_do_not_bind_another(judge, item):
    foreign = {"tariff_line_code": "0306", "country_of_origin_code": "ZF", "first_quantity": None}
    national, other = judge("goods_item", [item | foreign, item | foreign | {"source_system": "x"}])
    assert set(national["reason_codes"]) == {
        "E_PATTERN:tariff_line_code",
        "E_CODE:country_of_origin_code",
        "E_REQUIRED:first_quantity",
    }
    assert other["reason_codes"] == []


def test_errors_of_the_mapping_are_kept_behind_the_own_ones(connection, judge, item):
    judge("goods_item", [item | {"item_number": "x"}])
    contract = load_contracts()["goods_item"]
    connection.execute(
        "create view mapped as select * replace (['E_MAPPING:SO_TK'] as mapping_errors) "
        "from presented_rows"
    )
    query = check_query(contract, "mapped")
    ((reasons,),) = connection.sql(query).project("reason_codes").fetchall()
    assert reasons == ["E_TYPE:item_number", "E_MAPPING:SO_TK"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-02-29 23:59:59+07:00", datetime(2024, 2, 29, 16, 59, 59, tzinfo=UTC)),
        ("2024-02-29T16:59:59Z", datetime(2024, 2, 29, 16, 59, 59, tzinfo=UTC)),
        ("2024-02-29T16:59:59.123456Z", datetime(2024, 2, 29, 16, 59, 59, 123456, tzinfo=UTC)),
        ("2023-02-29 00:00:00Z", None),
        ("2024-02-29 24:00:00Z", None),
        ("2024-02-29 16:59:60Z", None),
        ("2024-02-29 16:59:59", None),
        ("2024-02-29 16:59Z", None),
        ("2024-02-29", None),
        ("29/02/2024 16:59:59Z", None),
    ],
)
def test_instants_need_a_date_of_the_calendar_a_time_and_an_offset(judge, text, moment):
    (found,) = judge("declaration_event", [{"source_system": "x", "occurred_at": text}])
    assert found["occurred_at"] == moment
    assert ("E_TYPE:occurred_at" in found["reason_codes"]) == (moment is None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("1899-12-31", date(1899, 12, 31)),
        ("9999-12-31", date(9999, 12, 31)),
        ("1900-02-29", None),
        ("2024-04-31", None),
        ("2024-4-1", None),
        ("0000-01-01", None),
        ("2024-01-01 00:00:00", None),
        ("infinity", None),
    ],
)
def test_dates_are_days_of_the_calendar(judge, text, day):
    (found,) = judge("declaration", [{"source_system": "x", "invoice_date": text}])
    assert found["invoice_date"] == day
    assert ("E_TYPE:invoice_date" in found["reason_codes"]) == (day is None)


def test_content_hash_follows_the_meaning_and_not_the_spelling(judge, item):
    same, also_same, other = judge(
        "goods_item",
        [
            item,
            item | {"first_quantity": "100.500", "material_code": ""},
            item | {"item_number": "2"},
        ],
    )
    assert same["content_hash"] == also_same["content_hash"]
    assert same["content_hash"] != other["content_hash"]


def test_content_hash_does_not_depend_on_the_time_zone_of_the_session(connection, judge):
    row = {"source_system": "x", "occurred_at": "2024-02-29 23:59:59+07:00"}
    hashes = set()
    for zone in ("UTC", "Asia/Ho_Chi_Minh", "America/New_York"):
        connection.execute(f"set TimeZone = '{zone}'")
        hashes.add(judge("declaration_event", [row])[0]["content_hash"])
    assert len(hashes) == 1


def test_values_that_move_between_fields_change_the_hash(judge, item):
    left, right = judge(
        "goods_item",
        [item | {"material_code": "A", "producer_name": None},
         item | {"material_code": None, "producer_name": "A"}],
    )  # fmt: skip
    assert left["content_hash"] != right["content_hash"]


@pytest.mark.parametrize("name", [contract.name for contract in contracts_of("bronze")])
def test_the_pass_gives_exactly_the_types_of_the_contract(connection, text_table, name):
    contract = load_contracts()[name]
    connection.register("nothing", text_table(contract.names, []))
    query = check_query(contract, "nothing")
    found = connection.sql(query)
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    assert {field.name: types[field.name] for field in contract.fields} == {
        field.name: field.sql_type for field in contract.fields
    }
    assert types["reason_codes"] == "VARCHAR[]"
    arrow = found.to_arrow_table().select(list(contract.names)).schema
    assert arrow.types == schema(contract).types
