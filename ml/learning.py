"""From a release to a bundle: labels, features, trees, calibration and the evaluation, in order."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime

from data_contracts.errors import CustomsDataError
from ml import extraction
from ml.bundle import Bundle, BundleFacts, current_contract_versions, make_bundle
from ml.evaluate import evaluate
from ml.extraction import Connection, LabelCounts
from ml.features import FEATURES
from ml.features.fingerprint import feature_fingerprint
from ml.labels import LabelRule
from ml.train import HyperParameters, feature_gains, margins, train
from ml.training_set import read_labelled_items

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What to learn and from what.

    Attributes:
        name: Name of the model.
        source_systems: Systems whose items are learned from.
        release: Number of the analyst release.
        cut: Versions of the lake's tables that the release was built from.
        is_simulated: The data came from the simulator.
        parameters: How the trees are grown.
        rule: Which inspections count as labels, and when.
    """

    name: str
    source_systems: tuple[str, ...]
    release: int
    cut: dict[str, int]
    is_simulated: bool = False
    parameters: HyperParameters = field(default_factory=HyperParameters)
    rule: LabelRule = field(default_factory=LabelRule)


@dataclass(frozen=True, slots=True)
class Learned:
    """A model and how it came about.

    Attributes:
        bundle: The model, not saved yet; its metrics are in its facts.
        label_counts: Items that mature inspections looked at, by what they say.
        gains: Features by total gain, largest first.
    """

    bundle: Bundle
    label_counts: LabelCounts
    gains: dict[str, float]


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
    metrics = evaluate(training, margins(trained, training.items), trained.calibration)
    facts = BundleFacts(
        name=assignment.name,
        feature_names=tuple(feature.name for feature in FEATURES),
        feature_fingerprint=feature_fingerprint(FEATURES),
        contract_versions=current_contract_versions(),
        categories=training.categories,
        calibration=trained.calibration,
        uplift=trained.uplift,
        round_count=trained.round_count,
        source_systems=assignment.source_systems,
        hyper_parameters=asdict(parameters),
        label_rule=rule,
        period=training.split.train_period,
        label_as_of=as_of,
        cut=assignment.cut,
        release=assignment.release,
        is_simulated=assignment.is_simulated,
        created_at=datetime.now(UTC),
        metrics={"label_counts": asdict(counts), **metrics},
    )
    bundle = make_bundle(facts, trained.booster, threads=parameters.threads)
    return Learned(bundle, counts, feature_gains(trained.booster))


def last_known_date(connection: Connection, source_systems: tuple[str, ...]) -> date:
    """Return the last day on which the release knows something of these systems.

    Raises:
        CustomsDataError: It knows nothing of them.
    """
    day = extraction.last_date(connection, source_systems)
    if day is None:
        message = f"the analyst release holds nothing of {', '.join(source_systems)}"
        raise CustomsDataError(message)
    return day
