"""JSON lines as a YAML file describes them: records with objects and lists, each row counted."""

import datetime as dt
import gzip
import json
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.sources import json_lines, raw_rows
from tests.unit.ingestion.files import land, own_source, read, reasons
from tests.unit.ingestion.own_sources import GATE, MANIFEST, PASSAGE, RATES, lines

GOOD_DAY = {"d": "2025-01-03", "rates": [{"cur": "USD", "vnd": 1}]}


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
    assert told[3] == {"text": "{broken", "line_number": "2"}
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


def test_numbers_of_json_keep_their_digits_whatever_their_exponent(tmp_path):
    masses = ["1e3", "1.5E-05", "0.1234567", "1E+999999999", "true"]
    boxes = ",".join(f'{{"n":{n},"kg":{mass}}}' for n, mass in enumerate(masses, start=1))
    text = f'{{"id":"A","bills":[{{"no":"B","containers":[{boxes}]}}]}}\n'
    found = land(tmp_path, own_source(tmp_path, MANIFEST), "manifest_1.jsonl", text)["goods_item"]
    assert found.accepted["net_mass_kg"].to_pylist() == [Decimal(1000), Decimal("0.000015")]
    assert reasons(found.rejected) == {
        3: ["E_SCALE:net_mass_kg"],
        4: ["E_TYPE:net_mass_kg"],
        5: ["E_TYPE:net_mass_kg"],
    }
    raw = json.loads(found.rejected["raw"][2].as_py())
    assert raw["bills.containers.kg"] == "true"


def test_what_is_no_record_tells_its_line_and_what_stands_there(tmp_path):
    bills = [{"n": 1, "no": ["B1", "B2"]}, "no bill"]
    content = "\n\n" + lines({"id": "A", "revision": 4, "arrival": 1, "bills": bills}) + "\n[]\n"
    found = land(tmp_path, own_source(tmp_path, MANIFEST), "manifest_1.jsonl", content)
    rejected = found["supporting_document"].rejected
    raw = [json.loads(one) for one in rejected["raw"].to_pylist()]
    assert [one["line_number"] for one in raw] == ["3", "3", "5"]
    first = {"id": "A", "revision": "4", "bills.n": "1", "bills.no": '["B1","B2"]'}
    said = [json.loads(one["text"]) for one in raw]
    assert said == [first, {"bills": "no bill"}, []]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_text_of_another_encoding_and_form_is_split_as_its_source_says(tmp_path, form):
    spoken = GATE.replace("exploded: ','", "exploded: ' hoặc '")
    source = own_source(tmp_path, f"encoding: utf-16{spoken}")
    said = PASSAGE | {"DeclarationNo": "300000000010 hoặc 300000000020"}
    content = unicodedata.normalize(form, lines(said)).encode("utf-16")
    found = land(tmp_path, source, "x", content)["declaration_event"]
    assert found.accepted["declaration_number"].to_pylist() == ["30000000001", "30000000002"]


def test_what_is_no_text_costs_no_more_than_a_row_of_its_own(tmp_path):
    wide = PASSAGE | {"DeclarationNo": [[]] * 2_000, "Notes": ["x" * 10_000], "other": "y" * 10_000}
    found = land(tmp_path, own_source(tmp_path, GATE), "x", lines(wide))["declaration_event"]
    raw = found.rejected["raw"].to_pylist()
    assert len(raw) == 2_000
    assert max(map(len, raw)) < 3_000
    said = json.loads(json.loads(raw[0])["text"])
    assert (said["DeclarationNo"], said["MsgId"]) == ("[]", "1")
    assert set(said) == {
        "MsgId",
        "SentAt",
        "Step",
        "Vehicle.Plate",
        "DeclarationNo",
        "Notes",
        "extras",
    }


def test_a_list_that_is_not_there_holds_no_row_where_its_rows_need_nothing(tmp_path):
    seals = (
        "forms: [jsonl]\ntables:\n  seal:\n    contract: declaration_event\n    rows: seals\n"
        "    constants: {event_code: IDC}\n    columns: {no!: declaration_number, seals.mark: "
        "value_text, revision!: sequence_number, at!: {occurred_at: epoch_ms}}\n"
    )
    head = {"no": "A", "revision": 1, "at": 1_740_791_700_123}
    content = lines(head, head | {"seals": [{"mark": "S1"}]}, head | {"seals": []})
    assert read(tmp_path, own_source(tmp_path, seals), "x_1.jsonl", content).status == "refused"
    reading = read(tmp_path, own_source(tmp_path, seals), "seal_1.jsonl", content)
    assert reading.empty_records == 2
    found = land(tmp_path, own_source(tmp_path, seals), "seal_1.jsonl", content)
    assert found["declaration_event"].accepted["value_text"].to_pylist() == ["S1"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[]", "E_JSON"),
        (b'"text"', "E_JSON"),
        (b'{"a":NaN}', "E_JSON"),
        (b'{"a":[-Infinity]}', "E_JSON"),
        (b'{"a":1}{', "E_JSON"),
        (b"[" * 100_000, "E_JSON"),
        (b'{"MsgId":"\\ud800"}', "E_JSON"),
        (b'{"MsgId":"\xff"}', "E_ENCODING"),
        (b'{"MsgId":1,"MsgId":1}', "E_JSON"),
        (b'{"other":[[{"n":1,"\\u006e":2}]]}', "E_JSON"),
        (b'{"other":' + b"[" * 100 + b"]" * 100 + b"}", "E_JSON"),
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


@pytest.mark.parametrize(
    "said",
    [
        {"Vehicle": {"Plate": ["29C", "30A"]}},
        {"Vehicle": {"Plate": {"no": "29C"}}},
        {"DeclarationNo": [{"no": "300000000010"}]},
        {"Notes": ["one", ["two"]]},
        {"MsgId": []},
    ],
)
def test_a_list_or_an_object_is_no_text(tmp_path, said):
    plain = {"MsgId": 1, "SentAt": "2025-03-01T08:00:00+07:00", "Step": "5"}
    plain["DeclarationNo"] = ["300000000010"]
    lines = "\n".join(json.dumps(one) for one in (plain, plain | said, plain | {"MsgId": 3}))
    found = land(tmp_path, own_source(tmp_path, GATE), "g.jsonl", lines)["declaration_event"]
    assert found.accepted["sequence_number"].to_pylist() == [1, 3]
    assert reasons(found.rejected) == {2: ["E_JSON"]}


def test_a_record_of_a_hundred_levels_and_with_words_that_look_like_more_is_taken(tmp_path):
    deep = json.loads('{"x":' * 99 + "1" + "}" * 99)
    content = lines(PASSAGE | {"other": deep}, PASSAGE | {"other": ["{[" * 200, [[]] * 200]})
    found = land(tmp_path, own_source(tmp_path, GATE), "x", content)["declaration_event"]
    assert (found.accepted.num_rows, found.rejected.num_rows) == (4, 0)
    assert json.loads(found.accepted["extras"][0].as_py()) == {"other": deep}


def test_a_record_that_is_nearly_too_deep_for_its_reader_is_alone_in_its_fate(tmp_path):
    depths = range(900, 1_050)
    deep = "".join('{"other":' + "[" * depth + "]" * depth + "}\n" for depth in depths)
    found = land(tmp_path, own_source(tmp_path, GATE), "x", lines(PASSAGE) + deep)
    assert found["declaration_event"].accepted.num_rows == 2
    told = reasons(found["declaration_event"].rejected)
    assert list(told.values()) == [["E_JSON"]] * len(depths)


def test_no_record_vanishes_where_its_list_is_none_or_is_called_otherwise(tmp_path):
    content = lines(
        {"days": [GOOD_DAY]},
        {"Days": [GOOD_DAY]},
        {"days": [{"d": "2025-01-05", "rate": [{"cur": "USD", "vnd": 1}]}]},
        {"days": "oops"},
        {"days": [5, "x", None]},
        {"days": [{"d": "2025-01-06", "rates": "oops"}, {"d": "2025-01-06", "rates": [[], 7]}]},
        {"days": []},
        {"days": None},
        {"days": [{"d": "2025-01-07", "rates": []}]},
    )
    reading = read(tmp_path, own_source(tmp_path, RATES), "rates_1.jsonl", content)
    assert reading.drift == ("Days", "days.rate")
    assert reading.empty_records == 3
    found = land(tmp_path, own_source(tmp_path, RATES), "rates_1.jsonl", content)["exchange_rate"]
    assert found.accepted["record_number"].to_pylist() == [1]
    missing = ["E_REQUIRED:currency_code", "E_REQUIRED:rate_vnd"]
    told = reasons(found.rejected)
    assert sorted(told.pop(2)) == [*missing, "E_REQUIRED:valid_from_date"]
    assert sorted(told.pop(3)) == missing
    assert told == {number: ["E_JSON"] for number in range(4, 11)}
    raw = {row["record_number"]: json.loads(row["raw"]) for row in found.rejected.to_pylist()}
    assert json.loads(raw[2]["extras"]) == {"Days": [GOOD_DAY]}
    assert json.loads(raw[3]["extras"]) == {"days.rate": [{"cur": "USD", "vnd": 1}]}


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


def test_a_few_bytes_make_no_machine_full(tmp_path):
    flood = PASSAGE | {"Notes": "x" * 2_000, "DeclarationNo": ["300000000010"] * 100_000}
    reading = read(tmp_path, own_source(tmp_path, GATE), "x", lines(flood))
    assert (reading.status, reading.reason_code) == ("refused", "E_FILE_BOMB")


@pytest.mark.parametrize("element", [{}, 1, None])
def test_elements_of_a_letter_are_bounded_as_rows_are(tmp_path, monkeypatch, element):
    monkeypatch.setattr(raw_rows, "MAX_TEXT_BYTES", 100_000)
    content = lines({"days": [{"d": "2025-01-06", "rates": [element] * 1_000}]})
    reading = read(tmp_path, own_source(tmp_path, RATES), "rates_1.jsonl", content)
    assert (reading.status, reading.reason_code) == ("refused", "E_FILE_TOO_LARGE")
