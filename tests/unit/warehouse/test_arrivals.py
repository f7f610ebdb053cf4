"""What is offered for landing, and what does not come in at the door."""

import gzip
import os
from pathlib import Path

import pytest

from data_contracts.errors import SourceUnavailableError
from tests.other_account import opens_folders, reachable, said_without_rights
from warehouse import arrivals
from warehouse.arrivals import Arrival, Inspected, Refusal
from warehouse.settings import LakeSettings

SETTINGS = LakeSettings(home=Path("unused"), landing_max_file_mb=30)


def _names(found: list[Arrival | Refusal]) -> list[str]:
    return [entry.name for entry in found]


def _inspect(path: Path, settings: LakeSettings = SETTINGS) -> Inspected | Refusal:
    return arrivals.inspect(Arrival(path, path.name), settings)


def _defect(path: Path) -> str | None:
    inspected = _inspect(path)
    assert isinstance(inspected, Inspected)
    return inspected.defect.reason_code if inspected.defect else None


def test_folders_are_walked_in_sorted_order_without_hidden_files_and_receipts(
    tmp_path: Path,
) -> None:
    for name in ("b/2.csv", "b/10.csv", "a.csv", ".hidden", ".git/x.csv", f"b/{'0' * 64}.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert _names(arrivals.find([tmp_path])) == ["a.csv", "b/10.csv", "b/2.csv"]


def test_a_hidden_file_that_is_named_is_landed(tmp_path: Path) -> None:
    path = tmp_path / ".tk_1.csv"
    path.write_text("x")
    assert _names(arrivals.find([path])) == [".tk_1.csv"]


def test_a_missing_path_is_an_error_before_anything_else(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"no file or folder .*nothing\.csv"):
        arrivals.find([tmp_path, tmp_path / "nothing.csv"])


def test_links_are_followed_inside_the_folder_only(tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text("x")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.csv").write_text("x")
    (folder / "inside.csv").symlink_to(folder / "a.csv")
    (folder / "outside.csv").symlink_to(outside)
    (folder / "nowhere.csv").symlink_to(folder / "gone.csv")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    found = {entry.name: entry for entry in arrivals.find([folder])}
    assert isinstance(found["inside.csv"], Arrival)
    codes = {name: e.reason_code for name, e in found.items() if isinstance(e, Refusal)}
    assert codes == {
        "outside.csv": "E_PATH_OUTSIDE",
        "nowhere.csv": "E_FILE_UNREADABLE",
        "loop": "E_NOT_A_FILE",
    }


def test_a_pipe_is_refused_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tk_1.csv")
    (found,) = arrivals.find([tmp_path])
    assert isinstance(found, Refusal)
    assert found.reason_code == "E_NOT_A_FILE"


def test_a_name_that_is_no_text_becomes_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"tk_\xff.csv")
    (tmp_path / name).write_text("x")
    (found,) = arrivals.find([tmp_path])
    assert found.name == "tk_\ufffd.csv"


@opens_folders
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tk_1.csv"
    path.write_text("x")
    path.chmod(0)

    def codes() -> list[str]:
        found = [_inspect(readable), _inspect(path)]
        return [one.reason_code if isinstance(one, Refusal) else "none" for one in found]

    with reachable(path) as readable:
        assert said_without_rights(codes) == ["none", "E_FILE_UNREADABLE"]


def test_a_file_that_vanished_is_refused(tmp_path: Path) -> None:
    inspected = _inspect(tmp_path / "gone.csv")
    assert isinstance(inspected, Refusal)
    assert inspected.reason_code == "E_FILE_UNREADABLE"


def test_an_empty_file_is_received_with_its_defect(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    assert _defect(path) == "E_FILE_EMPTY"


def test_a_file_above_the_limit_is_not_received(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(31_000_000)
    inspected = _inspect(path)
    assert isinstance(inspected, Refusal)
    assert inspected.reason_code == "E_FILE_TOO_LARGE"


def test_a_gzip_is_measured_unpacked_over_all_its_members(tmp_path: Path) -> None:
    path = tmp_path / "tk_1.csv.gz"
    path.write_bytes(gzip.compress(b"a" * 5_000_000) + gzip.compress(b"b" * 10) + b"\0" * 512)
    inspected = _inspect(path)
    assert isinstance(inspected, Inspected)
    assert inspected.unpacked_bytes == 5_000_010
    assert inspected.defect is None


def test_a_gzip_bomb_is_found_out_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"0" * 20_000_000))
    assert _defect(path) == "E_FILE_BOMB"


def test_small_files_of_equal_rows_are_no_bombs(tmp_path: Path) -> None:
    path = tmp_path / "tk_1.csv.gz"
    path.write_bytes(gzip.compress(b"same,row\r\n" * 500_000))
    assert _defect(path) is None


@pytest.mark.parametrize("kept_share", [0.2, 0.99])
def test_a_cut_gzip_is_corrupt(tmp_path: Path, kept_share: float) -> None:
    packed = gzip.compress(os.urandom(3_000_000))
    path = tmp_path / "tk_1.csv.gz"
    path.write_bytes(packed[: int(len(packed) * kept_share)])
    assert _defect(path) == "E_FILE_CORRUPT"


def test_a_gzip_with_a_flipped_byte_is_corrupt(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(os.urandom(100_000)))
    packed[50_000] ^= 0xFF
    path = tmp_path / "tk_1.csv.gz"
    path.write_bytes(packed)
    assert _defect(path) == "E_FILE_CORRUPT"
