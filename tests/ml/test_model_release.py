"""A new model is used only where it is not worse on the same items; bundles are written once."""

import json
import os
import shlex
import shutil
from pathlib import Path

import duckdb
import pytest
import typer
from filelock import FileLock
from typer.testing import CliRunner

from data_contracts.errors import BundleMismatchError, CustomsDataError
from ml import bundle as bundles
from orchestration.cli import score, train
from orchestration.operations import learning
from tests.ml.published_lake import CUT, publish_again
from tests.ml.small_release import SYSTEM
from warehouse import reading
from warehouse.build_record import record
from warehouse.layout import Layout
from warehouse.release import current_release, read_manifest


@pytest.fixture
def home_of_its_own(trained, tmp_path):
    settings, _ = trained
    shutil.copytree(settings.home, tmp_path / "my lake", symlinks=True)
    return settings.model_copy(update={"home": tmp_path / "my lake"})


def files_of(models):
    return {
        path.relative_to(models): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in models.rglob("*")
        if path.is_file()
    }


def test_training_again_rewrites_no_byte_and_says_that_nothing_changed(home_of_its_own):
    models = Layout(home_of_its_own.home).models
    before = files_of(models)
    report = learning.train_model(home_of_its_own)
    assert files_of(models) == before
    assert report.is_released
    assert report.to_release is None
    assert "already" in report.why


def garble(settings):
    """Publish what the training period learns from with every second outcome turned round."""
    with duckdb.connect(str(Layout(settings.home).build_path)) as connection:
        connection.execute(
            "update marts.fct_inspection set outcome ="
            " case outcome when 'irregular' then 'as_declared' else 'irregular' end"
            " where registered_date < date '2024-06-15' and hash(declaration_number) % 2 = 0"
        )
    publish_again(settings)


def test_a_model_that_is_worse_on_the_same_items_is_used_only_when_a_person_says_so(
    home_of_its_own,
):
    settings, models = home_of_its_own, Layout(home_of_its_own.home).models / "risk"
    good = (models / "CURRENT").read_text()
    garble(settings)
    app = typer.Typer()
    for module in (train, score):
        module.register(app)
    home = ["--home", str(settings.home)]
    result = CliRunner().invoke(app, ["train", "risk", *home, "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["is_released"] is False
    assert "worse than the model in use on the same" in told["why"]
    words = ["customs", "train", "risk", "--release", "--home", str(settings.home)]
    assert shlex.split(told["to_release"]) == words
    assert told["in_use_model_id"].endswith(good[:12])
    assert (models / "CURRENT").read_text() == good
    # Both were measured on the same items, with the uncertainty of the difference.
    assert told["comparison"]["hit_count"] == told["metrics"]["test_hit_count"] >= 30
    worst = told["comparison"]["differences"][1]
    assert worst["hits"]["value"] == worst["new_hit_count"] - worst["current_hit_count"] < 0
    assert worst["hits"]["low"] <= worst["hits"]["value"] <= worst["hits"]["high"]
    said = CliRunner().invoke(app, ["train", "risk", *home]).stdout
    assert "is NOT in use" in " ".join(said.split())
    before = files_of(models)
    forced = json.loads(CliRunner().invoke(app, ["train", "--release", *home, "--json"]).stdout)
    assert forced["is_released"] is True
    assert (models / "CURRENT").read_text().strip() == os.path.basename(forced["folder"])  # noqa: PTH119
    after = files_of(models)
    assert [name for name in before if before[name] != after[name]] == [Path("CURRENT")]


def test_a_model_that_this_program_cannot_use_does_not_stand_in_the_way(home_of_its_own):
    models = Layout(home_of_its_own.home).models / "risk"
    fingerprint = (models / "CURRENT").read_text().strip()
    (models / fingerprint).rename(models / ("0" * 64))
    (models / "CURRENT").write_text("0" * 64 + "\n")
    report = learning.train_model(home_of_its_own)
    assert report.is_released
    assert "does not fit" in report.why
    assert (models / "CURRENT").read_text().strip() == fingerprint


def test_a_damaged_bundle_is_told_and_never_repaired_in_silence(home_of_its_own):
    models = Layout(home_of_its_own.home).models / "risk"
    fingerprint = (models / "CURRENT").read_text().strip()
    (models / fingerprint / "bundle.json").write_text("{}")
    with pytest.raises(BundleMismatchError, match="remove that folder and run customs train risk"):
        learning.train_model(home_of_its_own)
    assert (models / fingerprint / "bundle.json").read_text() == "{}"
    shutil.rmtree(models / fingerprint)
    assert learning.train_model(home_of_its_own).is_released


def test_a_model_is_on_disk_before_its_name_is_and_the_switch_is_one_rename(
    home_of_its_own, monkeypatch
):
    """What a crash may leave: files and folder are flushed before and after each rename."""
    models = Layout(home_of_its_own.home).models
    shutil.rmtree(models)
    done = []
    flush, rename, put = os.fsync, os.rename, os.replace

    def note(what, path):
        if Path(path).is_relative_to(models):
            name = Path(path).name
            is_draft = name.startswith(".draft")
            done.append((what, "draft" if is_draft else name.rsplit(".", 1)[0].lstrip(".")))

    def flushed(descriptor):
        note("flush", Path(f"/proc/self/fd/{descriptor}").readlink())
        flush(descriptor)

    def renamed(source, target):
        note("rename", target)
        rename(source, target)

    def replaced(source, target):
        note("rename", target)
        put(source, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(os, "rename", renamed)
    monkeypatch.setattr(os, "replace", replaced)
    folder = Path(learning.train_model(home_of_its_own).folder)
    assert done == [
        # The folder that holds the models' folders, the one of this name among them.
        ("flush", "models"), ("flush", "model"), ("flush", "bundle"), ("flush", "draft"),
        ("rename", folder.name),
        ("flush", "risk"), ("flush", "CURRENT"), ("rename", "CURRENT"), ("flush", "risk"),
    ]  # fmt: skip
    assert sorted(path.name for path in folder.parent.iterdir()) == sorted(("CURRENT", folder.name))


def test_what_is_published_during_a_training_is_not_read(home_of_its_own, trained, monkeypatch):
    settings, layout = home_of_its_own, Layout(home_of_its_own.home)
    resolved, resolve = [], current_release

    def overtaken(of, role):
        release = resolve(of, role)
        if not resolved:
            with duckdb.connect(str(layout.build_path)) as connection:
                record(connection, CUT | {"bronze/goods_item": 5})
            garble(settings)
        resolved.append(release)
        return release

    for module in (learning, reading):
        monkeypatch.setattr(module, "current_release", overtaken)
    # A bundle that is there would be kept as it is.
    shutil.rmtree(layout.models)
    report = learning.train_model(settings)
    made = bundles.load(Path(report.folder)).facts
    first, later = read_manifest(resolved[0]), read_manifest(resolve(layout, "analyst"))
    assert (made.release, made.cut) == (first.release, first.lake_cut) == (report.release, CUT)
    assert made.simulated_sources == (SYSTEM,)
    # Nor were the outcomes of the later release learned from.
    assert report.model_id == trained[1].model_id
    assert later.release > first.release
    assert later.lake_cut != first.lake_cut


def test_two_trainings_at_once_are_refused(home_of_its_own):
    with (
        FileLock(Layout(home_of_its_own.home).locks / "models.lock"),
        pytest.raises(CustomsDataError, match="another training"),
    ):
        learning.train_model(home_of_its_own)
