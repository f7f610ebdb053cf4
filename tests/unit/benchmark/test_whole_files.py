"""Where the disk is full a result is whole or not there, what was there stays, and it is named."""

import resource
from contextlib import contextmanager

import numpy as np
import pytest

from benchmark.rounds import new_round, write_round
from benchmark.selection import checks, write_selection
from benchmark.selection_texts import FORMS
from orchestration.cli.output import write_page

ROOM_BYTES = 600


@contextmanager
def full_disk():
    """Let no file grow over some bytes meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def many_checks():
    numbers = np.random.default_rng(1).integers(10**10, 10**11, 5000)
    return checks(numbers, 0, np.zeros(5000, dtype=np.int64), np.arange(1, 5001))


@pytest.mark.parametrize("ending", FORMS)
def test_a_selection_is_whole_or_not_there(tmp_path, ending):
    path = tmp_path / f"mine{ending}"
    for before in ([], [path]):
        with full_disk(), pytest.raises(OSError, match="too large") as told:
            write_selection(many_checks(), path)
        assert told.value.filename == str(path)
        assert list(tmp_path.iterdir()) == before
        path.write_text("old")
    assert path.read_text() == "old"


def test_a_page_is_whole_or_the_old_one(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("old")
    with full_disk(), pytest.raises(OSError, match="too large") as told:
        write_page(page, "new" * ROOM_BYTES)
    assert told.value.filename == str(page)
    assert page.read_text() == "old"
    assert list(tmp_path.iterdir()) == [page]


def test_a_round_is_whole_or_not_there(tmp_path):
    made = new_round([2**60], {}, None)
    with full_disk(), pytest.raises(OSError, match="too large") as told:
        write_round(new_round(list(range(2**60, 2**60 + 40)), {}, None), tmp_path)
    assert told.value.filename == str(tmp_path / "secret.json")
    assert list(tmp_path.iterdir()) == []
    write_round(made, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"commitment.json", "secret.json"}
