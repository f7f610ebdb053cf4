"""Rows that can be read and not used: left out, counted by table, and a reason to fail."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from benchmark.outside import read_declarations
from orchestration.cli import bench, simulate_report
from tests.unit.benchmark.mechanism_world import World, tariff
from tests.unit.benchmark.nations import LIMITS, number

TOO_LONG = "9" * 400


@pytest.fixture
def folders(tmp_path):
    world = World()
    tariff(world)
    world.irregular(world.declared("A"), "undervaluation", world.scheme("U", "undervaluation", "A"))
    world.declared("B", 1)
    return world.write(tmp_path)


def judged(folders):
    app = typer.Typer()
    bench.register(app)
    app.callback()(lambda: None)
    words = ("bench", "mechanisms", "--world", folders[0], "--truth", folders[1])
    return CliRunner().invoke(app, [str(word) for word in words])


def reported(files, page):
    app = typer.Typer()
    app.command("report")(simulate_report.report_command)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["report", str(files), "--out", str(page)])


def like(files, table, **changes):
    """Write a Parquet file with the first row of a table, some columns changed, one row a value."""
    (lines,) = files.glob(f"{table}_*.csv")
    names, values = (line.split(",") for line in lines.read_text().splitlines()[:2])
    count = len(next(iter(changes.values())))
    columns = {
        name: pa.array([value or None] * count, pa.string())
        for name, value in zip(names, values, strict=True)
    }
    columns |= {name: pa.array(column) for name, column in changes.items()}
    columns["SEQ_NO"] = pa.array([str(900 + place) for place in range(count)])
    pq.write_table(pa.table(columns), files / f"{table}_20250304.parquet")


def numbers(count):
    return [f"{number(50 + place)}0" for place in range(count)]


def test_all_of_a_sound_nation_can_be_used(folders):
    done = judged(folders)
    assert (done.exit_code, done.exception) == (0, None)
    assert "cannot be used" not in done.stdout


def test_what_is_withdrawn_says_its_key_and_can_be_used(folders):
    like(folders[0], "tk", SO_TK=numbers(1), OP=["D"], NGAY_DK=pa.array([None], pa.string()))
    assert "cannot be used" not in judged(folders).stdout


def test_a_day_that_nobody_lives_to_see_is_none(folders, tmp_path):
    days = ["294247-01-10 04:00:54", "9999-12-31", "1970-01-01 10:00:00", "2025-03-04 10:00:00"]
    like(folders[0], "tk", SO_TK=numbers(4), NGAY_DK=days)
    done = judged(folders)
    assert done.exit_code == 1
    assert "tk: 3 rows cannot be used, by their NGAY_DK" in done.stdout
    assert "3 declarations" in done.stdout
    found = read_declarations(folders[0], LIMITS)
    assert (len(found), found.unread) == (3, 3)
    page = tmp_path / "page.html"
    told = reported(folders[0], page)
    assert told.exit_code == 1
    for text in (told.stdout, page.read_text(encoding="utf-8")):
        assert "tk: 3 rows cannot be used, by their NGAY_DK" in " ".join(text.split())


@pytest.mark.parametrize("column", ["KH_DEN", "TT_DI", "TT_DEN"])
def test_no_time_of_a_trip_stops_the_judge(folders, column):
    trip = {"SEQ_NO": "1", "OP": "I", "SO_VC": "V", "PLATE": "P", "SO_TK": f"{number(0)}0"}
    times = {"KH_DEN": "2025-03-03 10:00:00", "TT_DI": "2025-03-03 08:00:00"}
    times |= {"TT_DEN": "2025-03-03 12:00:00"} | {column: "294247-01-10 04:00:54"}
    pq.write_table(pa.Table.from_pylist([trip | times]), folders[0] / "vanchuyen_1.parquet")
    scale = {"SITE": "S", "TICKET": "1", "PLATE": "P", "NET_KG": "1e999", "TS": "never"}
    pq.write_table(pa.Table.from_pylist([scale]), folders[0] / "weighbridge_1.parquet")
    done = judged(folders)
    assert f"vanchuyen: 1 row cannot be used, by their {column}" in done.stdout
    assert "weighbridge: 1 row cannot be used, by their NET_KG, TS" in done.stdout


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("SO_TK", [1e300, 2e300]),
        pytest.param("STT", ["0", "51"], marks=pytest.mark.full),
        pytest.param("MA_HS", ["8471", "8471302x"], marks=pytest.mark.full),
        ("TRI_GIA_TT", [float("inf"), float("nan")]),
        pytest.param("TRI_GIA_TT", ["-5", "5.5"], marks=pytest.mark.full),
        ("LUONG1", ["-1e308", TOO_LONG]),
        pytest.param("TEN_HANG", [b"\xff\xfe", b"\xff"], marks=pytest.mark.full),
        pytest.param("TEN_HANG", [{"vi": "x"}, {"vi": "y"}], marks=pytest.mark.full),
    ],
)
def test_values_that_no_column_can_hold_are_told_by_both(folders, tmp_path, column, values):
    keys = {} if column == "SO_TK" else {"SO_TK": numbers(2)}
    like(folders[0], "hang", **keys | {column: values})
    page = tmp_path / "page.html"
    expected = f"hang: 2 rows cannot be used, by their {column}"
    assert expected in judged(folders).stdout
    told = reported(folders[0], page)
    # The report does not look at names.
    is_looked_at = column != "TEN_HANG"
    assert told.exit_code == is_looked_at
    for text in (told.stdout, page.read_text(encoding="utf-8")):
        assert (expected in " ".join(text.split())) == is_looked_at
