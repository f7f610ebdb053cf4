"""JSON lines as a YAML file describes them: records with objects and lists, each row counted."""

import datetime as dt
import gzip
import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.sources import json_lines, raw_rows
from tests.unit.ingestion.files import land, own_source, read, reasons

GATE = """
# The single window: what happened at a gate, with the declarations it was about.
forms: [jsonl]
file: any
tables:
  passage:
    contract: declaration_event
    columns:
      MsgId!: sequence_number
      SentAt!: occurred_at
      Step!: {event_code: {crosswalk: {'12': QKVGS, '5': YC_KIEM}}}
      Vehicle.Plate: value_text
      DeclarationNo!: {declaration_number: {take: base_number, exploded: ','}}
      Notes: {reason_text: {joined: '; '}}
"""
MANIFEST = """
forms: [jsonl]
tables:
  manifest:
    contract: declaration_event
    constants: {event_code: IDC}
    columns:
      id!: declaration_number
      revision!: sequence_number
      arrival!: {occurred_at: epoch_ms}
  bill:
    file: manifest
    contract: supporting_document
    rows: bills
    constants: {declaration_version: '0', document_type_code: BOL}
    columns:
      id!: declaration_number
      revision!: sequence_number
      bills.n!: document_sequence_number
      bills.no: document_number
  box:
    file: manifest
    contract: goods_item
    rows: bills.containers
    constants: {declaration_version: '0', invoice_currency_code: USD}
    columns:
      id!: declaration_number
      bills.no: material_code
      bills.containers.n!: item_number
      bills.containers.kg: net_mass_kg
"""


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


PASSAGE = {
    "MsgId": 1, "SentAt": "2025-03-01T08:15:00+07:00", "Step": 12, "Vehicle": {"Plate": "29C-1"},
    "DeclarationNo": ["300000000010", "300000000020"], "Notes": ["một", "hai"],
}  # fmt: skip


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_one_record_of_json_gives_a_row_for_each_of_its_declarations(tmp_path, pack):
    other = PASSAGE | {"MsgId": 2, "Step": 5, "DeclarationNo": "300000000030", "Lane": {"No": 4}}
    nobody = PASSAGE | {"MsgId": 3, "DeclarationNo": []}
    content = pack(lines(PASSAGE) + "{broken\n" + lines(other, nobody))
    found = land(tmp_path, own_source(tmp_path, GATE), "whatever", content)["declaration_event"]
    kept = found.accepted.select(["record_number", "declaration_number", "event_code"]).to_pylist()
    assert [tuple(row.values()) for row in kept] == [
        (1, "30000000001", "QKVGS"), (2, "30000000002", "QKVGS"), (4, "30000000003", "YC_KIEM"),
    ]  # fmt: skip
    assert found.accepted["value_text"].to_pylist() == ["29C-1"] * 3
    assert found.accepted["reason_text"].to_pylist() == ["một; hai"] * 3
    at = dt.datetime(2025, 3, 1, 1, 15, tzinfo=dt.UTC)
    assert found.accepted["occurred_at"].to_pylist() == [at] * 3
    assert [x and json.loads(x) for x in found.accepted["extras"].to_pylist()] == [
        None, None, {"Lane": {"No": 4}},
    ]  # fmt: skip
    assert reasons(found.rejected) == {3: ["E_JSON"], 5: ["E_REQUIRED:declaration_number"]}
    told = {row["record_number"]: json.loads(row["raw"]) for row in found.rejected.to_pylist()}
    assert told[3] == {"text": "{broken"}
    assert told[5]["line_number"] == "4"


def test_lists_in_lists_fill_tables_of_their_own_and_a_bad_part_is_alone(tmp_path):
    bills = [
        {"n": 1, "no": "B1", "containers": [{"n": 1, "kg": 12.50}, {"n": 2, "kg": 1e3}]},
        "no bill",
        {"n": 2, "no": "B2", "containers": None},
        {"n": None, "no": "B3", "containers": [{"n": 3, "kg": 7}]},
    ]
    record = {"id": "A", "revision": 4, "arrival": 1_740_791_700_123, "bills": bills, "ship": "x"}
    content = lines(record, record | {"id": "B", "bills": []})
    reading = read(tmp_path, own_source(tmp_path, MANIFEST), "manifest_1.jsonl", content)
    assert reading.drift == ("ship",)
    found = land(tmp_path, own_source(tmp_path, MANIFEST), "manifest_1.jsonl", content)
    events = found["declaration_event"].accepted
    assert events["declaration_number"].to_pylist() == ["A", "B"]
    at = dt.datetime(2025, 3, 1, 1, 15, 0, 123_000, tzinfo=dt.UTC)
    assert events["occurred_at"].to_pylist() == [at, at]
    documents = found["supporting_document"]
    assert documents.accepted["document_number"].to_pylist() == ["B1", "B2"]
    assert reasons(documents.rejected) == {
        2: ["E_JSON"],
        4: ["E_REQUIRED:document_sequence_number"],
    }
    boxes = found["goods_item"]
    assert boxes.accepted.select(["item_number", "material_code", "net_mass_kg"]).to_pylist() == [
        {"item_number": 1, "material_code": "B1", "net_mass_kg": Decimal("12.5")},
        {"item_number": 2, "material_code": "B1", "net_mass_kg": Decimal(1000)},
        {"item_number": 3, "material_code": "B3", "net_mass_kg": Decimal(7)},
    ]


def test_numbers_of_json_are_judged_as_they_are_written(tmp_path):
    text = (
        '{"id":"A","bills":[{"no":"B","containers":[{"n":1,"kg":1e3},{"n":2,"kg":0.1234567}]}]}\n'
    )
    boxes = land(tmp_path, own_source(tmp_path, MANIFEST), "manifest_1.jsonl", text)["goods_item"]
    assert reasons(boxes.rejected) == {1: ["E_TYPE:net_mass_kg"], 2: ["E_SCALE:net_mass_kg"]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[]", "E_JSON"),
        (b'"text"', "E_JSON"),
        (b'{"a":NaN}', "E_JSON"),
        (b'{"a":1}{', "E_JSON"),
        (b"[" * 100_000, "E_JSON"),
        (b'{"MsgId":"\\ud800"}', "E_JSON"),
        (b'{"MsgId":"\xff"}', "E_ENCODING"),
        (json.dumps(PASSAGE | {"Vehicle": {"Plate": "a\x00b"}}).encode(), "E_CTRL_CHAR"),
        (b'{"a":"' + b"x" * (17 << 20) + b'"}', "E_RECORD_TOO_LONG"),
    ],
    ids=str,
)
def test_a_line_that_is_no_record_is_quarantined_and_its_neighbours_stay(tmp_path, line, reason):
    good = lines(PASSAGE).encode()
    content = b"\xef\xbb\xbf" + good + line + b"\n\n" + good.rstrip()
    found = land(tmp_path, own_source(tmp_path, GATE), "x", content)["declaration_event"]
    assert found.accepted.num_rows == 4
    assert {code for codes in reasons(found.rejected).values() for code in codes} == {reason}
    numbers = [
        n for part in (found.accepted, found.rejected) for n in part["record_number"].to_pylist()
    ]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


VALUES = st.recursive(
    st.sampled_from([None, True, 1, 2.5, "", "x", "300000000010"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("nab"), inner),
    max_leaves=6,
)
RECORDS = st.dictionaries(st.sampled_from([*PASSAGE, "other"]), VALUES)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(RECORDS.map(lambda record: (record, json.dumps(record))), max_size=6))
def test_whatever_a_record_holds_every_row_of_it_is_accounted_for(tmp_path, records):
    content = "".join(f"{text}\n" for _, text in records)
    found = land(tmp_path, own_source(tmp_path, GATE), "x", content)["declaration_event"]
    lists = [record.get("DeclarationNo") for record, _ in records]
    expected = sum(max(1, len(one)) if isinstance(one, list) else 1 for one in lists)
    numbers = [
        n for part in (found.accepted, found.rejected) for n in part["record_number"].to_pylist()
    ]
    assert sorted(numbers) == list(range(1, expected + 1))


def test_the_text_of_json_is_bounded_though_lists_repeat_it(tmp_path, monkeypatch):
    monkeypatch.setattr(raw_rows, "MAX_TEXT_BYTES", 100_000)
    monkeypatch.setattr(json_lines, "_PIECE_BYTES", 10_000)
    flood = PASSAGE | {"Notes": "x" * 1_000, "DeclarationNo": ["300000000010"] * 1_000}
    reading = read(tmp_path, own_source(tmp_path, GATE), "x", lines(flood))
    assert (reading.status, reading.reason_code) == ("refused", "E_FILE_TOO_LARGE")
