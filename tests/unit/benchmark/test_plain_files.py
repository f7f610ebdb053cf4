"""A pipe or a device is told, not waited for, and no file is read without bound."""

import os
from pathlib import Path

import pytest

from benchmark.outside import connection, read_declarations
from benchmark.outside_files import attach
from benchmark.results_page import read_contest
from benchmark.rounds import reveal
from benchmark.selection import read_selection
from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from tests.unit.benchmark.nations import LIMITS, MONDAY, registered, write_world


@pytest.mark.parametrize("name", ["tk_a.csv", "tk_a.csv.gz", "tk_a.parquet", "tk_a.jsonl"])
def test_a_pipe_named_like_a_table_is_told(tmp_path, name):
    world = write_world(tmp_path / "world", [registered(1, MONDAY)])
    os.mkfifo(world / name)
    with pytest.raises(CustomsDataError, match=rf"{name}: expected a file of the outside formats"):
        read_declarations(world, LIMITS)


def test_where_broken_files_are_left_out_a_pipe_is_one(tmp_path):
    world = write_world(tmp_path / "world", [registered(1, MONDAY)])
    os.mkfifo(world / "tk_a.csv")
    with connection(LIMITS) as opened:
        found = attach(opened, world, {"tk": ("SO_TK",)}, skips_broken=True)
    assert (found.files, found.unread) == ({"tk": 1}, ("tk_a.csv",))


def test_json_is_read_from_plain_files_alone(tmp_path):
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(CustomsDataError, match="expected a JSON file, found a pipe or a dev"):
            read_contest(path)
        with pytest.raises(CustomsDataError, match="found a pipe or a device; give a file of cust"):
            reveal(path, path, None)


def test_a_selection_is_read_from_a_plain_file_alone(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path, found in ((pipe, "a pipe or a device"), (tmp_path, "a folder")):
        with pytest.raises(CustomsDataError, match=f"expected a selection .*, found {found}$"):
            read_selection(path)


def test_json_is_read_up_to_a_size(tmp_path):
    path = tmp_path / "long.json"
    path.touch()
    os.truncate(path, 2**40)
    with pytest.raises(
        CustomsDataError, match=r"long\.json: expected a JSON file of 268,435,456 by"
    ):
        read_json(path, dict, remedy="give another")
