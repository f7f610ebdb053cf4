"""What grows with the days lived lies on disk once it is long, and says the same."""

import gc
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from simulator.arguments import SimulationArguments
from simulator.chronicle.life import Chronicle
from simulator.chronicle.living import live_through
from simulator.kernel import kept
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.kept import Kept
from simulator.world import nation_of


@dataclass(frozen=True, slots=True)
class Row:
    number: Ints
    share: Floats


def part(first: int, count: int) -> Row:
    number = np.arange(first, first + count)
    return Row(number, number / 7)


@pytest.mark.parametrize("held_bytes", [0, 200, 10**6])
def test_parts_come_back_in_their_order_however_much_is_held(tmp_path, monkeypatch, held_bytes):
    monkeypatch.setattr(kept, "_HELD_BYTES", held_bytes)
    rows: Kept[Row] = Kept(tmp_path)
    for first, count in ((0, 5), (5, 0), (5, 20)):
        rows.append(part(first, count))
        assert rows.whole().number.tolist() == list(range(first + count))
    rows.append(part(25, 3))
    whole = rows.whole()
    assert whole.share.tolist() == (np.arange(28) / 7).tolist()
    assert any(tmp_path.iterdir()) == (held_bytes < 28 * 16)


@pytest.mark.parametrize("held_bytes", [0, 10**6])
def test_a_copy_goes_on_for_itself(monkeypatch, held_bytes):
    monkeypatch.setattr(kept, "_HELD_BYTES", held_bytes)
    rows: Kept[Row] = Kept()
    rows.append(part(0, 9))
    other = rows.copy()
    other.append(part(9, 3))
    rows.append(part(20, 1))
    assert other.whole().number.tolist() == list(range(12))
    assert rows.whole().number.tolist() == [*range(9), 20]


def test_files_of_nobodys_folder_go_with_their_owner(monkeypatch):
    monkeypatch.setattr(kept, "_HELD_BYTES", 0)
    rows: Kept[Row] = Kept()
    rows.append(part(0, 9))
    whole, folder = rows.whole(), rows._folder
    assert isinstance(folder, Path)
    assert len(list(folder.iterdir())) == len(fields(Row))
    del rows
    gc.collect()
    assert not folder.exists()
    assert whole.number.tolist() == list(range(9))


def lived(folder: Path) -> Chronicle:
    arguments = SimulationArguments(
        out=folder, first_date=date(2025, 1, 1), days=90, scale=0.001, seed=4, warmup_days=60
    )
    return live_through(nation_of(arguments), None, folder)


def test_a_life_on_disk_is_the_life_in_memory(tmp_path, monkeypatch):
    memory = lived(tmp_path)
    assert not any(tmp_path.iterdir())
    monkeypatch.setattr(kept, "_HELD_BYTES", 0)
    disk = lived(tmp_path)
    # Follow-ups, ledger, ranks, pairs, grants, sanctions, what is overdue; of audits what they may
    # find, the audits, and what they found.
    assert len(list(tmp_path.iterdir())) == 10
    for name in ("follow_ups", "ledger", "grants", "overdue", "pairs", "sanctions"):
        own, other = getattr(memory, name), getattr(disk, name)
        assert len(next(iter(columns(own).values())))
        for column, values in columns(own).items():
            assert np.array_equal(values, columns(other)[column]), (name, column)
    assert np.array_equal(memory.audited.audit, disk.audited.audit)
    assert np.array_equal(memory.audited.item, disk.audited.item)
    for column, values in columns(memory.audited.audits).items():
        assert np.array_equal(values, columns(disk.audited.audits)[column]), column
    week = disk.states.weeks - 1
    assert np.array_equal(memory.ranks.of_week(week), disk.ranks.of_week(week))
    assert (np.diff(disk.follow_ups.day) >= 0).all()


def test_pieces_are_the_whole_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_PIECE_ROWS", 4)
    monkeypatch.setattr(kept, "_HELD_BYTES", 0)
    rows: Kept[Row] = Kept(tmp_path)
    rows.append(part(0, 0))
    assert [len(some.number) for some in rows.pieces()] == [0]
    rows.append(part(0, 6))
    rows.append(part(6, 3))
    assert [some.number.tolist() for some in rows.pieces()] == [[0, 1, 2, 3], [4, 5, 6, 7], [8]]


def columns(record: object) -> dict[str, np.ndarray]:
    return {item.name: getattr(record, item.name) for item in fields(record)}
