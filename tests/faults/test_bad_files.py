"""Files that are broken, hostile or in the way: a reason for each, and the others come in."""

import gzip
import io
import json
import os
import sys
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.land import land_files
from ingestion.sources import catalog
from ingestion.sources.reading import Reading
from orchestration.cli.commands import load_command
from orchestration.cli.main import main as customs
from tests import builders, processes
from tests.lake_contents import column, contents
from tests.other_account import opens_folders, reachable, said_without_rights
from warehouse import quarantine, summary
from warehouse.settings import LakeSettings

GOOD = builders.csv_bytes([builders.tk()])


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(home=tmp_path / "home", landing_max_file_mb=50)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    builders.write_csv(folder / "tk_20250301_1.csv", [builders.tk()])
    return folder


# Name, content and, where it is ours to say, the reason.
BAD_FILES: dict[str, tuple[bytes, str | None]] = {
    "tk_empty.csv": (b"", "E_FILE_EMPTY"),
    "tk_cut.csv.gz": (gzip.compress(GOOD)[:-12], "E_FILE_CORRUPT"),
    "tk_bomb.csv.gz": (gzip.compress(bytes(40_000_000)), "E_FILE_BOMB"),
    "tk_no.parquet": (b"PAR1 and nothing more", None),
    "'; drop table tk; --_1.csv": (b"A,B\r\n1,2\r\n", "E_UNKNOWN_TABLE"),
    "{{ 7 * 7 }}_1.csv": (b"A,B\r\n3,4\r\n", "E_UNKNOWN_TABLE"),
    "tk_column.csv": (GOOD.replace(b"MA_LH", b"MA_XX"), None),
    "tk_bytes.csv": (bytes(range(256)) * 40, None),
}


def test_each_bad_file_is_refused_with_its_reason_and_the_others_come_in(
    settings: LakeSettings, inbox: Path
) -> None:
    for name, (content, _) in BAD_FILES.items():
        (inbox / name).write_bytes(content)
    report = land_files(settings, "vcis_extract", [inbox])
    assert (report.accepted_files, report.refused_files) == (1, len(BAD_FILES))
    for note in report.refused:
        assert note.reason_code == (BAD_FILES[note.file][1] or note.reason_code)
        assert note.reason_code.startswith("E_")
        assert note.reason
    assert len(column(settings, "declaration", "declaration_number")) == 1
    again = land_files(settings, "vcis_extract", [inbox])
    assert (again.duplicate_files, again.refused_files) == (1, len(BAD_FILES))


def test_hostile_text_is_data(settings: LakeSettings, inbox: Path) -> None:
    text = "=cmd|' /C calc'!A0 '; drop table x; {{ 1 }} [bold]"
    builders.write_csv(inbox / "hang_1_1.csv", [builders.hang(TEN_HANG=text)])
    land_files(settings, "vcis_extract", [inbox])
    assert column(settings, "goods_item", "goods_description") == [text]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\u0085"])
def test_what_ends_lines_elsewhere_ends_no_landing(
    settings: LakeSettings, inbox: Path, end: str
) -> None:
    remark = {"GHI_CHU": f"a{end}b"}
    rows = [builders.tk("30000000003") | remark, builders.tk(SO_TK=f"3{end}00000000020") | remark]
    builders.write_csv(inbox / "tk_20250302_1.csv", rows)
    report = land_files(settings, "vcis_extract", [inbox])
    counts = report.records["declaration"]
    assert (report.accepted_files, counts.accepted + counts.quarantined) == (2, 3)
    assert counts.quarantined >= 1


def test_control_characters_send_the_record_to_quarantine(
    settings: LakeSettings, inbox: Path
) -> None:
    rows = [builders.hang(TEN_HANG="a\x07b"), builders.hang(stt=2)]
    builders.write_csv(inbox / "hang_1_1.csv", rows)
    report = land_files(settings, "vcis_extract", [inbox])
    assert report.records["goods_item"].quarantined == 1
    assert report.records["goods_item"].accepted == 1
    (group,), _ = quarantine.groups(settings)
    assert group.reason_code == "E_CTRL_CHAR"


def test_an_unknown_column_is_kept_and_reported(settings: LakeSettings, inbox: Path) -> None:
    builders.write_csv(inbox / "hang_1_1.csv", [builders.hang(COT_MOI="42")])
    report = land_files(settings, "vcis_extract", [inbox])
    assert report.drift == {"hang": ["COT_MOI"]}
    assert column(settings, "goods_item", "extras") == ['{"COT_MOI":"42"}']


def test_names_of_columns_that_may_be_identities_are_counted_and_not_told(
    settings: LakeSettings, inbox: Path
) -> None:
    secrets = {"0312345678 CTY BI MAT": "x", "0312345678": "y", "A" * 41: "z"}
    row = builders.hang(COT_MOI="42") | secrets
    builders.write_csv(inbox / "hang_1_1.csv", [row])
    many = builders.tk("300000000020", 2) | {f"COT_{n}": "1" for n in range(400)}
    builders.write_csv(inbox / "tk_2_1.csv", [many])
    wide = builders.tk("300000000030", 3) | {f"COT_{n}": "1" for n in range(20_000)}
    builders.write_csv(inbox / "tk_3_1.csv", [wide])
    number = pa.table({"0312345678 CTY BI MAT": [1], **{c: ["1"] for c in builders.hang()}})
    pq.write_table(number, inbox / "hang_2_1.parquet")
    report = land_files(settings, "vcis_extract", [inbox])
    assert report.drift["hang"] == ["COT_MOI"]
    assert report.drift_unnamed == {"hang": 3, "tk": 350}
    assert len(report.drift["tk"]) == 50
    assert {note.file: note.reason_code for note in report.refused} == {
        "tk_3_1.csv": "E_FILE_BOMB",
        "hang_2_1.parquet": "E_SCHEMA_TYPE",
    }
    assert "0312345678" not in str(report.as_json())


# Lands in a process of its own: one that waits for ever can be ended, and its memory is its own.
# As soon as the first file was looked at, others stand where the files were.
LANDING = """
import json, os, sys
from pathlib import Path
from ingestion.land import land_files
from warehouse.settings import LakeSettings
home, inbox, swapped = map(Path, sys.argv[1:])
def swap(done, total):
    for path in swapped.iterdir() if swapped.is_dir() else ():
        path.replace(inbox / path.name)
report = land_files(LakeSettings(home=home), "vcis_extract", [inbox], progress=swap)
# Not ru_maxrss: a process inherits that from the one that started it.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) * 1024
print(json.dumps(report.as_json() | {"peak_bytes": peak}))
"""


def _landed_elsewhere(settings: LakeSettings, inbox: Path) -> dict[str, Any]:
    ended = processes.python("-c", LANDING, settings.home, inbox, f"{inbox}-swapped")
    assert ended.returncode == 0, ended.stderr
    report: dict[str, Any] = json.loads(ended.stdout)
    return report


def test_a_pipe_or_a_link_put_in_place_of_a_file_stops_nothing_and_brings_nothing(
    settings: LakeSettings, tmp_path: Path
) -> None:
    inbox, swapped = tmp_path / "inbox", tmp_path / "inbox-swapped"
    for n in range(1, 5):
        builders.write_csv(inbox / f"tk_{n}.csv", [builders.tk(f"3000000000{n}0", n)])
    secret = builders.write_csv(tmp_path / "secret.csv", [builders.tk("300000000090", 9)])
    swapped.mkdir()
    os.mkfifo(swapped / "tk_1.csv")
    os.mkfifo(swapped / "tk_2.csv")
    (swapped / "tk_3.csv").symlink_to(secret)
    report = _landed_elsewhere(settings, inbox)
    assert {note["file"]: note["reason_code"] for note in report["refused"]} == {
        "tk_1.csv": "E_FILE_CHANGED",
        "tk_2.csv": "E_NOT_A_FILE",
        "tk_3.csv": "E_FILE_CHANGED",
    }
    assert column(settings, "declaration", "declaration_number") == ["30000000004"]


def test_a_small_parquet_file_that_holds_much_is_refused_alone_in_little_memory(
    settings: LakeSettings, inbox: Path
) -> None:
    long = pa.DictionaryArray.from_arrays(
        pa.array([0] * 2000, pa.int32()), pa.array(["x" * 1_000_000])
    )
    short = pa.DictionaryArray.from_arrays(pa.array([0] * 3_000_000, pa.int32()), pa.array(["1"]))
    head = {name: pa.array(["1"] * 2000) for name in builders.tk()}
    pq.write_table(pa.table(head | {"TEN_DN": long}), inbox / "tk_long.parquet")
    pq.write_table(pa.table(dict.fromkeys(head, short)), inbox / "tk_many.parquet")
    report = _landed_elsewhere(settings, inbox)
    assert {note["file"]: note["reason_code"] for note in report["refused"]} == {
        "tk_long.parquet": "E_FILE_BOMB",
        "tk_many.parquet": "E_FILE_BOMB",
    }
    assert report["accepted_files"] == 1
    assert report["peak_bytes"] < 1_500_000_000


def test_a_file_that_breaks_its_adapter_is_refused_alone(
    settings: LakeSettings, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = catalog.SOURCES["vcis_extract"]

    def read(path: Path, name: str) -> Reading:
        if b"A12" in path.read_bytes():
            raise ZeroDivisionError
        return honest.read(path, name)

    fragile = replace(honest, read=read)
    monkeypatch.setitem(catalog.SOURCES, "vcis_extract", fragile)
    builders.write_csv(inbox / "tk_2_1.csv", [builders.tk("300000000020", 2, MA_LH="A12")])
    builders.write_csv(inbox / "tk_3_1.csv", [builders.tk("300000000030", 3)])
    report = land_files(settings, "vcis_extract", [inbox])
    assert (report.accepted_files, report.refused_files) == (2, 1)
    assert report.refused[0].reason_code == "E_ADAPTER"
    assert report.refused[0].file == "tk_2_1.csv"


@opens_folders
def test_a_home_that_cannot_be_written_is_one_clear_sentence(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    words = ["customs", "land", "vcis_extract", str(inbox), "--home", str(locked / "home")]
    monkeypatch.setattr(sys, "argv", words)
    # Another account may not be able to read the programs themselves.
    load_command("land")

    def land() -> list[str]:
        told = io.StringIO()
        with redirect_stderr(told), pytest.raises(SystemExit) as ended:
            customs()
        return [str(ended.value.code), " ".join(told.getvalue().split())]

    with reachable(locked):
        status, told = said_without_rights(land)
    assert status == "1"
    assert "cannot be used: Permission denied; give another --home" in told
    assert "Traceback" not in told


def test_a_home_that_is_a_file_is_one_clear_sentence(tmp_path: Path, inbox: Path) -> None:
    home = tmp_path / "home"
    home.write_text("not a folder")
    ended = processes.customs("land", "vcis_extract", inbox, "--home", home)
    assert ended.returncode == 1
    assert "is not a folder; give another --home" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


# What is full first: the ledger, the copy into the landing, the Delta file.
@pytest.mark.parametrize(
    "file_limit_bytes",
    [
        pytest.param(20_000, marks=pytest.mark.full),
        pytest.param(250_000, marks=pytest.mark.full),
        390_000,
    ],
)
def test_a_full_disk_is_an_error_with_a_remedy_and_landing_resumes(
    settings: LakeSettings, inbox: Path, file_limit_bytes: int
) -> None:
    rows = [builders.tk(f"3{n:010d}0", n + 10, GHI_CHU=os.urandom(40).hex()) for n in range(6000)]
    builders.write_csv(inbox / "tk_20250302_1.csv.gz", rows)
    words = ["land", "vcis_extract", inbox, "--home", settings.home]
    ended = processes.customs(*words, file_limit_bytes=file_limit_bytes)
    assert ended.returncode == 1
    assert "and land again" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr
    assert contents(settings) == {}
    report = land_files(settings, "vcis_extract", [inbox])
    assert (report.accepted_files, report.resumed_files) == (2, 0)
    assert report.records["declaration"].accepted == 6001
    assert summary.summarise(settings)["open_load"] is None
