"""From a release to a bundle: labels, features, trees, calibration and the evaluation, in order."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt

from data_contracts.errors import CustomsDataError
from measures.capacity import Outcome
from ml import extraction
from ml.bundle import Bundle, BundleFacts, current_contract_versions, make_bundle
from ml.comparison import Comparison, compare
from ml.evaluate import CAPACITIES, evaluate
from ml.extraction import Connection, LabelCounts, learned_batches_again
from ml.features import FEATURES
from ml.features.definition import columns_from_arrow
from ml.features.fingerprint import feature_fingerprint
from ml.labels import LabelRule
from ml.scoring import score
from ml.train import HyperParameters, feature_gains, margins, train
from ml.training_set import TrainingSet, read_labelled_items

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What to learn and from what.

    Attributes:
        name: Name of the model.
        source_systems: Systems whose items are learned from.
        release: Number of the analyst release.
        cut: Versions of the lake's tables that the release was built from.
        simulated_sources: Sources of which the release holds simulated deliveries.
        current: The model in use, to compare the new one with; None where there is none.
        parameters: How the trees are grown.
        rule: Which inspections count as labels, and when.
    """

    name: str
    source_systems: tuple[str, ...]
    release: int
    cut: dict[str, int]
    simulated_sources: tuple[str, ...]
    current: Bundle | None = None
    parameters: HyperParameters = field(default_factory=HyperParameters)
    rule: LabelRule = field(default_factory=LabelRule)


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
    parameters, rule = assignment.parameters, assignment.rule
    as_of = last_known_date(connection, assignment.source_systems)
    counts = extraction.label_items(connection, rule, assignment.source_systems, as_of)
    progress(f"features of {counts.irregular + counts.as_declared:,} examined items")
    training = read_labelled_items(
        connection, rule, minimum_code_count=parameters.minimum_code_count
    )
    progress("growing trees")
    trained = train(training, parameters)
    progress("measuring on the last quarter")
    margin = margins(trained, training.items)
    metrics = evaluate(training, margin, trained.calibration)
    facts = BundleFacts(
        name=assignment.name,
        feature_names=tuple(feature.name for feature in FEATURES),
        feature_fingerprint=feature_fingerprint(FEATURES),
        contract_versions=current_contract_versions(),
        categories=training.categories,
        calibration=trained.calibration,
        round_count=trained.round_count,
        source_systems=assignment.source_systems,
        hyper_parameters=asdict(parameters),
        label_rule=rule,
        period=training.split.train_period,
        label_as_of=as_of,
        cut=assignment.cut,
        release=assignment.release,
        simulated_sources=assignment.simulated_sources,
        created_at=datetime.now(UTC),
        metrics={"label_counts": asdict(counts), **metrics},
    )
    bundle = make_bundle(facts, trained.booster, threads=parameters.threads)
    comparison = None
    if assignment.current is not None:
        progress("comparing with the model in use")
        comparison = _compared(connection, assignment.current, training, margin)
    return Learned(bundle, counts, feature_gains(trained.booster), comparison)


def _compared(
    connection: Connection,
    current: Bundle,
    training: TrainingSet,
    margin: npt.NDArray[np.float32],
) -> Comparison:
    """Compare on the items of the last quarter that neither model has learned from."""
    items = training.items
    last_learned = np.datetime64(current.facts.period[1], "D").astype(np.int64)
    is_new = training.split.is_test & (items.registered_day > last_learned)
    is_measured = is_new & ~items.is_shared_finding
    scored = [
        score(current, columns_from_arrow(table), explain=False).margin
        for table in learned_batches_again(connection)
    ]
    measured = items.take(is_measured)
    return compare(
        np.concatenate(scored)[is_measured].astype(np.float64),
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
