"""What lists make of a few bytes is loaded in parts that a machine has room for."""

import pytest

from ingestion.land import land_files
from tests.lake_contents import column
from tests.unit.ingestion.files import own_source, read
from warehouse.settings import LakeSettings

EXPLODING = """
tables:
  gate:
    contract: declaration_event
    constants: {event_code: IDC}
    columns:
      no!: {declaration_number: {exploded: +}}
      n!: sequence_number
      at!: {occurred_at: {written: DD/MM/YYYY}}
      note: reason_text
"""
ROWS, NOTE = 1_000, "x" * 1_000


def test_a_few_bytes_make_no_machine_full(tmp_path):
    numbers = "+".join(map(str, range(70_000)))
    text = f"no,n,at,note\n{numbers},1,01/03/2025,{NOTE * 2}\n"
    reading = read(tmp_path, own_source(tmp_path, EXPLODING), "gate_1.csv", text)
    assert (reading.status, reading.reason_code) == ("refused", "E_FILE_BOMB")


@pytest.mark.parametrize(("files", "loads"), [(1, 1), (5, 2)])
def test_rows_that_lists_make_are_counted_as_they_are_read(tmp_path, files, loads):
    own_source(tmp_path, EXPLODING)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for file in range(files):
        numbers = "+".join(f"{file}-{row}" for row in range(ROWS))
        text = f"no,n,at,note\n{numbers},1,01/03/2025,{NOTE}\n"
        (inbox / f"gate_{file}.csv").write_text(text)
    # A megabyte of text from eight thousand bytes: three files are more than a batch may be.
    settings = LakeSettings(home=tmp_path / "home", batch_max_mb=1, threads=1)
    report = land_files(settings, "a_new_one", [inbox])
    assert report.accepted_files == files
    assert report.records["declaration_event"].accepted == files * ROWS
    assert len({*column(settings, "declaration_event", "load_id")}) == loads
