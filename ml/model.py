"""A model as a value: what it is called, sees, learns from and foresees.

Whatever would stop a training, a score or a reason is refused here, when the value is made.
"""

import re
from collections.abc import Callable
from dataclasses import field
from datetime import date
from typing import Annotated

import numpy as np
import pyarrow as pa
from pydantic import Field
from pydantic.dataclasses import dataclass

from data_contracts.errors import ContractViolationError
from ml.features.definition import (
    AS_DECLARED,
    GROUPS,
    Column,
    Columns,
    Feature,
    columns_from_arrow,
)
from ml.features.fingerprint import feature_fingerprint, probe_table
from ml.inputs import Inputs
from ml.labels import LabelRule, Target
from ml.reasons import may_be_said, sentences

_Share = Annotated[float, Field(gt=0, le=1)]
_Count = Annotated[int, Field(ge=1)]

NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
"""Names of models; people type them, and files and columns are named so."""


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
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

    max_depth: Annotated[int, Field(ge=1, le=6)] = 5
    learning_rate: _Share = 0.06
    min_child_weight: Annotated[float, Field(ge=0)] = 2.0
    subsample: _Share = 0.8
    colsample_bytree: _Share = 0.6
    max_rounds: _Count = 600
    early_stopping_rounds: _Count = 40
    last_part_share: Annotated[float, Field(gt=0, lt=1)] = 0.25
    minimum_code_count: _Count = 25
    seed: Annotated[int, Field(ge=0)] = 20_240_501
    threads: _Count = 1


@dataclass(frozen=True, slots=True, kw_only=True, config=AS_DECLARED)
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
        pydantic.ValidationError: A value is not of its type, or not one of those that there are.
        ContractViolationError: The name is no name, or of `check_features`.
    """

    name: str
    features: tuple[Feature, ...]
    inputs: Inputs
    target: Target
    source_systems: Annotated[tuple[str, ...], Field(min_length=1)]
    labels: LabelRule = field(default_factory=LabelRule)
    parameters: HyperParameters = field(default_factory=HyperParameters)

    def __post_init__(self) -> None:
        """Refuse what could not be trained."""
        if not NAME.fullmatch(self.name):
            message = f"a model is named with small letters, digits and _, not {self.name!r}"
            raise ContractViolationError(message)
        check_features(self.features, self.inputs.schema)

    @property
    def feature_fingerprint(self) -> str:
        """SHA-256 in hex of what the features declare and do."""
        return feature_fingerprint(self.features, self.inputs.schema)

    @property
    def columns(self) -> pa.Schema:
        """The input columns that its features read."""
        return self.inputs.of({name for feature in self.features for name in feature.reads})


def check_features(features: tuple[Feature, ...], schema: pa.Schema) -> None:
    """Refuse features that could not be computed, or told as a reason, or look into the future.

    Each is computed and put into words for the fixed rows of `probe_table`, and sees of them what
    it says that it reads.

    Raises:
        ContractViolationError: There is none, a name is used twice, a group is unknown, a value is
            known only after lodgement, a column is read that is not in `schema` or not in `reads`,
            values are not of their kind, a sentence is missing or names a figure that is not there,
            or what is never told has one.
    """
    names = [feature.name for feature in features]
    if not names:
        message = "features: expected one or more, found none"
        raise ContractViolationError(message)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"two features have one name: {', '.join(twice)}"
        raise ContractViolationError(message)
    columns = columns_from_arrow(probe_table(schema), schema)
    for feature in features:
        if defect := _defect(feature, columns):
            message = f"feature {feature.name}{defect}"
            raise ContractViolationError(message)


def _defect(feature: Feature, columns: Columns) -> str | None:
    """Return what is wrong with a feature, to be read after its name."""
    if feature.group not in GROUPS:
        return f": expected a group of reasons ({', '.join(GROUPS)}), found {feature.group!r}"
    if feature.known_at != "lodgement":
        return f" is known at {feature.known_at}, not at lodgement"
    if foreign := sorted(set(feature.reads) - columns.keys()):
        return f" reads what is no input: {', '.join(foreign)}"
    if len({"value", *(name for name, _ in feature.evidence)}) <= len(feature.evidence):
        return ": two figures of its evidence have one name, or one is called value"
    own = {name: columns[name] for name in feature.reads}
    figures = [("compute", feature.compute, "U" if feature.is_category else "f")]
    figures += [(f"evidence {name}", figure, "fU") for name, figure in feature.evidence]
    with np.errstate(all="ignore"):
        for what, figure, kinds in figures:
            if defect := _defect_of_values(what, figure, own, kinds):
                return defect
        return _defect_of_reason(feature, own, columns)


def _defect_of_values(
    what: str, compute: Callable[[Columns], Column], own: Columns, kinds: str
) -> str | None:
    """Return what is wrong with the values of one function for the fixed rows."""
    try:
        values = compute(own)
    # The function is an author's: whatever it raises is theirs to read.
    except Exception as error:  # noqa: BLE001
        seen = f"; it sees what it reads ({', '.join(own)})" if isinstance(error, KeyError) else ""
        return f": {what} fails, {type(error).__name__}: {error}{seen}"
    shape = (len(next(iter(own.values()))),)
    found = (
        f"{values.dtype} of shape {values.shape}"
        if isinstance(values, np.ndarray)
        else type(values).__name__
    )
    if isinstance(values, np.ndarray) and values.shape == shape and values.dtype.kind in kinds:
        return None
    expected = " or ".join({"f": "float64", "U": "text"}[kind] for kind in kinds)
    return f": {what} gives {found}, expected {expected} of shape {shape}"


def _defect_of_reason(feature: Feature, own: Columns, columns: Columns) -> str | None:
    """Return what keeps a feature from being told as a reason where it says that it is."""
    texts = (feature.reason_vi, feature.reason_en)
    told = f": told {feature.told}: expected"
    if feature.told == "never":
        is_told = any((*texts, feature.evidence))
        return f"{told} no reason_vi, reason_en and evidence, found some" if is_told else None
    if not all(texts):
        return f"{told} reason_vi and reason_en, found {texts[0]!r} and {texts[1]!r}"
    if feature.told == "imports_below_peers" and feature.is_category:
        return f"{told} a number, found a code"
    return _defect_of_sentences(feature, own, columns)


def _defect_of_sentences(feature: Feature, own: Columns, columns: Columns) -> str | None:
    """Return what keeps the sentences from being filled in, or from being held back."""
    try:
        sentences(feature, own)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        known = ", ".join(["value", *(name for name, _ in feature.evidence)])
        return (
            f": reason_vi and reason_en may name {known} in braces, "
            f"found {feature.reason_vi!r} and {feature.reason_en!r} ({error})"
        )
    try:
        may_be_said((feature,), columns, date(2024, 1, 1))
    except KeyError as error:
        return f" is told as a reason only with the input {error}, which the model does not have"
    return None
