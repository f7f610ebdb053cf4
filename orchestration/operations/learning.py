"""Learn from the published analyst release, and write scores back into the lake.

Here the release, the lake and the folder of models come together; what learning and scoring are is
in `ml`, and whether a new model is worse than the one in use in `ml.comparison`. Only pseudonyms
are seen.
"""

import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlglot import exp

from data_contracts import to_arrow
from data_contracts.errors import BundleMismatchError, CustomsDataError, SourceUnavailableError
from data_contracts.loading import load_contract
from data_contracts.statements import statements_beside
from ingestion.sources.catalog import UnknownSourceError, find_source
from ml import bundle as bundles
from ml import extraction
from ml.batch_scoring import score_month
from ml.bundle import Bundle
from ml.extraction import Connection
from ml.learning import Assignment, learn
from ml.model import Model
from ml.models import DEFAULT, find_model
from orchestration.operations.model_release import judge
from warehouse import engine, lake, locks, shapes
from warehouse.layout import Layout
from warehouse.reading import open_folder
from warehouse.release import Manifest, current_release, read_manifest
from warehouse.settings import LakeSettings

_SQL = statements_beside(__file__)

ROLE = "analyst"
_SCORES = (shapes.SCORES, shapes.SCORE_TABLE)
_SHOWN_GAINS = 10

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a training gave.

    Attributes:
        model_id: Name and fingerprint of the new model.
        folder: Where its bundle lies, in use or not.
        release: Analyst release it was learned from.
        is_released: It is the model in use now.
        why: Why it is, or is not, in words.
        to_release: The command that puts it into use all the same; None where it is in use.
        in_use_model_id: The model in use after the training; None where none is.
        comparison: New model and model in use on the same items; None where none was in use.
        simulated_sources: Sources of which the release held simulated deliveries.
        metrics: Counts of labels, and the evaluation of the new model on the last quarter.
        gains: Features by total gain, the ten largest.
        seconds: Wall seconds.
    """

    model_id: str
    folder: str
    release: int
    is_released: bool
    why: str
    to_release: str | None
    in_use_model_id: str | None
    comparison: dict[str, Any] | None
    simulated_sources: tuple[str, ...]
    metrics: dict[str, Any]
    gains: dict[str, float]
    seconds: float


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """What a scoring run did.

    Attributes:
        model_id: The model in use.
        release: Analyst release whose items were scored.
        scored_count: Scores appended to the lake now.
        present_count: Scores of this model that were there before.
        seconds: Wall seconds.
    """

    model_id: str
    release: int
    scored_count: int
    present_count: int
    seconds: float


def train_model(
    settings: LakeSettings,
    name: str = DEFAULT,
    *,
    must_release: bool = False,
    progress: Progress | None = None,
) -> TrainReport:
    """Train a model on the current analyst release, measure it, and use it if it is not worse.

    A model that is worse than the one in use on the same items, or cannot be told from it, is kept
    beside it and not used. A bundle that is there already stays as it is.

    Args:
        settings: The lake and its caps.
        name: The model, one of `ml.models`.
        must_release: Use it whatever the comparison says.
        progress: Called with one line for each step.

    Raises:
        CustomsDataError: No such model or its file is refused, a system that no source is or that
            declares no goods, nothing published yet, too few mature inspections, or another
            training is running.
    """
    started = time.perf_counter()
    model = find_model(name)
    _check_systems(model, settings.home)
    layout = Layout(settings.home)
    layout.ensure()
    with locks.held(layout.locks / "models.lock", "training"):
        current, is_unfit = _in_use(settings, layout, name)
        with analyst_release(layout, settings) as (connection, manifest):
            assignment = Assignment(
                model=model,
                release=manifest.release,
                cut=manifest.lake_cut,
                simulated_sources=tuple(manifest.simulated_sources),
                current=current,
            )
            learned = learn(connection, assignment, progress=progress or _silent)
        verdict = judge(learned, current, is_unfit=is_unfit, must_release=must_release)
        folder = bundles.save(learned.bundle, layout.models)
        if verdict.puts_into_use:
            bundles.put_into_use(folder)
    in_use = learned.bundle if verdict.is_released else current
    command = f"customs train {name} --release --home {shlex.quote(str(settings.home))}"
    return TrainReport(
        model_id=learned.bundle.model_id,
        folder=str(folder),
        release=manifest.release,
        is_released=verdict.is_released,
        why=verdict.why,
        to_release=None if verdict.is_released else command,
        in_use_model_id=in_use.model_id if in_use else None,
        comparison=asdict(learned.comparison) if learned.comparison else None,
        simulated_sources=learned.bundle.facts.simulated_sources,
        metrics=learned.bundle.facts.metrics,
        gains=dict(list(learned.gains.items())[:_SHOWN_GAINS]),
        seconds=time.perf_counter() - started,
    )


def score_items(
    settings: LakeSettings, name: str = DEFAULT, *, progress: Progress | None = None
) -> ScoreReport:
    """Score the current items that the model in use has not scored yet.

    Each batch is one commit to the lake, so a run that was cut short goes on where it stopped, and
    a second run appends nothing. Scores of earlier models of the same name are taken out at the
    end; those of other models stay.

    Args:
        settings: The lake and its caps.
        name: The model whose bundle is in use.
        progress: Called with one line for each month.

    Raises:
        BundleMismatchError: The bundle does not fit this program.
        CustomsDataError: No model or release is there, or another run is writing scores.
    """
    started = time.perf_counter()
    say = progress or _silent
    layout = Layout(settings.home)
    layout.ensure()
    bundle = bundles.load(bundles.current_folder(layout.models, name), threads=settings.threads)
    with (
        locks.held(layout.locks / "scores.lock", "scoring"),
        analyst_release(layout, settings) as (connection, manifest),
    ):
        present = _remember_scored(connection, layout, settings, bundle)
        scored = 0
        for month in extraction.months(connection, bundle.model.source_systems):
            say(f"scoring {month:%Y-%m}, {scored:,} items so far")
            for rows in score_month(connection, bundle, month):
                _append(layout, rows, bundle)
                scored += len(rows)
        _forget_earlier(layout, settings, bundle)
    seconds = time.perf_counter() - started
    return ScoreReport(bundle.model_id, manifest.release, scored, present, seconds)


@contextmanager
def analyst_release(
    layout: Layout, settings: LakeSettings
) -> Iterator[tuple[Connection, Manifest]]:
    """Open the current analyst release, with its manifest: one release, whatever is published."""
    release = current_release(layout, ROLE)
    opened = open_folder(
        layout, release, memory_mb=settings.memory_limit_mb, threads=settings.threads
    )
    with closing(opened) as connection:
        yield connection, read_manifest(release)


def as_payload(report: TrainReport | ScoreReport) -> dict[str, Any]:
    """Return a report as plain values for JSON."""
    return asdict(report)


def _check_systems(model: Model, home: Path) -> None:
    """Refuse a system from which no goods items can come."""
    place = f"ml/models/{model.name}.py: source_systems"
    for system in model.source_systems:
        try:
            outside = find_source(system, home).outside
        except UnknownSourceError as error:
            message = f"{place}: {error}"
            raise CustomsDataError(message) from error
        tables = outside.tables.values() if outside else ()
        if "goods_item" not in {table.contract.name for table in tables}:
            message = f"{place}: expected sources of goods items, found {system!r}"
            raise CustomsDataError(message)


def _remember_scored(
    connection: Connection, layout: Layout, settings: LakeSettings, bundle: Bundle
) -> int:
    with _lake(layout, settings) as reading:
        keys = reading.sql(_SQL["scored_keys"], params={"model_id": bundle.model_id})
        return extraction.remember_scored(connection, keys.to_arrow_reader())


def _forget_earlier(layout: Layout, settings: LakeSettings, bundle: Bundle) -> None:
    """Take out the scores of this model's predecessors; the table's history keeps them."""
    named = {"name": bundle.model.name, "model_id": bundle.model_id}
    with _lake(layout, settings) as reading:
        earlier = reading.execute(_SQL["earlier_models"], named).fetchall()
    if earlier:
        theirs = exp.column("model_id").isin(*(model_id for (model_id,) in earlier))
        metadata = {"model_id": bundle.model_id}
        lake.delete_where(layout, *_SCORES, theirs.sql(dialect="duckdb"), metadata)


@contextmanager
def _lake(layout: Layout, settings: LakeSettings) -> Iterator[Connection]:
    with engine.memory_connection(settings) as reading:
        engine.attach_lake(reading, layout, lake.cut(layout))
        yield reading


def _append(layout: Layout, rows: pa.Table, bundle: Bundle) -> None:
    if len(rows) == 0:
        return
    typed = rows.cast(to_arrow.schema(load_contract(shapes.SCORE_TABLE)))
    lake.append(layout, *_SCORES, typed, {"model_id": bundle.model_id})


def _in_use(settings: LakeSettings, layout: Layout, name: str) -> tuple[Bundle | None, bool]:
    """Return the model in use if this program can score with it, and whether it cannot."""
    try:
        folder = bundles.current_folder(layout.models, name)
        return bundles.load(folder, threads=settings.threads), False
    except SourceUnavailableError:
        return None, False
    except BundleMismatchError:
        return None, True


def _silent(_line: str) -> None:
    """Say nothing."""
