"""From a release to a bundle: labels, features, trees, calibration and the evaluation, in order."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt

from data_contracts.errors import CustomsDataError
from measures.capacity import Outcome
from ml import extraction
from ml.bundle import Bundle, BundleFacts, contract_versions, make_bundle
from ml.comparison import Comparison, compare
from ml.evaluate import CAPACITIES, evaluate
from ml.extraction import Connection, LabelCounts, inputs_of_keys
from ml.features.definition import columns_from_arrow
from ml.model import Model
from ml.scoring import score
from ml.train import feature_gains, margins, train
from ml.training_set import TrainingSet, read_labelled_items

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What to learn and from what.

    Attributes:
        model: The model.
        release: Number of the analyst release.
        cut: Versions of the lake's tables that the release was built from.
        simulated_sources: Sources of which the release holds simulated deliveries.
        current: The bundle in use, to compare the new one with; None where there is none.
    """

    model: Model
    release: int
    cut: dict[str, int]
    simulated_sources: tuple[str, ...]
    current: Bundle | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """A model and how it came about.

    Attributes:
        bundle: The model, not saved yet; its metrics are in its facts.
        label_counts: Items that mature inspections looked at, by what they say.
        gains: Features by total gain, largest first.
        comparison: With the model in use, on the same items; None where there is none.
    """

    bundle: Bundle
    label_counts: LabelCounts
    gains: dict[str, float]
    comparison: Comparison | None


def learn(connection: Connection, assignment: Assignment, *, progress: Progress) -> Learned:
    """Train a model and measure it on the quarter after its training period.

    Args:
        connection: To the analyst release.
        assignment: What to learn.
        progress: Called with one line for each step.

    Raises:
        CustomsDataError: The release knows too few mature inspections of these systems.
    """
    model = assignment.model
    as_of = last_known_date(connection, model.source_systems)
    counts = extraction.label_items(connection, model.labels, model.source_systems, as_of)
    progress(f"features of {counts.irregular + counts.as_declared:,} examined items")
    training = read_labelled_items(connection, model)
    progress("growing trees")
    trained = train(training, model.parameters)
    progress("measuring on the last quarter")
    margin = margins(trained.booster, training.items)
    metrics = evaluate(training, model.features, margin, trained.calibration)
    facts = BundleFacts(
        name=model.name,
        inputs=model.inputs.name,
        target=model.target,
        feature_names=tuple(feature.name for feature in model.features),
        feature_fingerprint=model.feature_fingerprint,
        contract_versions=contract_versions(model.inputs),
        categories=training.categories,
        calibration=trained.calibration,
        round_count=trained.round_count,
        source_systems=model.source_systems,
        hyper_parameters=asdict(model.parameters),
        label_rule=model.labels,
        period=training.split.train_period,
        label_as_of=as_of,
        cut=assignment.cut,
        release=assignment.release,
        simulated_sources=assignment.simulated_sources,
        created_at=datetime.now(UTC),
        metrics={"label_counts": asdict(counts), **metrics},
    )
    bundle = make_bundle(model, facts, trained.booster)
    comparison = None
    if assignment.current is not None:
        progress("comparing with the model in use")
        comparison = _compared(connection, assignment.current, training, margin)
    return Learned(bundle, counts, feature_gains(trained.booster, model.features), comparison)


def _compared(
    connection: Connection,
    current: Bundle,
    training: TrainingSet,
    margin: npt.NDArray[np.float32],
) -> Comparison:
    """Compare on the items of the last quarter that neither model has learned from."""
    items, asked = training.items, current.model
    last_learned = np.datetime64(current.facts.period[1], "D").astype(np.int64)
    is_new = training.split.is_test & (items.registered_day > last_learned)
    is_measured = is_new & ~items.is_shared_finding
    scored = np.full(len(items), np.nan)
    names = ["item_place", *asked.columns.names]
    since = training.split.test_period[0]
    for table in inputs_of_keys(connection, asked.inputs, names, since=since):
        columns = columns_from_arrow(table, asked.columns)
        margin_now = score(current, columns, explain=False).margin
        scored[np.asarray(table.column("item_place"), np.int64)] = margin_now
    measured = items.take(is_measured)
    return compare(
        scored[is_measured],
        margin[is_measured].astype(np.float64),
        Outcome(measured.is_irregular, measured.additional_duty_vnd, measured.declaration),
        CAPACITIES,
    )


def last_known_date(connection: Connection, source_systems: tuple[str, ...]) -> date:
    """Return the last day on which the release knows something of these systems.

    Raises:
        CustomsDataError: It knows nothing of them.
    """
    day = extraction.last_date(connection, source_systems)
    if day is None:
        systems = ", ".join(source_systems)
        message = f"the analyst release holds nothing of {systems}: land, build and publish first"
        raise CustomsDataError(message)
    return day
