"""A YAML file of ours that is broken says where, what was expected there and what was found."""

import pytest

from data_contracts.errors import ContractViolationError
from data_contracts.yaml_files import read_yaml
from ingestion.sources.source_files import read_source


@pytest.fixture
def refused(tmp_path):
    """Returns why a text is refused as the file of a source."""

    def read(text):
        file = tmp_path / "gate.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ContractViolationError) as caught:
            read_source(file)
        return str(caught.value)

    return read


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("forms: [csv]\nforms: [parquet]\n", "line 2: the key forms is in line 1 already"),
        ("tables: {mc: {columns: {\nA: event_code,\n'A': office_id}}}\n", "line 3: the key A is"),
        ("tables:\n- {a: 1}\n- {a: 1, b: 2, a: 3}\n", "line 3: the key a is in line 3 already"),
        ("forms: [csv\ntables: x\n", "not YAML: while parsing a flow sequence"),
        ("zone: 2024-02-31\n", "not YAML: day is out of range for month"),
    ],
)
def test_what_is_no_yaml_is_refused_in_one_line(refused, text, says):
    told = refused(text)
    assert told.startswith(f"gate.yaml: {says}")
    assert told.isprintable()


def test_what_is_taken_from_elsewhere_may_be_said_anew(tmp_path):
    file = tmp_path / "gate.yaml"
    file.write_text("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a\n", encoding="utf-8")
    assert read_yaml(file) == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"x": 1, "y": 2}}


HOW = "tables: {mc: {columns: {Giờ!: occurred_at, Bước!: {event_code: %s}}}}\n"
PLACE = "tables.mc.columns.Bước!.event_code"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HOW % "trim", f"Invalid enum value 'trim' at {PLACE}, expected one of "),
        (HOW % "{crosswlk: x}", f"unknown field `crosswlk` at {PLACE}, expected one of take, "),
        (HOW % "{crosswalk: {Q: QK, NO: X}}", f"as key at {PLACE}.crosswalk, found False, which"),
        (HOW % "{crosswalk: {Q: QK, 1: X}}", f"as key at {PLACE}.crosswalk, found 1, which YAML"),
        (HOW % "{crosswalk: {Q: QK, R: 1}}", f"at {PLACE}.crosswalk.R, found 1, which YAML takes"),
        ("forms: [csv, pdf]\n", "Invalid enum value 'pdf' at forms.1, expected one of csv"),
        ("true: 1\n", "as key, found True, which YAML takes for no text: put quotes around it"),
        ("complete: often\n", "Expected `bool`, got `str` at complete"),
    ],
)
def test_what_is_of_another_shape_is_told_by_its_keys(refused, text, says):
    assert says in refused(text)
