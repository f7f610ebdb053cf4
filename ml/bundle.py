"""A trained model on disk: XGBoost's own file and one JSON, nothing that executes when read.

`models/<name>/<fingerprint>/{model.ubj,bundle.json}` and `models/<name>/CURRENT`, the fingerprint
of the model in use. The same training gives the same fingerprint.
"""

import hashlib
import logging
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import xgboost

from data_contracts.errors import BundleMismatchError, SourceUnavailableError
from data_contracts.json_files import read_json
from data_contracts.loading import load_contract
from ml.calibrate import Calibration
from ml.inputs import GOODS_ITEM, Inputs
from ml.labels import LabelRule, Target
from ml.model import Model
from ml.models import find_model
from warehouse import durable

logger = logging.getLogger(__name__)

_MODEL_FILE = "model.ubj"
_FACTS_FILE = "bundle.json"
_FINGERPRINT = rb"[0-9a-f]{64}"


class BundleFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known about a model beside its trees.

    What the model says of itself stands here as it was at the training, for `load` to compare;
    whoever scores reads it in `Bundle.model`.

    Attributes:
        name: Name of the model in `ml.models`.
        inputs: Name of what its features read; not written where it is the goods items'.
        target: What it foresees; not written where it is any finding.
        feature_names: In the order of the model.
        feature_fingerprint: Of the features' definitions and behaviour.
        contract_versions: Version of each contract in its inputs at training.
        categories: The fitted code lists by feature.
        calibration: From margin to probability.
        round_count: Boosting rounds in use.
        source_systems: The systems whose items were learned from and may be scored.
        hyper_parameters: As given to the training.
        label_rule: Which inspections count as labels, and when.
        period: First and last day of registration of the training items.
        label_as_of: The day up to which inspection results were known to the training.
        cut: Versions of the lake's tables that the release was built from.
        release: Number of the analyst release.
        simulated_sources: Sources, sorted, of which that release held simulated deliveries.
        created_at: When it was trained.
        metrics: The evaluation on the quarter after the training period.
    """

    name: str
    inputs: str = GOODS_ITEM.name
    target: Target = "finding"
    feature_names: tuple[str, ...]
    feature_fingerprint: str
    contract_versions: dict[str, str]
    categories: dict[str, tuple[str, ...]]
    calibration: Calibration
    round_count: int
    source_systems: tuple[str, ...]
    hyper_parameters: dict[str, Any]
    label_rule: LabelRule
    period: tuple[date, date]
    label_as_of: date
    cut: dict[str, int]
    release: int
    simulated_sources: tuple[str, ...]
    created_at: datetime
    metrics: dict[str, Any]


# What does not change a score or was only measured stays out of the fingerprint.
_OUTSIDE_FINGERPRINT = frozenset({"cut", "release", "created_at", "metrics", "simulated_sources"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model ready to score.

    Attributes:
        model: What was trained, with the features as functions.
        facts: Everything beside the trees.
        booster: The trees.
        fingerprint: SHA-256 in hex of the trees and of the facts that decide a score.
        threads: Threads that one call of `score` may use.
    """

    model: Model
    facts: BundleFacts
    booster: xgboost.Booster
    fingerprint: str
    threads: int

    @property
    def model_id(self) -> str:
        """Name and the first 12 digits of the fingerprint, as written beside every score."""
        return f"{self.model.name}-{self.fingerprint[:12]}"


def make_bundle(model: Model, facts: BundleFacts, booster: xgboost.Booster) -> Bundle:
    """Return a bundle with its fingerprint."""
    trees = bytes(booster.save_raw(raw_format="ubj"))
    return Bundle(model, facts, booster, fingerprint_of(trees, facts), model.parameters.threads)


def contract_versions(inputs: Inputs) -> dict[str, str]:
    """Return the version of each contract that inputs come from, as it is now."""
    return {name: load_contract(name).version for name in inputs.contracts}


def save(bundle: Bundle, models: Path) -> Path:
    """Write the bundle, which does not put it into use; one that is there is kept byte for byte.

    Args:
        bundle: The model.
        models: The lake's folder of models.

    Returns:
        The folder of the bundle, whole and on disk.

    Raises:
        BundleMismatchError: A folder of this fingerprint is there and holds something else.
    """
    folder = models / bundle.model.name / bundle.fingerprint
    if folder.exists():
        try:
            load(folder, threads=bundle.threads)
        except BundleMismatchError as error:
            message = (
                f"{folder} holds this very model, damaged, and a model is never written over: "
                f"remove that folder and run customs train {bundle.model.name} again"
            )
            raise BundleMismatchError(message) from error
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    durable.sync(models)
    draft = Path(tempfile.mkdtemp(prefix=".draft.", dir=folder.parent))
    facts = msgspec.json.format(msgspec.json.encode(bundle.facts), indent=2)
    try:
        durable.write(draft / _MODEL_FILE, bytes(bundle.booster.save_raw(raw_format="ubj")))
        durable.write(draft / _FACTS_FILE, facts)
        durable.replace(draft, folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    logger.info("saved model_id=%s", bundle.model_id)
    return folder


def put_into_use(folder: Path) -> None:
    """Make a saved bundle the current one, so that a crash leaves the old or the new one."""
    durable.point(folder.parent / durable.CURRENT, f"{folder.name}\n".encode())
    logger.info("in use folder=%s", folder)


def current_folder(models: Path, name: str) -> Path:
    """Return the folder of the model in use.

    Raises:
        SourceUnavailableError: No model of this name was trained yet.
        BundleMismatchError: What names it is no fingerprint.
    """
    pointer, remedy = models / name / durable.CURRENT, f"run customs train {name}"
    if not pointer.exists():
        message = f"no model named {name} is there yet: {remedy}"
        raise SourceUnavailableError(message)
    return pointer.parent / durable.pointed_at(
        pointer, form=_FINGERPRINT, remedy=remedy, error=BundleMismatchError
    )


def load(folder: Path, *, threads: int = 2) -> Bundle:
    """Read a bundle and check that it fits the features and contracts of this program.

    Args:
        folder: As `current_folder` or `save` return it, or a copy of it elsewhere.
        threads: Threads that one call of `score` may use.

    Raises:
        BundleMismatchError: A file was changed, this program's model learns from or foresees
            something else, its features behave differently, or a contract was broken since the
            training.
    """
    remedy = f"run customs train {folder.parent.name}"
    facts = read_json(folder / _FACTS_FILE, BundleFacts, remedy=remedy, error=BundleMismatchError)
    try:
        trees = (folder / _MODEL_FILE).read_bytes()
    except OSError as error:
        message = f"{folder / _MODEL_FILE}: expected a model, found none; {remedy}"
        raise BundleMismatchError(message) from error
    fingerprint = fingerprint_of(trees, facts)
    if folder.name != fingerprint:
        message = f"model {folder.name} was changed: its content has fingerprint {fingerprint}"
        raise BundleMismatchError(message)
    model = find_model(facts.name)
    _check_model(facts, model)
    _check_contracts(facts, model)
    booster = xgboost.Booster({"nthread": threads})
    booster.load_model(bytearray(trees))
    return Bundle(model, facts, booster, fingerprint, threads)


def _check_model(facts: BundleFacts, model: Model) -> None:
    """Refuse what was trained to be another model; other parameters make it no other one."""
    for what, trained, here in (
        ("target", facts.target, model.target),
        ("source_systems", facts.source_systems, model.source_systems),
        ("labels", facts.label_rule, model.labels),
        ("inputs", facts.inputs, model.inputs.name),
        ("features", facts.feature_fingerprint[:12], model.feature_fingerprint[:12]),
    ):
        if trained != here:
            message = (
                f"model {facts.name} was trained with {what} {trained}, this program's has {here}: "
                f"run customs train {facts.name}"
            )
            raise BundleMismatchError(message)


def _check_contracts(facts: BundleFacts, model: Model) -> None:
    for name, version in contract_versions(model.inputs).items():
        trained = facts.contract_versions.get(name, "none")
        if trained.split(".")[0] != version.split(".")[0]:
            message = f"model {facts.name} was trained on {name} {trained}, it is now {version}"
            raise BundleMismatchError(message)


def fingerprint_of(trees: bytes, facts: BundleFacts) -> str:
    """Return the SHA-256 in hex of the trees and of the facts that decide a score."""
    deciding = {
        name: value
        for name, value in msgspec.to_builtins(facts).items()
        if name not in _OUTSIDE_FINGERPRINT
    }
    canonical = msgspec.json.encode(deciding, order="sorted")
    return hashlib.sha256(hashlib.sha256(trees).digest() + canonical).hexdigest()
