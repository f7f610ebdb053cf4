"""What no table of a source names in a record of JSON is kept with its row, and told."""

import json
import unicodedata

from ingestion.land import land_files
from tests.unit.ingestion.files import land, own_source, read
from tests.unit.ingestion.files import settings as settings_of
from tests.unit.ingestion.own_sources import GATE, MANIFEST, PASSAGE, RATES, lines


def test_a_landing_tells_of_records_without_rows_and_of_names_by_their_paths(tmp_path):
    own_source(tmp_path, RATES)
    rate = {"cur": "USD", "vnd": 1}
    day = {"d": "2025-01-03", "note": "x", "0101234567": 1, "rates": [rate]}
    offered = tmp_path / "rates_1.jsonl"
    offered.write_text(lines({"days": [day]}, {"days": []}, {"days": None}))
    report = land_files(settings_of(tmp_path / "home"), "a_new_one", [offered])
    count = report.records["exchange_rate"].as_json()
    assert count == {"accepted": 1, "quarantined": 0, "repeated": 0}
    assert report.as_json()["empty_records"] == 2
    assert report.drift == {"rates": ["days.note"]}
    assert report.drift_unnamed == {"rates": 1}


def test_what_no_table_names_is_kept_and_told_on_every_level(tmp_path):
    rate = {"cur": "USD", "vnd": 1, "z": 1}
    day = {"d": "2025-01-06", "note": "big", "rates": [rate]}
    content = lines({"sender": "Nguyen", "days": [day]})
    source = own_source(tmp_path, RATES)
    known = ("sender", "days.note", "days.rates.z")
    assert read(tmp_path, source, "rates_1.jsonl", content).drift == known
    rows = land(tmp_path, source, "rates_1.jsonl", content)["exchange_rate"].accepted
    assert [json.loads(extras) for extras in rows["extras"].to_pylist()] == [
        {"sender": "Nguyen", "days.note": "big", "days.rates.z": 1}
    ]


def test_what_no_table_names_is_kept_once_where_another_table_has_the_record_as_its_row(tmp_path):
    boxes = [{"n": 1, "seal": "s"}]
    record = {"id": "A", "revision": 1, "arrival": 1_740_791_700_123, "ship": "x"}
    content = lines(record | {"bills": [{"n": 1, "no": "B1", "tons": 5, "containers": boxes}]})
    found = land(tmp_path, own_source(tmp_path, MANIFEST), "manifest_1.jsonl", content)
    kept = {table: part.accepted["extras"].to_pylist() for table, part in found.items()}
    assert {table: [json.loads(one) for one in extras] for table, extras in kept.items()} == {
        "declaration_event": [{"ship": "x"}],
        "supporting_document": [{"bills.tons": 5}],
        "goods_item": [{"bills.containers.seal": "s"}],
    }


def test_a_name_with_a_point_in_it_is_no_path_and_is_kept(tmp_path):
    vehicle = {"Plate": "29C", "Plate.x": 1}
    said = {"Vehicle.Plate": "30A", "Vehicle": vehicle, "Vehicle.Plate.x": 2}
    source = own_source(tmp_path, GATE)
    kept = {'"Vehicle.Plate"': "30A", 'Vehicle."Plate.x"': 1, '"Vehicle.Plate.x"': 2}
    assert {*read(tmp_path, source, "x", lines(PASSAGE | said)).drift} == {*kept}
    rows = land(tmp_path, source, "x", lines(PASSAGE | said))["declaration_event"].accepted
    assert rows["value_text"].to_pylist() == ["29C"] * 2
    assert json.loads(rows["extras"][0].as_py()) == kept


def test_names_are_known_in_whatever_form_their_letters_come(tmp_path):
    source = own_source(tmp_path, GATE.replace("Notes:", "Ghi chú:"))
    said = {unicodedata.normalize("NFD", "Ghi chú"): ["một"]}
    rows = land(tmp_path, source, "x", lines(PASSAGE | said))["declaration_event"].accepted
    assert rows["reason_text"].to_pylist() == ["một"] * 2


def test_a_file_of_ever_other_names_is_refused(tmp_path):
    flood = lines(*({f"n{at}": 1} | PASSAGE for at in range(1_001)))
    reading = read(tmp_path, own_source(tmp_path, GATE), "x", flood)
    assert (reading.status, reading.reason_code) == ("refused", "E_FILE_BOMB")


def test_what_stands_where_an_object_belongs_is_kept_and_told(tmp_path):
    records = [PASSAGE | {"Vehicle": vehicle} for vehicle in ("29C-1", [{"Plate": "x"}], None, [])]
    source = own_source(tmp_path, GATE)
    assert read(tmp_path, source, "x", lines(*records)).drift == ("Vehicle",)
    rows = land(tmp_path, source, "x", lines(*records))["declaration_event"].accepted
    assert [extras and json.loads(extras) for extras in rows["extras"].to_pylist()[::2]] == [
        {"Vehicle": "29C-1"}, {"Vehicle": [{"Plate": "x"}]}, None, None,
    ]  # fmt: skip
