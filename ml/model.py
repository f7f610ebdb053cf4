"""A model as a value: what it is called, sees, learns from and foresees."""

import re
from dataclasses import dataclass, field

import pyarrow as pa

from data_contracts.errors import CustomsDataError
from ml.features.definition import Feature, check_features
from ml.features.fingerprint import feature_fingerprint
from ml.inputs import Inputs
from ml.labels import LabelRule, Target

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


@dataclass(frozen=True, slots=True)
class HyperParameters:
    """How the trees are grown. No oversampling: it hurts the ranking and wrecks the calibration.

    Attributes:
        max_depth: Depth of a tree, at most 6 (deeper ones leave the processor's cache).
        learning_rate: Share of each tree that is added.
        min_child_weight: Least sum of hessians in a leaf. One in two hundred inspected items is
            irregular, so an item's hessian is 0.005 and 2 stands for some 400 items.
        subsample: Share of items for each tree.
        colsample_bytree: Share of features for each tree.
        max_rounds: Trees at most.
        early_stopping_rounds: Stop when the last part has not got better for so many rounds.
        last_part_share: Share of the training items, the latest, kept for stopping and
            calibration.
        minimum_code_count: Codes of fewer training items count as unseen.
        seed: Of every random choice.
        threads: The sums of the histograms depend on it, so it is part of the model. One: on a busy
            machine two threads wait for each other (measured: 60 s against 3 s).
    """

    max_depth: int = 5
    learning_rate: float = 0.06
    min_child_weight: float = 2.0
    subsample: float = 0.8
    colsample_bytree: float = 0.6
    max_rounds: int = 600
    early_stopping_rounds: int = 40
    last_part_share: float = 0.25
    minimum_code_count: int = 25
    seed: int = 20_240_501
    threads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model; a module of `ml.models` holds it as `MODEL`, under the model's name.

    Attributes:
        name: Small letters, digits and `_`; people type it.
        features: In the order of the model.
        inputs: What the features may read.
        target: What it foresees.
        source_systems: Systems whose items are learned from and scored.
        labels: Which inspections count as labels, and when.
        parameters: How the trees are grown.

    Raises:
        CustomsDataError: The name is no name, or a feature looks into the future or reads what is
            no input.
    """

    name: str
    features: tuple[Feature, ...]
    inputs: Inputs
    target: Target
    source_systems: tuple[str, ...]
    labels: LabelRule = field(default_factory=LabelRule)
    parameters: HyperParameters = field(default_factory=HyperParameters)

    def __post_init__(self) -> None:
        """Refuse what could not be trained."""
        if not _NAME.fullmatch(self.name):
            message = f"a model is named with small letters, digits and _, not {self.name!r}"
            raise CustomsDataError(message)
        check_features(self.features, self.inputs.schema)

    @property
    def feature_fingerprint(self) -> str:
        """SHA-256 in hex of what the features declare and do."""
        return feature_fingerprint(self.features, self.inputs.schema)

    @property
    def columns(self) -> pa.Schema:
        """The input columns that its features read."""
        return self.inputs.of({name for feature in self.features for name in feature.reads})
