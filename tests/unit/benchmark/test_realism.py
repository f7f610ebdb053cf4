"""The realism report: which rows count, verdicts, and the page."""

import gzip
import json
import re

import pyarrow.parquet as pq
import pytest

from benchmark.realism import figures
from benchmark.realism.figures import Basis, Figure, Verdict, load_figures
from benchmark.realism.folder import TABLES
from benchmark.realism.page import render, write
from benchmark.realism.report import as_payload, is_within, measure
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import mark
from tests.unit.benchmark.nations import loss, write_truth
from tests.unit.benchmark.realism_rows import DAY, found, hang, put, tk
from tests.unit.ingestion.files import csv_text


def test_a_declaration_counts_once_in_its_highest_version_and_latest_row(tmp_path):
    put(tmp_path, "vcis/tk_20240305_00.csv.gz", [tk(1), tk(2)])
    amended = [
        tk(1, seq=4, TONG_TG_TT="100"),
        tk(1, version=1, seq=5, TONG_TG_TT="300", LAN_SUA="1"),
    ]
    put(tmp_path, "vcis/tk_20240306_00.csv", amended)
    put(tmp_path, "vcis/tk_20240307_00.csv", amended[1:])
    put(tmp_path, "vcis/hang_20240305_00.csv", [hang(1, 1), hang(1, 2), hang(2, 1)])
    put(tmp_path, "vcis/hang_20240306_00.csv", [hang(1, 1, version=1, seq=9)] * 2)
    shown = found(tmp_path)
    assert shown["amended_share"] == (0.5, 2)
    assert shown["items_mean"] == (1.0, 2)


def test_a_withdrawn_version_leaves_the_one_before(tmp_path):
    put(tmp_path, "tk_20240305.csv", [tk(1), tk(1, version=1, seq=2), tk(2), tk(3)])
    put(tmp_path, "tk_20240306.csv", [tk(1, version=1, seq=3, OP="D"), tk(3, seq=9, OP="D")])
    put(tmp_path, "hang_20240305.csv", [hang(1, 1), hang(1, 2), hang(1, 1, version=1), hang(2)])
    shown = found(tmp_path)
    assert shown["amended_share"] == (0.0, 2)
    assert shown["items_mean"] == (1.5, 2)


def test_forms_may_be_mixed_and_columns_may_move(tmp_path):
    put(tmp_path, "a/tk_1.parquet", [tk(1), tk(2)])
    moved = dict(reversed(tk(3, seq=7).items())) | {"NEW": "x"}
    put(tmp_path, "b/tk_2.csv.gz", [moved])
    put(tmp_path, "b/tk_3.csv", [{k: v for k, v in tk(4).items() if v}])
    assert found(tmp_path)["amended_share"] == (0.0, 4)


def test_warm_up_and_test_offices_are_left_out(tmp_path):
    rows = [tk(1), tk(2, NGAY_DK="2024-02-29 10:00:00"), tk(3, MA_HQ="88AB")]
    put(tmp_path, "tk_1.csv", [*rows, tk(4, NGAY_DK="2024-03-08 00:00:00")])
    arguments = {"first_date": "2024-03-01", "days": 7, "scale": 0.01, "only": []}
    (tmp_path / "world.json").write_text(json.dumps({"arguments": arguments}))
    report = measure(tmp_path)
    assert (report.declarations, str(report.first_day)) == (1, DAY)
    (volume,) = [r for r in report.results if r.figure.key == "declarations_a_year"]
    assert volume.generated == pytest.approx(365 / 7)
    assert volume.target == pytest.approx(137_000)


@pytest.mark.parametrize(
    "wrong",
    [{"days": "x"}, {"days": [1]}, {"days": 10**12}, {"first_date": 7}, {"first_date": "x"}],
)
def test_days_that_there_are_not_are_told(tmp_path, wrong):
    put(tmp_path, "tk_1.csv", [tk(1)])
    arguments = {"first_date": "2024-03-01", "days": 7, **wrong}
    (tmp_path / "world.json").write_text(json.dumps({"arguments": arguments}))
    with pytest.raises(CustomsDataError, match=r"world\.json, arguments: expected first_date as"):
        measure(tmp_path)


def test_old_encodings_are_read_and_broken_files_named(tmp_path):
    row = {"MA_DN": "0100000001", "TEN_DN": "x", "TRANG_THAI": "00", "UU_TIEN": "1"}
    put(tmp_path, "tk_1.csv", [tk(1, MA_DN="0100000001", TONG_TG_TT="5")])
    (tmp_path / "dn_202402.csv").write_bytes(
        csv_text([row]).replace("x", "\xae\xb8").encode("latin-1")
    )
    (tmp_path / "dn_202403.csv").write_bytes(csv_text([row | {"UU_TIEN": "0"}]).encode("utf-16"))
    (tmp_path / "tk_2.csv.gz").write_bytes(gzip.compress(csv_text([tk(2)]).encode())[:-20])
    (tmp_path / "hang_1.parquet").write_bytes(b"PAR1 no table")
    report = measure(tmp_path)
    assert report.unread == ("dn_202403.csv", "hang_1.parquet", "tk_2.csv.gz")
    assert report.files == {"tk": 1, "dn": 1}
    shown = {r.figure.key: r for r in report.results}
    assert shown["trader_count"].verdict is Verdict.ABSENT
    assert shown["aeo_value_share"].generated == 1.0
    assert shown["items_mean"].verdict is Verdict.ABSENT


@pytest.mark.parametrize(
    ("measured", "present", "verdict"),
    [
        ((0.5, 10), ("tk",), Verdict.WITHIN),
        ((0.4, 10), ("tk",), Verdict.WITHIN),
        ((0.61, 10), ("tk",), Verdict.OFF),
        ((0.61, 9), ("tk",), Verdict.TOO_FEW),
        ((None, 10), ("tk",), Verdict.TOO_FEW),
        ((0.5, 10), ("hang",), Verdict.ABSENT),
    ],
)
def test_verdicts(measured, present, verdict):
    figure = Figure(
        "f", "lanes", "F", Basis.INPUT, 0.5, 0.4, 0.6, "share", 10, ("tk",), "source", "how"
    )
    assert figures.judge(figure, measured, present=present, arguments={}).verdict is verdict


def test_a_scaled_figure_has_a_floor_and_needs_its_argument():
    figure = Figure(
        "f", "volume", "F", Basis.INPUT, 100.0, 50.0, 200.0, "count", 1, (), "s", "h", "scale", 3.0
    )
    assert figure.scaled({"scale": 0.1}) == (10.0, 5.0, 20.0)
    assert figure.scaled({"scale": 0.001}) == (3.0, 1.5, 6.0)
    assert figure.scaled({}) is None


def test_every_figure_is_sound_and_only_an_off_one_counts(tmp_path):
    put(tmp_path, "tk_1.csv", [tk(1)])
    report = measure(tmp_path)
    assert [r.figure for r in report.results] == list(load_figures())
    for figure in load_figures():
        assert figure.low <= figure.target <= figure.high
        assert figure.group in figures.load_groups()
        assert set(figure.needs) <= {*TABLES, "truth"}
        assert figure.source
        assert figure.basis is Basis.INPUT or (
            figure.source.startswith("Assumption") == (figure.basis is Basis.ASSUMPTION)
        )
        assert figure.how
    assert is_within(report)
    payload = as_payload(report)
    assert payload["counts"]["off"] == 0
    assert sum(payload["counts"].values()) == len(payload["figures"]) == len(report.results)
    for verdict, count in payload["counts"].items():
        assert count == sum(counts[verdict] for counts in payload["counts_by_basis"].values())


def test_the_page_stands_alone_and_is_the_same_twice(tmp_path):
    put(tmp_path / "in", "tk_1.csv", [tk(n, TEN_DT="<script>") for n in range(3)])
    put(tmp_path / "in", "hang_1.csv", [hang(n) for n in range(3)])
    write(measure(tmp_path / "in"), tmp_path / "out" / "page.html")
    page = (tmp_path / "out" / "page.html").read_text(encoding="utf-8")
    assert page == render(measure(tmp_path / "in"))
    assert page.count("<svg") >= 5
    assert "Goods items per declaration, mean" in page
    assert page.count('class="tag assumption"') == sum(
        figure.basis is Basis.ASSUMPTION for figure in load_figures()
    )
    assert "the truth was not given" in page
    assert "src=" not in page
    assert "<script" not in page
    assert str(tmp_path) not in page


def test_the_truth_is_looked_at_before_the_files(tmp_path):
    files, truth = tmp_path / "files", write_truth(tmp_path / "truth", [loss(0, 1)])
    mark(files, "one nation")
    # Files that would not be refused before they are read.
    (files / "tk_1.csv").touch()
    with pytest.raises(CustomsDataError, match=r"items\.parquet: expected a file of the truth"):
        measure(files, truth=tmp_path)
    (truth / "world.json").write_text('{"out": "../files", "nation": "another"}')
    with pytest.raises(CustomsDataError, match="found those of another"):
        measure(files, truth=truth)
    (truth / "world.json").write_text('{"out": "../files", "nation": "one nation"}')
    with pytest.raises(CustomsDataError, match="no outside files that can be read"):
        measure(files, truth=truth)


def test_a_file_whose_values_cannot_all_be_read_is_left_out(tmp_path):
    rows = [tk(n, TONG_TG_TT=str(n * 7919), TEN_DT=f"x{n}") for n in range(3000)]
    put(tmp_path, "tk_1.csv", [tk(9_000)])
    put(tmp_path, "tk_2.parquet", rows)
    path = tmp_path / "tk_2.parquet"
    group = pq.read_metadata(path).row_group(0)
    (chunk,) = (
        group.column(place)
        for place in range(group.num_columns)
        if group.column(place).path_in_schema == "TONG_TG_TT"
    )
    first = chunk.dictionary_page_offset or chunk.data_page_offset
    content = bytearray(path.read_bytes())
    middle = first + chunk.total_compressed_size // 2
    content[middle : middle + 8] = bytes(one ^ 0xFF for one in content[middle : middle + 8])
    path.write_bytes(content)
    report = measure(tmp_path)
    assert (report.unread, report.declarations) == (("tk_2.parquet",), 1)


def test_too_few_observations_are_told_with_those_needed(tmp_path):
    put(tmp_path, "tk_1.csv", [tk(1), tk(2)])
    steps = []
    report = measure(tmp_path, progress=steps.append)
    assert steps[:2] == ["reading the files", "bringing 1 table into order"]
    few = [one for one in report.results if one.verdict is Verdict.TOO_FEW]
    assert few
    page = render(report)
    for one in few:
        assert f"too few observations<small>of {one.figure.least:,} needed</small>" in page
    box = r'<div class="wide" tabindex="0" role="region" aria-label="[^"]+"><table>'
    assert page.count("<table>") == len(re.findall(box, page)) > 2
    assert "<th></th>" not in page


def test_what_is_no_nation_is_refused(tmp_path):
    with pytest.raises(CustomsDataError, match="not a folder"):
        measure(tmp_path / "none")
    with pytest.raises(CustomsDataError, match="no outside files"):
        measure(tmp_path)
    put(tmp_path, "tk_1.csv", [tk(1)])
    (tmp_path / "world.json").write_text("[]")
    with pytest.raises(CustomsDataError, match=r"world\.json"):
        measure(tmp_path)
