"""What is offered for landing, and what does not come in at the door."""

import gzip
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_contracts.errors import SourceUnavailableError
from tests.other_account import opens_folders, reachable, said_without_rights
from warehouse import offered_files
from warehouse.offered_files import Inspected, OfferedFile, Refusal
from warehouse.settings import LakeSettings

SETTINGS = LakeSettings(home=Path("unused"), landing_max_file_mb=30)


def _names(found: list[OfferedFile | Refusal]) -> list[str]:
    return [entry.name for entry in found]


def _inspect(path: Path, settings: LakeSettings = SETTINGS) -> Inspected | Refusal:
    return offered_files.inspect(OfferedFile(path, path.name), settings)


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
    assert _names(offered_files.find([tmp_path])) == ["a.csv", "b/10.csv", "b/2.csv"]


def test_a_hidden_file_that_is_named_is_landed(tmp_path: Path) -> None:
    path = tmp_path / ".tk_1.csv"
    path.write_text("x")
    assert _names(offered_files.find([path])) == [".tk_1.csv"]


def test_a_missing_path_is_an_error_before_anything_else(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"no file or folder .*nothing\.csv"):
        offered_files.find([tmp_path, tmp_path / "nothing.csv"])


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
    found = {entry.name: entry for entry in offered_files.find([folder])}
    assert isinstance(found["inside.csv"], OfferedFile)
    codes = {name: e.reason_code for name, e in found.items() if isinstance(e, Refusal)}
    assert codes == {
        "outside.csv": "E_PATH_OUTSIDE",
        "nowhere.csv": "E_FILE_UNREADABLE",
        "loop": "E_NOT_A_FILE",
    }


def test_a_pipe_is_refused_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tk_1.csv")
    (found,) = offered_files.find([tmp_path])
    assert isinstance(found, Refusal)
    assert found.reason_code == "E_NOT_A_FILE"


def test_a_name_that_is_no_text_becomes_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"tk_\xff.csv")
    (tmp_path / name).write_text("x")
    (found,) = offered_files.find([tmp_path])
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


def test_a_large_file_of_few_bytes_a_record_counts_by_its_records(tmp_path: Path) -> None:
    path = tmp_path / "tk_1.csv"
    path.write_bytes(b"1,2\n" * 20_001)
    inspected = _inspect(path)
    assert isinstance(inspected, Inspected)
    assert inspected.unpacked_bytes == 2_000_100
    few = SETTINGS.model_copy(update={"batch_max_mb": 1})
    refused = _inspect(path, few)
    assert isinstance(refused, Inspected)
    assert refused.defect is not None
    assert refused.defect.reason_code == "E_FILE_TOO_LARGE"
    assert "CUSTOMS_BATCH_MAX_MB" in refused.defect.reason_text


def test_what_is_put_in_place_of_a_file_is_not_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("a.csv", "b.csv", "c.csv", "d.csv"):
        (outside / name).write_text("secret")
    folder = tmp_path / "inbox"
    for name in ("sub/a.csv", "b.csv", "c.csv", "d.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
    found = {entry.name: entry for entry in offered_files.find([folder])}
    (folder / "sub").rename(tmp_path / "moved")
    (folder / "sub").symlink_to(outside)
    (folder / "b.csv").unlink()
    os.mkfifo(folder / "b.csv")
    (folder / "c.csv").unlink()
    (folder / "c.csv").symlink_to(outside / "c.csv")
    codes = {}
    for name, offered in found.items():
        assert isinstance(offered, OfferedFile)
        inspected = offered_files.inspect(offered, SETTINGS)
        codes[name] = inspected.reason_code if isinstance(inspected, Refusal) else None
    assert codes == {
        "b.csv": "E_NOT_A_FILE",
        "c.csv": "E_FILE_CHANGED",
        "d.csv": None,
        "sub/a.csv": "E_FILE_CHANGED",
    }


def _cells(value: str, rows: int, columns: int = 3) -> pa.Table:
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([value]))
    return pa.table({f"C{n}": cells for n in range(columns)})


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(_cells("x" * 1_000_000, 2_000, 1), id="one long value for every row"),
        pytest.param(_cells("1", 3_000_000, 10), id="very many short rows"),
        pytest.param(_cells("1", 2, 1_001), id="very many columns"),
        pytest.param(pa.table({"C": ["x" * 20_000_000]}), id="one long value"),
    ],
)
def test_a_small_parquet_file_that_holds_much_is_a_bomb(tmp_path: Path, table: pa.Table) -> None:
    path = tmp_path / "tk_1.parquet"
    pq.write_table(table, path, compression="zstd", store_schema=False)
    assert path.stat().st_size < 1_000_000
    before = pa.total_allocated_bytes()
    assert _defect(path) == "E_FILE_BOMB"
    assert pa.total_allocated_bytes() - before < 1_000_000


def test_parquet_is_measured_as_the_text_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "tk_1.parquet"
    values = ["one", None, "one", "đỏ"]
    table = pa.table({"a.b": values, "": pa.array(values, pa.large_string()), "n": pa.nulls(4)})
    pq.write_table(pa.concat_tables([table] * 1000), path)
    inspected = _inspect(path)
    assert isinstance(inspected, Inspected)
    assert inspected.defect is None
    assert inspected.unpacked_bytes == 4_000 * 100
    pq.write_table(pa.table({"C": ["x" * 500] * 10}), path)
    inspected = _inspect(path)
    assert isinstance(inspected, Inspected)
    assert inspected.unpacked_bytes == 10 * 501
