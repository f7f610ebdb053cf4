"""Sources that nothing but a YAML file knows, and what may stand in it."""

import datetime as dt
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_contracts.errors import ContractViolationError
from ingestion.sources.catalog import SOURCES, UnknownSourceError, find_source
from ingestion.sources.source_files import check
from tests.unit.ingestion.files import land, own_source, read, reasons

WEIGHED = """
delimiter: ;
encoding: utf-16
decimal: ','
tables:
  can:
    contract: goods_item
    constants: {declaration_version: '0'}
    columns:
      Số tờ khai!: declaration_number
      Dòng!: item_number
      Khối lượng (tấn): {net_mass_kg: {mass: TNE}}
      Trị giá: invoice_amount
"""


def test_another_delimiter_encoding_decimal_sign_and_unit_of_mass(tmp_path):
    rows = ["Số tờ khai;Dòng;Khối lượng (tấn);Trị giá", 'A;1;12,3456789;"1250,5"', "A;2;12.3;1,2"]
    text = "\r\n".join([*rows, "A;3;-1;2"]) + "\r\n"
    found = land(tmp_path, own_source(tmp_path, WEIGHED), "can_1.csv", text.encode("utf-16"))
    items = found["goods_item"]
    kept = items.accepted.select(["item_number", "net_mass_kg", "invoice_amount"]).to_pylist()
    assert [tuple(row.values()) for row in kept] == [(1, Decimal("12345.6789"), Decimal("1250.5"))]
    assert reasons(items.rejected) == {2: ["E_TYPE:net_mass_kg"], 3: ["E_TYPE:net_mass_kg"]}


def test_text_of_another_encoding_is_refused(tmp_path):
    text = "Số tờ khai;Dòng\nA;1\n".encode("utf-16")
    for content in (text[:-1], "Số tờ khai;Dòng\n".encode("utf-16-le")[1:]):
        refusal = read(tmp_path, own_source(tmp_path, WEIGHED), "can_1.csv", content)
        assert refusal.status == "refused"
        assert refusal.reason_code in {"E_ENCODING", "E_SCHEMA_MISSING"}


def test_a_table_of_parquet_is_one_file_as_well(tmp_path):
    rates = "forms: [parquet]\ntables:\n  rates:\n    contract: exchange_rate\n    columns:\n"
    rates += "      day!: {valid_from_date: {written: MM.YYYY}}\n"
    rates += "      currency!: currency_code\n      vnd!: rate_vnd\n"
    sink = pa.BufferOutputStream()
    months, currencies = ["01.2025", "01.2025", "2025"], ["USD", "XYZ", "USD"]
    rows = {"day": months, "currency": currencies, "vnd": ["25000"] * 3}
    pq.write_table(pa.table(rows), sink)
    content = sink.getvalue().to_pybytes()
    found = land(tmp_path, own_source(tmp_path, rates), "rates_1.parquet", content)["exchange_rate"]
    assert found.accepted["rate_vnd"].to_pylist() == [Decimal(25000)]
    assert found.accepted["source_system"].to_pylist() == ["a_new_one"]
    assert found.accepted["valid_from_date"].to_pylist() == [dt.date(2025, 1, 1)]
    assert reasons(found.rejected) == {2: ["E_CODE:currency_code"], 3: ["E_TYPE:valid_from_date"]}


def test_a_cut_list_is_known_as_cut_in_each_of_its_rows(tmp_path):
    exploding = WEIGHED.replace("item_number", "{item_number: {exploded: +}}")
    exploding = exploding.replace("utf-16", "utf-8")
    text = "Dòng;Số tờ khai\n1+2;A\nx\n3+4;B"
    items = land(tmp_path, own_source(tmp_path, exploding), "can_1.csv", text)["goods_item"]
    kept = items.accepted.select(["record_number", "item_number", "declaration_number"]).to_pylist()
    assert [tuple(row.values()) for row in kept] == [
        (1, 1, "A"), (2, 2, "A"), (4, 3, "B"), (5, 4, "B"),
    ]  # fmt: skip
    assert reasons(items.rejected) == {3: ["E_RAGGED"]}
    cut = {"text": "B", "none": {"declaration_number": None}}
    assert [told and json.loads(told) for told in items.accepted["cut"].to_pylist()] == [
        None, None, cut, cut,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("net_mass_kg", "colour"), r"goods_item has no fields \['colour'\]"),
        (("goods_item", "goods"), "no contract is named goods"),
        (("delimiter: ;", "delimiter: ;;"), "is no delimiter"),
        (("utf-16", "utf-99"), "there is no encoding utf-99"),
        (("mass: TNE", "mass: STONE"), "there is no unit of mass STONE"),
        (("mass: TNE", "weight: TNE"), "unknown field `weight`"),
        (("Trị giá", "DÒNG"), "differ in nothing but capitals"),
        (("delimiter", "zone: Asia/Nowhere\ndelimiter"), "there is no zone Asia/Nowhere whose"),
        (
            ("delimiter", "zone: Europe/Paris\ndelimiter"),
            "there is no zone Europe/Paris whose clocks never change",
        ),
        (("  can:", "  Can 1:"), "is no name"),
        (("  can:", "  c:"), "'c' is no name: expected 2 to 41 small letters"),
        (("{declaration_version: '0'}", "{source_system: vcis_extract}"), "source_system.* fills"),
        (("invoice_amount", "source_system"), "source_system.* that a source fills"),
        (("contract: goods_item", "contract: fct_goods_item"), "is made by the lake"),
        (("contract: goods_item", "contract: risk_score"), "is made by the lake"),
        (("Trị giá", "record_number"), "record_number.* of its own"),
        (("Trị giá", "Extras"), "extras.* of its own"),
        (("mass: TNE", "crosswalk: {}"), "a crosswalk names no code"),
        (("mass: TNE", "pattern: '([0-9'"), "is no regular expression"),
        (("mass: TNE", "pattern: '(?=x).*'"), "is no regular expression"),
        (("mass: TNE", "written: ''"), "does not say once where"),
        (("mass: TNE", "written: YYYYYYYYMMDD"), "does not say once where"),
        (("mass: TNE", "crosswalk: {a: b}"), "'b' can be no net_mass_kg: expected a number"),
        (("mass: TNE", "codes: [a], when: {Loại: [b]}"), r"no columns \['Loại'\] to look at"),
        (("'0'}", "'x'}"), "'x' can be no declaration_version: expected a"),
        (("Trị giá: invoice_amount", "Trị giá: net_mass_kg"), "net_mass_kg is filled twice"),
        (
            ("Trị giá: invoice_amount", "Trị giá: {net_mass_kg: {joined: ;}}"),
            "net_mass_kg is filled twice",
        ),
        (("Trị giá: invoice_amount", "Trị giá: declaration_version"), "is filled twice"),
        (("Dòng!: item_number", "Dòng!: extras"), "no column fills item_number, which goods_item"),
        (("utf-16", "zlib"), "there is no encoding zlib"),
        (("utf-16", "rot13"), "there is no encoding rot13"),
        (("delimiter: ;", "delimiter"), "not a YAML mapping|not YAML"),
    ],
)
def test_a_file_that_says_what_cannot_be_is_told_with_its_place(tmp_path, change, said):
    with pytest.raises(ContractViolationError, match=said) as error:
        own_source(tmp_path, WEIGHED.replace(*change))
    assert str(error.value).startswith(("a_new_one.yaml", "no contract"))


def test_a_file_that_is_no_text_is_told(tmp_path):
    own_source(tmp_path, WEIGHED)
    (tmp_path / "home" / "sources" / "other.yaml").write_bytes(b"zone: H\xe0 N\xf4i")
    with pytest.raises(ContractViolationError, match=r"other\.yaml: not YAML"):
        find_source("other", tmp_path / "home")


def test_no_file_of_a_home_takes_the_place_of_a_source_of_the_lake(tmp_path):
    with pytest.raises(ContractViolationError, match="a source is called so already"):
        own_source(tmp_path, WEIGHED, "reference")
    # The file of one stops no other.
    assert find_source("vcis_extract", tmp_path / "home") is SOURCES["vcis_extract"]
    with pytest.raises(UnknownSourceError, match="reference"):
        find_source("referenz")


@pytest.mark.parametrize("name", SOURCES)
def test_the_files_of_the_house_say_what_can_be(name):
    check(SOURCES[name].outside)
