"""Whenever a landing is killed, landing again ends where an undisturbed landing would have."""

import signal
from pathlib import Path

import duckdb
import pytest

from ingestion.land import land_files
from tests import builders
from tests.lake_contents import contents
from tests.processes import python
from warehouse import engine, lake, landing, stopping, summary
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings

QUICK = [("before:close_load", 2)]
THOROUGH = [
    ("after:append", 2),
    ("after:copy", 2),
    ("after:write_receipt", 2),
    ("after:store", 1),
    ("before:enter_deliveries", 1),
    ("after:enter_deliveries", 2),
    ("before:conform", 2),
    ("after:begin_load", 1),
    ("after:begin_load", 2),
    ("before:append", 1),
    ("after:append", 1),
    ("after:append", 5),
    ("after:delete", 1),
    ("after:close_load", 1),
    ("after:close_load", 2),
]
ALL = [pytest.param(*kill, id=f"{kill[0]}-{kill[1]}") for kill in QUICK] + [
    pytest.param(*kill, id=f"{kill[0]}-{kill[1]}", marks=pytest.mark.full) for kill in THOROUGH
]


def _fill(folder: Path) -> Path:
    """Two batches; the second contradicts a record of the first, repeats one and has a bad one.

    Its file has a column that nobody knows, and ends without a line end.
    """
    first = [builders.tk(), builders.tk("300000000020", 2), builders.tk("300000000030", 3)]
    second = [
        builders.tk(MA_LH="A12"),
        builders.tk("300000000020", 2),
        builders.tk("300000000040", 4, NGAY_DK="never"),
        builders.tk("300000000050", 5),
    ]
    builders.write_csv(folder / "hang_20250301_1.csv", [builders.hang()])
    builders.write_csv(folder / "sukien_20250301_1.csv", [builders.sukien()])
    builders.write_csv(folder / "tk_20250301_1.csv", first)
    path = builders.write_csv(
        folder / "tk_20250302_1.csv", [{"COT_LA": "1", "MA_LH": "A11"} | row for row in second]
    )
    path.write_bytes(path.read_bytes().removesuffix(b"\r\n"))
    builders.write_csv(folder / "unheard_1.csv", [{"A": 1}])
    return folder


def _kill(home: Path, point: str, number: int, folder: Path) -> None:
    script = Path(__file__).with_name("killed_landing.py")
    ended = python(script, home, point, str(number), "vcis_extract", folder)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, object]:
    folder = _fill(tmp_path_factory.mktemp("inbox"))
    home = LakeSettings(home=tmp_path_factory.mktemp("undisturbed"), batch_max_files=3)
    land_files(home, "vcis_extract", [folder])
    return contents(home), summary.summarise(home)["tables"]


@pytest.mark.parametrize(("point", "number"), ALL)
def test_killed_and_landed_again_gives_what_an_undisturbed_landing_gives(
    tmp_path: Path, undisturbed: tuple[object, object], point: str, number: int
) -> None:
    folder = _fill(tmp_path / "inbox")
    home = LakeSettings(home=tmp_path / "home", batch_max_files=3)
    _kill(home.home, point, number, folder)
    report = land_files(home, "vcis_extract", [folder])
    assert report.files == 5
    assert (contents(home), summary.summarise(home)["tables"]) == undisturbed
    assert land_files(home, "vcis_extract", [folder]).duplicate_files == 4
    assert (contents(home), summary.summarise(home)["tables"]) == undisturbed


def test_a_resumed_landing_tells_of_its_files_what_an_undisturbed_one_tells(
    tmp_path: Path,
) -> None:
    folder = _fill(tmp_path / "inbox")
    early = {"tk_20250302_1.csv": [builders.tk("300000000060", 6)]}
    told = []
    for name in ("undisturbed", "killed"):
        home = LakeSettings(home=tmp_path / name, batch_max_files=3)
        for file, rows in early.items():
            land_files(home, "vcis_extract", [builders.write_csv(tmp_path / "early" / file, rows)])
        if name == "killed":
            _kill(home.home, "before:close_load", 2, folder)
        report = land_files(home, "vcis_extract", [folder])
        told.append((report.drift, report.unterminated, report.renewed))
    assert told[0] == ({"tk": ["COT_LA"]}, ["tk_20250302_1.csv"], ["tk_20250302_1.csv"])
    assert told[1] == told[0]


# A mapping that never ends, landed by the command; the signal comes while the engine works.
ENDLESS = """
import os, signal, sys, threading
from dataclasses import replace
from ingestion.sources import catalog
from ingestion.sources.reading import TableMapping
from orchestration.cli import main
honest = catalog.SOURCES["vcis_extract"]
def read(path, name):
    reading = honest.read(path, name)
    (mapping,) = reading.mappings
    endless = "select sum(a.i * b.i) from range(100000000) as a(i), range(100000000) as b(i)"
    sql = f"select record_number, ({endless})::varchar as source_system from tk"
    threading.Timer(1.0, os.kill, (os.getpid(), int(number))).start()
    return replace(reading, mappings=(TableMapping(mapping.table, mapping.raw_table, sql),))
number, *words = sys.argv[1:]
catalog.SOURCES["vcis_extract"] = replace(honest, read=read)
sys.argv = ["customs", *words]
main.main()
"""


@pytest.mark.full
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_while_the_engine_works_ends_the_landing_and_is_no_fault_of_the_file(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    home, inbox = LakeSettings(home=tmp_path / "home"), tmp_path / "inbox"
    builders.write_csv(inbox / "tk_1.csv", [builders.tk()])
    words = [str(number.value), "land", "vcis_extract", inbox, "--home", home.home]
    ended = python("-c", ENDLESS, *words)
    assert (ended.returncode, ended.stdout) == (status, "")
    assert "taken up where the same command is given again" in ended.stderr
    report = land_files(home, "vcis_extract", [inbox])
    assert (report.accepted_files, report.refused_files) == (1, 0)


def test_whatever_the_engine_says_after_a_signal_is_the_end_by_it(tmp_path: Path) -> None:
    settings = LakeSettings(home=tmp_path)
    nonsense = "select 'no number'::integer"
    with (
        pytest.raises(duckdb.ConversionException),
        engine.build_connection(Layout(tmp_path), settings) as connection,
    ):
        connection.sql(nonsense).fetchall()
    stopping.asked = True
    with (
        pytest.raises(KeyboardInterrupt),
        engine.build_connection(Layout(tmp_path), settings) as connection,
    ):
        connection.sql(nonsense).fetchall()


# Whatever lock the main thread holds: one of starting threads, or one that a handler took.
HELD = """
import signal, threading
from orchestration.cli import commands as main
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, main._stop)
try:
    with threading._active_limbo_lock:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGTERM)
except SystemExit as ended:
    print(ended.code)
"""


def test_a_signal_waits_for_no_lock() -> None:
    ended = python("-c", HELD)
    assert (ended.returncode, ended.stdout) == (0, "143\n"), ended.stderr


# Who was started to ignore SIGTERM, as some runners do, is interrupted all the same.
IGNORANT = """
import signal
from orchestration.cli import commands
signal.signal(signal.SIGTERM, signal.SIG_IGN)
commands.build_app = lambda: lambda **_: signal.raise_signal(signal.SIGINT)
commands.main()
"""


def test_an_interrupt_is_told_as_one_where_the_other_signal_is_ignored() -> None:
    assert python("-c", IGNORANT).returncode == 130


# The main thread stays in the call that the signal met, or goes on as soon as it was told; nobody
# reads what is said of it, or nobody can any more.
UNNOTICED = """
import hashlib, os, signal, sys, threading, time
from orchestration.cli import commands as main
def frame():
    return sys._current_frames()[threading.main_thread().ident]
def tell():
    before, now = None, main._place(frame())
    while before != now:
        time.sleep(0.5)
        before, now = now, main._place(frame())
    main._UNNOTICED_SECONDS = 1
    signal.signal = lambda number, handler: None  # the main thread alone may set one
    try:
        main._stop(signal.SIGINT, frame())
    except KeyboardInterrupt:
        told.set()
told = threading.Event()
threading.Thread(target=tell, daemon=True).start()
if sys.argv[1] in ("unread", "unreadable"):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while sys.argv[1] == "unread":
            os.write(writing, bytes(4096))
    except BlockingIOError:
        pass
    if sys.argv[1] == "unreadable":
        os.close(reading)
    os.set_blocking(writing, True)
    os.dup2(writing, 2)
if sys.argv[1] != "goes on":
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
told.wait()
time.sleep(main._UNNOTICED_SECONDS + 1)
"""


@pytest.mark.parametrize(
    ("kind", "status"), [("deaf", 130), ("unread", 130), ("unreadable", 130), ("goes on", 0)]
)
def test_a_command_that_does_not_notice_its_signal_ends_all_the_same(kind: str, status: int):
    ended = python("-c", UNNOTICED, kind)
    assert ended.returncode == status, ended.stderr
    assert ("taken up where the same command is given again" in ended.stderr) == (kind == "deaf")


def test_readers_see_nothing_of_a_load_that_was_killed(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "inbox")
    home = LakeSettings(home=tmp_path / "home", batch_max_files=3)
    _kill(home.home, "before:close_load", 1, folder)
    assert contents(home) == {}
    layout = Layout(home.home)
    assert lake.current_version(layout, "bronze", "goods_item") > 0
    assert set(lake.cut(layout).values()) == {0}


@pytest.mark.full
@pytest.mark.parametrize("point", ["after:restore", "before:roll_back", "after:roll_back"])
def test_killed_while_recovering_from_a_kill(
    tmp_path: Path, undisturbed: tuple[object, object], point: str
) -> None:
    folder = _fill(tmp_path / "inbox")
    home = LakeSettings(home=tmp_path / "home", batch_max_files=3)
    _kill(home.home, "before:close_load", 2, folder)
    _kill(home.home, point, 1, folder)
    land_files(home, "vcis_extract", [folder])
    assert (contents(home), summary.summarise(home)["tables"]) == undisturbed


@pytest.mark.parametrize("point", ["after:copy", "before:enter_deliveries"])
def test_what_was_received_before_a_kill_is_loaded_though_it_never_comes_again(
    tmp_path: Path, point: str
) -> None:
    home, inbox = LakeSettings(home=tmp_path / "home"), tmp_path / "inbox"
    builders.write_csv(inbox / "tk_20250301_1.csv", [builders.tk()])
    _kill(home.home, point, 1, inbox)
    other = builders.write_csv(tmp_path / "tygia_2025.csv", [builders.tygia()])
    assert land_files(home, "reference", [other]).resumed_files == 1
    layout = Layout(home.home)
    with Ledger(layout.ledger_path) as ledger:
        received = {one.sha256: one.name for one in ledger.deliveries("accepted")}
    assert sorted(received.values()) == ["tk_20250301_1.csv", "tygia_2025.csv"]
    stored = [path for path in layout.landing.glob("*/*") if path.suffix != ".json"]
    assert {path.name for path in stored} == set(received)
    assert all(landing.receipts(layout, sha256) for sha256 in received)
    assert list(layout.landing.glob(".*")) == []
    assert land_files(home, "vcis_extract", [inbox]).duplicate_files == 1


@pytest.mark.full
def test_receipt_numbers_are_never_used_twice(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "inbox")
    home = LakeSettings(home=tmp_path / "home", batch_max_files=3)
    _kill(home.home, "before:enter_deliveries", 1, folder)
    builders.write_csv(folder / "a_new_1.csv", [{"B": 2}])
    land_files(home, "vcis_extract", [folder])
    with Ledger(Layout(home.home).ledger_path) as ledger:
        states = ("accepted", "refused")
        found = [d.receipt_number for state in states for d in ledger.deliveries(state)]
    assert len(found) == len(set(found)) == 6
