"""The truth is read as published, by one module alone."""

import os
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmark.truth import (
    read_irregular,
    read_schemes,
    read_slips,
    read_truth,
    refuse_as_world,
    refuse_lacking,
)
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import mark
from tests.architecture.tree import REPOSITORY
from tests.unit.benchmark.nations import loss, write_truth


def test_a_loss_on_many_rows_is_one_with_its_largest_amount(tmp_path):
    rows = [
        loss(1, 100, loss_id="X"),
        loss(2, 300, loss_id="X", collectable_share=0.5),
        loss(2, 200, loss_id="X", stt=2),
        loss(3, 50, loss_id="Y"),
    ]
    truth = read_truth(write_truth(tmp_path, rows))
    assert truth.losses.ids.to_pylist() == ["X", "Y"]
    assert truth.losses.money.tolist() == [150.0, 50.0]
    assert truth.place_loss.tolist() == [0, 0, 1]


def test_what_a_loss_is_seen_by_becomes_a_mask(tmp_path):
    rows = [loss(1, 1, visible_by="audit, documents"), loss(2, 1, visible_by="physical")]
    assert read_truth(write_truth(tmp_path, rows)).losses.sights.tolist() == [5, 2]


def test_a_mistake_has_no_scheme(tmp_path):
    rows = [loss(1, 1, scheme_id=None, intent=0), loss(2, 1)]
    assert read_truth(write_truth(tmp_path, rows)).losses.scheme.tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"visible_by": "smell"}, "found 'smell'"),
        ({"so_tk_goc": "x"}, r"row 2, so_tk_goc: expected text .* found 'x'"),
        ({"so_tk_goc": None}, r"row 2, so_tk_goc: expected text .* found nothing"),
        ({"loss_id": None}, "row 2, loss_id: expected text .* found nothing"),
        ({"collectable_share": 1.5}, "row 2, collectable_share: expected a number from 0 to 1"),
        ({"collectable_share": float("nan")}, "row 2, collectable_share: .* found nan"),
        ({"duty_evaded_vnd": None}, "row 2, duty_evaded_vnd: .* found nothing"),
        ({"starts_on": None}, "row 2, starts_on: expected a value, found nothing"),
        ({"shows_on": None}, "row 2, shows_on: expected a value, found nothing"),
    ],
)
def test_what_is_not_of_the_format_is_told(tmp_path, change, expected):
    rows = [loss(1, 1), loss(2, 1, **change)]
    for read in (read_truth, read_irregular):
        with pytest.raises(CustomsDataError, match=expected):
            read(write_truth(tmp_path, rows))


@pytest.mark.parametrize("money", [2**53, 2**53 + 1, 2**61])
def test_an_amount_that_cannot_be_added_up_exactly_is_told(tmp_path, money):
    rows = [loss(1, 1), loss(2, money)]
    for read in (read_truth, read_irregular):
        with pytest.raises(CustomsDataError, match=r"row 2, duty_evaded_vnd: expected a number"):
            read(write_truth(tmp_path, rows))
    assert len(read_truth(write_truth(tmp_path, [loss(1, 2**53 - 1)])).losses) == 1


@pytest.mark.parametrize("name", ["items", "traders", "schemes", "slips"])
def test_a_file_that_is_broken_or_lacks_is_told_by_its_name(tmp_path, name):
    write_truth(tmp_path, [loss(1, 1)])
    path = tmp_path / f"{name}.parquet"
    read = {"schemes": read_schemes, "slips": read_slips}.get(name, read_truth)
    sound = path.read_bytes()
    for size in (0, 40, len(sound) - 9):
        path.write_bytes(sound[:size])
        with pytest.raises(CustomsDataError, match=rf"{name}\.parquet: .* found a broken file"):
            read(tmp_path)
    path.unlink()
    with pytest.raises(CustomsDataError, match=rf"{name}\.parquet: .* found none"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "column"),
    [("items", "mechanism"), ("items", "starts_on"), ("traders", "role"), ("slips", "so_phieu")],
)
def test_a_column_of_lists_is_told(tmp_path, name, column):
    path = write_truth(tmp_path, [loss(1, 1)]) / f"{name}.parquet"
    table = pq.read_table(path)
    lists = pa.array([["x"]] * table.num_rows, pa.list_(pa.string()))
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, column, lists), path)
    read = {"slips": read_slips}.get(name, read_truth)
    with pytest.raises(CustomsDataError, match=rf"{column}: expected \w+, found list"):
        read(tmp_path)


def test_what_stands_there_twice_is_told(tmp_path):
    write_truth(tmp_path, [loss(1, 1), loss(1, 1)])
    for read in (read_truth, read_irregular):
        with pytest.raises(CustomsDataError, match="so_tk_goc, stt, loss_id once each"):
            read(tmp_path)


def test_a_mechanism_that_no_scheme_has_is_told(tmp_path):
    rows = [loss(1, 1), loss(2, 1, mechanism="undervaluatoin"), loss(3, 1, mechanism="mistake")]
    rows[2]["scheme_id"] = None
    write_truth(tmp_path, rows)
    pq.write_table(pa.table({"mechanism": ["undervaluation"]}), tmp_path / "schemes.parquet")
    told = r"items\.parquet, mechanism: expected those of schemes\.parquet, found 'undervaluatoin'$"
    with pytest.raises(CustomsDataError, match=told):
        read_truth(tmp_path)


def test_a_lacking_column_and_a_lacking_file_are_told(tmp_path):
    with pytest.raises(CustomsDataError, match="expected a file of the truth format"):
        read_truth(tmp_path)
    write_truth(tmp_path, [loss(1, 1)])
    table = pq.read_table(tmp_path / "items.parquet").drop_columns(["loss_id"])
    pq.write_table(table, tmp_path / "items.parquet")
    with pytest.raises(CustomsDataError, match="found no loss_id, but true_hs"):
        read_truth(tmp_path)
    pq.write_table(pa.table({"x": [1]}), tmp_path / "items.parquet")
    with pytest.raises(CustomsDataError, match=r"shows_on; found x$"):
        read_truth(tmp_path)


def test_an_older_truth_that_does_not_tell_from_when_on_a_loss_shows_is_refused(tmp_path):
    write_truth(tmp_path, [loss(1, 1)])
    table = pq.read_table(tmp_path / "items.parquet").drop_columns(["shows_on"])
    pq.write_table(table, tmp_path / "items.parquet")
    for read in (read_truth, read_irregular):
        with pytest.raises(CustomsDataError, match=r"expected the columns .*; found no shows_on"):
            read(tmp_path)


def test_the_folder_of_the_one_is_not_taken_for_that_of_the_other(tmp_path):
    world, truth = tmp_path / "world", write_truth(tmp_path / "truth", [loss(1, 1)])
    mark(world, "one")
    (truth / "world.json").write_text('{"out": "../world"}')
    with pytest.raises(CustomsDataError, match=rf"that of the truth; name {world}$"):
        refuse_as_world(truth)
    refuse_as_world(world)
    with pytest.raises(CustomsDataError, match=r"found none; .*world has the outside files"):
        read_truth(world)


@pytest.mark.parametrize("name", ["so_tk_goc", "mechanism", "loss_id"])
def test_a_code_that_is_a_number_is_told(tmp_path, name):
    path = write_truth(tmp_path, [loss(1, 1)]) / "items.parquet"
    table = pq.read_table(path)
    place = table.column_names.index(name)
    pq.write_table(table.set_column(place, name, pa.array([30000000001])), path)
    with pytest.raises(CustomsDataError, match=f"{name}: expected text, found int64"):
        read_truth(tmp_path)


def test_traders_are_text_and_there_are_some(tmp_path):
    path = write_truth(tmp_path, [loss(1, 1)]) / "traders.parquet"
    for name in ("ma_dn", "role"):
        traders = {"ma_dn": ["A"], "role": ["honest"], name: [7]}
        pq.write_table(pa.table(traders), path)
        with pytest.raises(
            CustomsDataError, match=rf"traders\.parquet, {name}: expected text, fou"
        ):
            read_truth(tmp_path)
    pq.write_table(pa.table(dict.fromkeys(("ma_dn", "role"), pa.array([], pa.string()))), path)
    with pytest.raises(CustomsDataError, match=r"traders\.parquet: expected a row for each trader"):
        read_truth(tmp_path)


@pytest.mark.parametrize("name", ["schemes", "slips"])
def test_a_truth_is_four_tables_read_or_not(tmp_path, name):
    path = write_truth(tmp_path, [loss(1, 1)]) / f"{name}.parquet"
    path.unlink()
    for there in (lambda: None, lambda: os.mkfifo(path)):
        there()
        for refuse in (read_truth, refuse_lacking):
            with pytest.raises(CustomsDataError, match=rf"{name}\.parquet: .* found none"):
                refuse(tmp_path)


def test_a_text_that_is_told_shows_no_code_of_a_trader(tmp_path):
    write_truth(tmp_path, [loss(1, 1, so_tk_goc="0100000017")])
    with pytest.raises(CustomsDataError, match=r"found '\[10 digits\]'$"):
        read_truth(tmp_path)


def test_no_other_module_of_the_benchmark_names_the_files_of_truth():
    files = sorted((REPOSITORY / "benchmark").rglob("*.*"))
    named = [
        f.name for f in files if f.suffix in {".py", ".sql"} and "items.parquet" in f.read_text()
    ]
    assert named == ["truth.py"]


def test_the_starts_are_days(tmp_path):
    truth = read_truth(write_truth(tmp_path, [loss(1, 1)]))
    assert truth.losses.starts.astype("datetime64[D]") == np.datetime64("2025-03-03")


def test_a_loss_shows_with_the_first_of_its_rows(tmp_path):
    days = [date(2025, 3, 9), date(2025, 3, 5), date(2025, 3, 7)]
    rows = [loss(i, 1, loss_id="X", shows_on=own) for i, own in enumerate(days)]
    shows = read_truth(write_truth(tmp_path, rows)).losses.shows
    assert shows.astype("datetime64[D]").tolist() == [days[1]]
