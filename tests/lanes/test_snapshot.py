"""Snapshots: thresholds that fill the capacity, proofs that refuse, and a swap that is whole."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import BundleMismatchError, CustomsDataError, SourceUnavailableError
from ml.lanes.policy import Policy, set_policy
from ml.lanes.service import load_current
from ml.lanes.settings import ServingSettings
from ml.lanes.snapshot import MANIFEST, Snapshot, current_folder, load_snapshot
from ml.lanes.snapshot_writing import KEPT_SNAPSHOTS
from tests.lanes.lane_lake import SERVING, LaneLake
from warehouse import durable
from warehouse.layout import Layout
from warehouse.masking import Pseudonymiser


@pytest.fixture
def copied(lane_lake: LaneLake, tmp_path: Path) -> Path:
    """A copy of the snapshot that may be damaged."""
    folder = shutil.copytree(current_folder(lane_lake.layout.lanes), tmp_path / "1")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def reseal(folder: Path, name: str) -> None:
    """Write the hash of a changed file into the manifest, as someone careful would."""
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if f'"{name}"' in line)
    digest = old.split('"')[3]
    changed = text.replace(digest, durable.digest(folder / name))
    (folder / MANIFEST).write_text(changed, encoding="utf-8")


def test_thresholds_fill_the_capacity_of_recent_declarations(lane_lake: LaneLake):
    policy = lane_lake.snapshot.policy
    rows = lane_lake.connection.execute(
        "select max(margin) from marts.fct_risk_score where registered_date between ? and ?"
        " group by declaration_number",
        [policy.first_date, policy.last_date],
    ).fetchall()
    margins = np.sort([row[0] for row in rows])[::-1]
    assert policy.declaration_count == len(margins)
    assert policy.red_margin == margins[int(0.03 * len(margins)) - 1]
    assert policy.yellow_margin == margins[int(0.33 * len(margins)) - 1]
    assert policy.measured_red_share == (margins >= policy.red_margin).mean()
    by_risk = policy.measured_yellow_share - policy.measured_ruled_share
    assert 0.27 <= by_risk <= 0.31
    assert policy.measured_ruled_share > 0.05


def test_a_threshold_belongs_to_the_higher_lane(lane_lake: LaneLake):
    policy = lane_lake.snapshot.policy
    below = np.nextafter(policy.red_margin, -np.inf)

    def lane(margin: float) -> str:
        return policy.lane(margin, is_specialised=False, has_trader=True)

    assert lane(policy.red_margin) == "red"
    assert lane(below) == lane(policy.yellow_margin) == "yellow"
    assert lane(np.nextafter(policy.yellow_margin, -np.inf)) == "green"


@pytest.mark.parametrize(
    "told",
    [
        {"is_specialised": True, "has_trader": True},
        {"is_specialised": False, "has_trader": False},
    ],
)
def test_what_no_margin_decides_is_yellow_at_least_and_red_by_risk(
    lane_lake: LaneLake, told: dict[str, bool]
):
    policy = lane_lake.snapshot.policy
    for margin in (-np.inf, -100.0, np.nextafter(policy.red_margin, -np.inf)):
        assert policy.lane(margin, **told) == "yellow"
    assert policy.lane(policy.red_margin, **told) == "red"


def test_the_same_thresholds_of_the_same_model_are_one_policy(lane_lake: LaneLake):
    snapshot = lane_lake.snapshot

    def again(**shares: float) -> Policy:
        serving = ServingSettings(**shares)
        last = snapshot.manifest.last_date
        return set_policy(lane_lake.connection, snapshot.bundle.model_id, last, serving)

    assert again().policy_id == snapshot.policy.policy_id
    assert again(red_share=0.1).policy_id != snapshot.policy.policy_id


def test_shares_that_leave_nothing_green_are_refused(lane_lake: LaneLake):
    serving = ServingSettings(red_share=0.5, yellow_share=0.5)
    with pytest.raises(CustomsDataError, match="leave something green"):
        set_policy(lane_lake.connection, "risk", lane_lake.snapshot.manifest.last_date, serving)


def test_a_model_without_scores_in_the_release_gets_no_policy(lane_lake: LaneLake):
    with pytest.raises(SourceUnavailableError, match="run customs score, build and publish"):
        set_policy(lane_lake.connection, "other", lane_lake.snapshot.manifest.last_date, SERVING)


def test_a_changed_file_is_refused(copied: Path):
    file = copied / "policy.json"
    file.write_text(file.read_text(encoding="utf-8").replace("0.03", "0.04"), encoding="utf-8")
    with pytest.raises(BundleMismatchError, match=r"policy\.json is missing or was changed"):
        load_snapshot(copied)


def test_a_missing_file_or_manifest_is_refused(copied: Path):
    (copied / "golden.arrow").unlink()
    with pytest.raises(BundleMismatchError, match=r"golden\.arrow is missing"):
        load_snapshot(copied)
    (copied / MANIFEST).unlink()
    with pytest.raises(BundleMismatchError, match="run customs lanes snapshot"):
        load_snapshot(copied)


def test_a_policy_of_another_version_is_refused_with_the_remedy(copied: Path):
    file = copied / "policy.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("measured_ruled_share", "other"), encoding="utf-8")
    reseal(copied, "policy.json")
    with pytest.raises(BundleMismatchError, match="run customs lanes snapshot"):
        load_snapshot(copied)


def test_history_that_gives_another_margin_is_refused_though_its_hash_is_right(copied: Path):
    name = "unit_value/unit_value_log_sum"
    values = np.fromfile(copied / name, dtype="<i8").reshape(-1, 2)
    values[:, 0] += 10_000_000
    values.tofile(copied / name)
    reseal(copied, name)
    with pytest.raises(BundleMismatchError, match="golden items have another margin"):
        load_snapshot(copied)


def test_a_snapshot_under_another_key_is_refused(lane_lake: LaneLake, tmp_path: Path):
    elsewhere = Layout(tmp_path / "other")
    elsewhere.ensure()
    with pytest.raises(BundleMismatchError, match="made under the pseudonym key"):
        load_current(current_folder(lane_lake.layout.lanes), Pseudonymiser.load(elsewhere))


def made(lake: LaneLake, lanes: Path) -> Snapshot:
    return lake.make_snapshot(lanes=lanes)


def test_a_new_snapshot_gets_the_next_number_and_is_current(lane_lake: LaneLake, tmp_path: Path):
    first, second = made(lane_lake, tmp_path), made(lane_lake, tmp_path)
    assert (first.manifest.number, second.manifest.number) == (1, 2)
    assert current_folder(tmp_path).name == "2"
    assert first.policy == second.policy
    assert first.snapshot_id != second.snapshot_id
    assert load_snapshot(tmp_path / "snapshots" / "1").snapshot_id == first.snapshot_id


def test_a_snapshot_that_fails_leaves_the_one_before_in_use(lane_lake: LaneLake, tmp_path: Path):
    made(lane_lake, tmp_path)
    lacking = ServingSettings(red_share=0.6, yellow_share=0.6)
    with pytest.raises(CustomsDataError):
        lane_lake.make_snapshot(lanes=tmp_path, serving=lacking)
    assert current_folder(tmp_path).name == "1"
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == ["1"]


def test_files_of_a_snapshot_cannot_be_written(lane_lake: LaneLake):
    folder = current_folder(lane_lake.layout.lanes)
    modes = {path.stat().st_mode & 0o222 for path in folder.rglob("*") if path.is_file()}
    assert modes == {0}


def test_only_the_newest_snapshots_are_kept(lane_lake: LaneLake, tmp_path: Path):
    old = tmp_path / "snapshots" / "1"
    old.mkdir(parents=True)
    (tmp_path / "snapshots" / str(KEPT_SNAPSHOTS)).mkdir()
    newest = made(lane_lake, tmp_path)
    assert newest.manifest.number == KEPT_SNAPSHOTS + 1
    assert not old.exists()


def test_without_a_snapshot_the_remedy_is_named(tmp_path: Path):
    with pytest.raises(SourceUnavailableError, match="run customs lanes snapshot"):
        current_folder(tmp_path)


NO_NUMBERS = [
    b"",
    b"\n",
    b"\xff\xfe",
    b"1\x002",
    b"../../../etc",
    b"-1",
    b"1.5",
    b"1 2",
    b"\xd9\xa1",
]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_only_a_number_names_a_snapshot(tmp_path: Path, text: bytes):
    (tmp_path / "CURRENT").write_bytes(text)
    with pytest.raises(BundleMismatchError, match=r"CURRENT: .*run customs lanes snapshot"):
        current_folder(tmp_path)
