"""Sources that nothing but a YAML file knows, and what may stand in it."""

import datetime as dt
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_contracts.errors import ContractViolationError
from ingestion.sources.catalog import FAULTS, SOURCES, UnknownSourceError, find_source, sources_in
from ingestion.sources.source_files import check
from tests.unit.ingestion.files import land, own_source, read, reasons
from tests.unit.ingestion.json_sources import MANIFEST

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


MARKED = """
tables:
  gate_pass:
    contract: declaration_event
    constants: {event_code: IDC}
    columns:
      no!: {declaration_number: base_number}
      n!: sequence_number
      at!: {occurred_at: {written: DD/MM/YYYY}}
      step: {value_text: {crosswalk: {'1': in, '2': out}}}
      reasons: reason_text
  gate:
    contract: exchange_rate
    columns: {day!: valid_from_date, currency!: currency_code, vnd!: rate_vnd}
"""


def test_what_a_transform_does_not_understand_is_refused_though_the_contract_takes_any_text(
    tmp_path,
):
    rows = ["no,n,at,step,reasons,receipt_number", "300000000010,1,01/03/2025,1,a,7"]
    rows += ["30000000001O,2,01/03/2025,1,b,8", "300000000010,3,01/03/2025,3,c,9"]
    text = "\n".join([*rows, "300000000010,4,2025-03-01,,d,"])
    found = land(tmp_path, own_source(tmp_path, MARKED), "gate_pass_1.csv", text)
    events = found["declaration_event"]
    assert events.accepted["value_text"].to_pylist() == ["in"]
    assert reasons(events.rejected) == {
        2: ["E_PATTERN:declaration_number"],
        3: ["E_CODE:value_text"],
        4: ["E_TYPE:occurred_at"],
    }
    raw = [json.loads(one) for one in events.rejected["raw"].to_pylist()]
    assert [one["reasons"] for one in raw] == ["b", "c", "d"]
    assert "8" in raw[0]["extras"]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("gate_pass_1.csv", "declaration_event"),
        ("GATE_PASS.csv", "declaration_event"),
        ("gate_1.csv", "exchange_rate"),
        ("gate_passing_1.csv", "exchange_rate"),
    ],
)
def test_the_longest_words_that_begin_a_name_tell_the_table(tmp_path, name, table):
    text = "no,n,at,day,currency,vnd\n300000000010,1,01/03/2025,2025-01-01,USD,25000\n"
    reading = read(tmp_path, own_source(tmp_path, MARKED), name, text)
    assert [*reading.broken] == [table]


@pytest.mark.parametrize("spelt", ["utf-8", "UTF-8", "utf8", "U8"])
def test_an_encoding_is_one_however_it_is_spelt(tmp_path, spelt):
    text = b"no,n,at\n300000000010,1,01/03/2025\n30000000002\xff,2,01/03/2025\n"
    source = own_source(tmp_path, f"encoding: {spelt}\n{MARKED}")
    found = land(tmp_path, source, "gate_pass_1.csv", text)["declaration_event"]
    assert found.accepted.num_rows == 1
    assert reasons(found.rejected) == {2: ["E_ENCODING"]}


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


REFUSED = [
    (("net_mass_kg", "colour"), r"goods_item has no fields \['colour'\]"),
    (("goods_item", "goods"), "no contract is named goods"),
    (("delimiter: ;", "delimiter: ;;"), "is no delimiter"),
    (("utf-16", "utf-99"), "there is no encoding utf-99"),
    (("mass: TNE", "mass: STONE"), "there is no unit of mass STONE"),
    (("mass: TNE", "weight: TNE"), "unknown field `weight`"),
    (("Trị giá", "DÒNG"), "differ in nothing but capitals"),
    (("delimiter", "zone: Asia/Nowhere\ndelimiter"), "there is no zone Asia/Nowhere whose"),
    (("delimiter", "zone: Europe/Paris\ndelimiter"),
     "there is no zone Europe/Paris whose clocks never change"),
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
    (("mass: TNE", "written: DD/MM/YYYY hh:mm"), "does not say once where"),
    (("mass: TNE", "written: DD/MM/YYYY"), "expected a day or a local time, written, found net"),
    (("mass: TNE", "when: {Dòng: ['1']}"), "there are no codes"),
    (("delimiter", "forms: []\ndelimiter"), "length >= 1"),
    (("mass: TNE", "crosswalk: {a: b}"), "'b' can be no net_mass_kg: expected a number"),
    (("mass: TNE", "codes: [a], when: {Loại: [b]}"), r"no columns \['Loại'\] to look at"),
    (("'0'}", "'x'}"), "'x' can be no declaration_version: expected a"),
    (("Trị giá: invoice_amount", "Trị giá: net_mass_kg"), "net_mass_kg is filled twice"),
    (("Trị giá: invoice_amount", "Trị giá: {net_mass_kg: {joined: ;}}"),
     "net_mass_kg is filled twice"),
    (("Trị giá: invoice_amount", "Trị giá: declaration_version"), "is filled twice"),
    (("Dòng!: item_number", "Dòng!: extras"), "no column fills item_number, which goods_item"),
    (("utf-16", "zlib"), "there is no encoding zlib"),
    (("delimiter", "month_in_name: reporting_month\ndelimiter"), r"\['reporting_month'\]"),
    (("delimiter", "month_in_name: item_number\ndelimiter"), "item_number is filled twice"),
    (("delimiter", "without_contract: [can]\ndelimiter"), "can: a table has its files"),
    (("contract: goods_item", "contract: goods_item\n    file: CAN"), "'CAN' is no name"),
    (("contract: goods_item", "contract: goods_item\n    rows: a"), "rows: there are no lists"),
    (("delimiter", "forms: [csv, jsonl]\ndelimiter"), "decimal: expected . where forms are"),
    (("mass: TNE", "tax_line: Loại"), r"no columns \['Loại'\] to look at"),
    (("mass: TNE", "otherwise: none"), "'none' can be no net_mass_kg: expected a number"),
    (("mass: TNE", "crosswalk: nowhere"), "there is no crosswalk nowhere"),
    (("invoice_amount", "{invoice_amount: {mass: TNE}}"), "expected a mass in kg, found inv"),
    (("invoice_amount", "{invoice_amount: kilograms}"), "expected a mass in kg, found inv"),
    (("  can:", "  mapped:"), "the name mapped is taken"),
    (("'0'}", "'0', net_mass_kg: '1'}"), "net_mass_kg is filled twice"),
    (("item_number", "{item_number: {exploded: +}, extras: {exploded: ;}}"), "or separators"),
    (("invoice_amount", "{extras: {exploded: +}}\n      a: {extras: {exploded: +}}"), "explode"),
    (("utf-16", "rot13"), "there is no encoding rot13"),
    (("delimiter: ;", "delimiter"), "not a YAML mapping|not YAML"),
    (("mass: TNE", "exploded: ''"), "length >= 1"),
    (("Trị giá", "''"), "'' is no column: expected visible characters"),
    (("Trị giá", '"a\\0b"'), "is no column: expected visible characters"),
    (("Trị giá: invoice_amount", "Trị giá: {}"), "Trị giá fills nothing"),
    (("utf-16", "undefined"), "there is no encoding undefined"),
    (("delimiter: ;", 'delimiter: "\\x01"'), "is no delimiter"),
    (("contract: goods_item", "<<: [{contract: goods_item}]"), "line 7: expected one mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), REFUSED)
def test_a_file_that_says_what_cannot_be_is_told_with_its_place(tmp_path, change, said):
    with pytest.raises(ContractViolationError, match=said) as error:
        own_source(tmp_path, WEIGHED.replace(*change))
    assert str(error.value).startswith("a_new_one.yaml: ")


def test_two_tables_of_one_file_that_fill_one_contract_are_told(tmp_path):
    shared = WEIGHED.replace("columns:", "columns: &all")
    more = "file: can, contract: goods_item, constants: {declaration_version: '0'}, columns: *all"
    with pytest.raises(ContractViolationError, match="can: two tables of one file"):
        own_source(tmp_path, f"{shared}  more: {{{more}}}\n")


def test_a_list_that_no_column_is_of_is_told(tmp_path):
    with pytest.raises(ContractViolationError, match=r"bill: rows: no column is of the list bils"):
        own_source(tmp_path, MANIFEST.replace("rows: bills\n", "rows: bils\n"))


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


def test_a_broken_file_of_the_house_stops_no_other(tmp_path):
    (tmp_path / "weighed.yaml").write_text(WEIGHED)
    (tmp_path / "other.yaml").write_text("tables:\n\tx: {}\n")
    sources, faults = sources_in(tmp_path)
    assert [*sources] == ["weighed"]
    assert str(faults["other"]).startswith("other.yaml: not YAML")
    assert FAULTS == {}


@pytest.mark.parametrize("name", SOURCES)
def test_the_files_of_the_house_say_what_can_be(name):
    check(SOURCES[name].outside)
