"""Sources that nothing but a YAML file knows: what is read of their files."""

import datetime as dt
import hashlib
import json
import re
import unicodedata
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.land import land_files
from ingestion.reason_hints import hint
from tests.unit.ingestion.files import land, own_source, read, reasons
from tests.unit.ingestion.files import settings as settings_of
from tests.unit.ingestion.own_sources import WEIGHED
from warehouse import quarantine


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
      other: {extras: base_number}
  gate:
    contract: exchange_rate
    columns: {day!: valid_from_date, currency!: currency_code, vnd!: rate_vnd}
without_contract: [gate_pass_photo]
"""


def test_what_a_transform_does_not_understand_is_refused_though_the_contract_takes_any_text(
    tmp_path,
):
    rows = ["no,n,at,step,reasons,receipt_number,other", "300000000010,1,01/03/2025,1,a,7,"]
    rows += ["30000000001O,2,01/03/2025,1,b,8,", "300000000010,3,01/03/2025,3,c,9,"]
    rows += ["300000000010,4,2025-03-01,,d,,", "300000000010,5,01/03/2025,2,e,,1"]
    text = "\n".join(rows)
    found = land(tmp_path, own_source(tmp_path, MARKED), "gate_pass_1.csv", text)
    events = found["declaration_event"]
    assert events.accepted["value_text"].to_pylist() == ["in"]
    assert reasons(events.rejected) == {
        2: ["E_PATTERN:declaration_number"],
        3: ["E_CODE:value_text"],
        4: ["E_TYPE:occurred_at"],
        5: ["E_PATTERN:extras"],
    }
    raw = [json.loads(one) for one in events.rejected["raw"].to_pylist()]
    assert [one["reasons"] for one in raw] == ["b", "c", "d", "e"]
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


def test_words_of_a_table_without_a_contract_are_no_other_tables(tmp_path):
    reading = read(tmp_path, own_source(tmp_path, MARKED), "gate_pass_photo_1.csv", "no\n1\n")
    assert (reading.status, reading.reason_code) == ("not_applicable", "NO_CONTRACT")


def test_a_landing_tells_of_a_table_by_all_its_words(tmp_path):
    own_source(tmp_path, MARKED)
    offered = tmp_path / "GATE_PASS_1.csv"
    offered.write_text("no,n,at,seal\n30000000001O,1,01/03/2025,x\n")
    home = tmp_path / "home"
    report = land_files(settings_of(home), "a_new_one", [offered])
    assert report.drift == {"gate_pass": ["seal"]}
    sha = hashlib.sha256(offered.read_bytes()).hexdigest()
    (record,) = quarantine.records(settings_of(home), sha)
    assert hint(record, record.reasons[0], home).columns == ("no",)
    (home / "sources" / "a_new_one.yaml").unlink()
    (home / "sources" / "a_new_one.yaml").symlink_to(tmp_path / "nothing")
    assert hint(record, record.reasons[0], home).columns == ()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_columns_of_parquet_are_known_in_whatever_form_their_letters_come(tmp_path, form):
    written = WEIGHED.replace("encoding: utf-16\ndecimal: ','\n", "")
    names = ["Số tờ khai", "Dòng", "Khối lượng (tấn)", "Trị giá"]
    values = zip(names, "A121", strict=True)
    rows = {unicodedata.normalize(form, name): [value] for name, value in values}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(rows), sink)
    content = sink.getvalue().to_pybytes()
    items = land(tmp_path, own_source(tmp_path, written), "can_1.parquet", content)["goods_item"]
    assert items.accepted["net_mass_kg"].to_pylist() == [Decimal(2000)]
    assert items.accepted["extras"].to_pylist() == [None]


@pytest.mark.parametrize("spelt", ["utf-8", "UTF-8", "utf8", "U8"])
def test_an_encoding_is_one_however_it_is_spelt(tmp_path, spelt):
    text = b"no,n,at\n300000000010,1,01/03/2025\n30000000002\xff,2,01/03/2025\n"
    source = own_source(tmp_path, f"encoding: {spelt}\n{MARKED}")
    found = land(tmp_path, source, "gate_pass_1.csv", text)["declaration_event"]
    assert found.accepted.num_rows == 1
    assert reasons(found.rejected) == {2: ["E_ENCODING"]}


TWO_OF_ONE_FILE = """
tables:
  gate:
    contract: declaration_event
    constants: {event_code: IDC}
    columns:
      no!: {declaration_number: {exploded: hoặc}}
      n!: sequence_number
      at!: {occurred_at: {written: DD/MM/YYYY}}
      lane: {value_text: {codes: [Đỏ], when: {kind: [Vé]}}}
      kind: {reason_text: {pattern: 'Vé|Thẻ'}}
      who: {officer_id: {crosswalk: {Hải: H, Quý: Q}}}
  rate:
    file: gate
    contract: exchange_rate
    constants: {currency_code: USD}
    columns: {at!: {valid_from_date: {written: DD/MM/YYYY}}, vnd!: {rate_vnd: {is_number: true}}}
"""


@pytest.mark.parametrize("is_other_order", [False, True])
def test_two_tables_of_one_file_have_rows_of_their_own_though_one_explodes(
    tmp_path, is_other_order
):
    head, gate, rate = re.split(r"(?m)^(?=  \w)", TWO_OF_ONE_FILE)
    source = own_source(tmp_path, head + (rate + gate if is_other_order else gate + rate))
    text = "no,n,at,vnd\nAhoặcB,1,01/03/2025,25000\n"
    found = land(tmp_path, source, "gate_1.csv", text)
    assert found["declaration_event"].accepted["declaration_number"].to_pylist() == ["A", "B"]
    assert found["exchange_rate"].accepted.num_rows == 1


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("of_file", ["NFC", "NFD"])
def test_codes_of_a_source_are_known_in_whatever_form_their_letters_come(tmp_path, form, of_file):
    source = own_source(tmp_path, unicodedata.normalize(of_file, TWO_OF_ONE_FILE))
    rows = ["no,n,at,vnd,lane,kind,who", "AhoặcD,1,01/03/2025,1,Đỏ,Vé,Hải"]
    rows += ["B,2,02/03/2025,1,Xanh,Vé,Quý", "C,3,03/03/2025,1,Xanh,,", "E,4,04/03/2025,1,,Thẻ,Quý"]
    text = unicodedata.normalize(form, "\n".join(rows) + "\n")
    events = land(tmp_path, source, "gate_1.csv", text)["declaration_event"]
    assert events.accepted["declaration_number"].to_pylist() == ["A", "D", "C", "E"]
    assert events.accepted["officer_id"].to_pylist() == ["H", "H", None, "Q"]
    assert reasons(events.rejected) == {3: ["E_CODE:value_text"]}


def test_a_number_with_a_decimal_comma_is_one(tmp_path):
    source = own_source(tmp_path, f"delimiter: ;\ndecimal: ','\n{TWO_OF_ONE_FILE}")
    text = "no;n;at;vnd\nA;1;01/03/2025;25000,5\nA;2;02/03/2025;-1\n"
    rates = land(tmp_path, source, "gate_1.csv", text)["exchange_rate"]
    assert rates.accepted["rate_vnd"].to_pylist() == [Decimal("25000.5")]
    assert "E_TYPE:rate_vnd" in reasons(rates.rejected)[2]


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
