"""Outside files whose columns are named otherwise: refused with file, expected and found."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmark.mechanisms.judge import judge_mechanisms
from benchmark.nation import read_nation
from benchmark.outside import connection, load
from benchmark.outside_files import attach
from benchmark.realism.report import measure
from data_contracts.errors import CustomsDataError
from tests.builders import csv_bytes, write_csv
from tests.unit.benchmark.nations import LIMITS, MONDAY, many, registered, write_truth, write_world


@pytest.fixture
def nation(tmp_path):
    rows, losses = many(2, 20)
    return write_world(tmp_path / "world", rows), write_truth(tmp_path / "truth", losses), rows


def renamed(rows, old, new):
    return [{new if name == old else name: value for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("name", ["tk_2.csv", "tk_2.csv.gz", "tk_2.parquet"])
def test_a_renamed_key_is_refused_by_whatever_reads_it(nation, name):
    world, truth, rows = nation
    path = world / "vcis" / name
    wrong = renamed(rows, "SO_TK", "SOTK")
    if name.endswith(".parquet"):
        texts = [{name: str(value) for name, value in row.items()} for row in wrong]
        pq.write_table(pa.Table.from_pylist(texts), path)
    else:
        write_csv(path, wrong)
    told = rf"{name}, header: expected the columns .*SO_TK.*; found no SO_TK, but SOTK; name"
    for read in (
        lambda: read_nation(truth, world, LIMITS),
        lambda: measure(world),
        lambda: judge_mechanisms(world, truth, LIMITS),
    ):
        with pytest.raises(CustomsDataError, match=told):
            read()


def test_a_column_that_is_named_as_in_no_other_file_is_refused(nation):
    world, truth, rows = nation
    write_csv(world / "vcis" / "tk_2.csv", renamed(rows, "MA_DN", "MA_DOANH_NGHIEP"))
    with pytest.raises(CustomsDataError, match=r"columns MA_DN; found MA_DOANH_NGHIEP; name the"):
        read_nation(truth, world, LIMITS)


def test_an_object_without_its_key_is_refused(tmp_path):
    path = tmp_path / "scan_20250303.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps({"scanId": "1", "decision": "NORMAL"}).encode()))
    asked = {"scan": ("scan_id", "decision")}
    with (
        connection(LIMITS) as opened,
        pytest.raises(CustomsDataError, match=r"line 1: .* found no scan_id, but scanId; name"),
    ):
        attach(opened, tmp_path, asked)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (lambda text: text.replace(b",", b";"), "separated by semicolons: separate them by commas"),
        (lambda text: text.decode().encode("utf-16"), "looks like UTF-16: save it as UTF-8"),
    ],
)
def test_another_separator_or_code_page_is_told(tmp_path, change, hint):
    text = csv_bytes([registered(0, MONDAY)])
    (tmp_path / "tk_1.csv").write_bytes(change(text))
    with connection(LIMITS) as opened, pytest.raises(CustomsDataError, match=hint):
        load(opened, tmp_path, ("tk",))
