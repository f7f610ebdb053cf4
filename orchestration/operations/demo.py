"""The whole story on a small nation, from raw files to a lane, an audit list and a dashboard.

Everything here is what the single commands do, one after the other; the demo only chooses the
nation and tells the story. It can be run again: what was done is found and not done twice.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from data_contracts.statements import statements_beside
from ingestion.land import land_files
from ml.lanes.settings import ServingSettings
from ml.targets.expected import TargetRule
from orchestration.operations.build import SCORE_MART, build
from orchestration.operations.lane_example import lane_request
from orchestration.operations.lanes import decide_body, make_snapshot
from orchestration.operations.learning import as_payload, score_items, train_model
from orchestration.operations.targeting import make_target_list
from simulator.arguments import SimulationArguments
from simulator.world import run as simulate
from warehouse.layout import Layout
from warehouse.publish import publish
from warehouse.reading import query
from warehouse.settings import LakeSettings

Progress = Callable[[str], None]

# Source and its folder in the simulator's output.
_SIMULATED = (("reference", "reference"), ("trader_registry", "registry"), ("vcis_extract", "vcis"))
_SQL = statements_beside(__file__)
_SHOWN_OF_TARGET = (
    "rank", "trader_id", "trader_name", "expected_vnd", "low_vnd", "high_vnd", "found_vnd",
)  # fmt: skip
_SHOWN_TARGETS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Nation:
    """Which small nation the demo simulates.

    Attributes:
        first_date: First day whose declarations are written.
        days: Number of days: enough that a last quarter of inspections is mature.
        scale: 1 is a national year of 13.7 million declarations.
        seed: Seed of every random draw.
        random_arm: Probability with which any declaration is inspected by lot. Larger than any
            administration's, because a small nation needs more of them for a rate to be told.
    """

    first_date: date = date(2024, 7, 1)
    days: int = 730
    scale: float = 0.006
    seed: int = 1
    random_arm: float = 0.06

    def arguments(self, out: Path) -> SimulationArguments:
        """Return what is simulated into `out`.

        Raises:
            ContractViolationError: This nation cannot be simulated.
        """
        return SimulationArguments(
            out=out,
            first_date=self.first_date,
            days=self.days,
            scale=self.scale,
            seed=self.seed,
            random_arm=self.random_arm,
            only=tuple(source for source, _ in _SIMULATED),
        )


@dataclass(slots=True)
class Stage:
    """One step of the story: what it handled and how long it took.

    Attributes:
        name: The step.
        rows: Rows that it wrote.
        of: What these rows are.
        seconds: Wall seconds.
    """

    name: str
    rows: int = 0
    of: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class DemoReport:
    """What the demo shows at its end.

    Attributes:
        home: The lake's folder.
        stages: Steps in their order.
        landed: Landing reports as `customs land --json` gives them.
        sources: What the management release holds, by source; of cancelled and refused
            declarations the inspections alone.
        evaluation: The newly trained model beside its baselines on the last mature quarter.
        training: The training's report: whether the model is in use, and why.
        lane: One lane decision with its reasons.
        targets: The first audit targets.
        files: What to open next, by what it is.
    """

    home: str
    stages: list[Stage] = field(default_factory=list)
    landed: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    evaluation: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    lane: dict[str, Any] = field(default_factory=dict)
    targets: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`."""
        return asdict(self)


def run_demo(
    settings: LakeSettings,
    nation: Nation,
    *,
    real_files: Sequence[tuple[str, Path]] = (),
    progress: Progress,
) -> DemoReport:
    """Run the whole story.

    Args:
        settings: The lake of the demo and its caps.
        nation: The nation to simulate.
        real_files: (source, file or folder) to land beside the simulated ones.
        progress: Called with one line for each step.

    Raises:
        CustomsDataError: A step failed; running again goes on from there.
    """
    layout = Layout(settings.home)
    layout.ensure()
    report = DemoReport(home=str(layout.home))
    story = _Story(report, progress)
    files = _simulated_files(layout, nation, story)
    _land_all(settings, [*files, *real_files], story)
    _build_and_publish(settings, story, "the national database", select=None)
    _learn(settings, story)
    _build_and_publish(settings, story, "the scores", select=SCORE_MART)
    _list_targets(settings, layout, story)
    _decide_a_lane(settings, layout, story)
    report.sources = _sources(settings, layout)
    report.files["releases"] = str(layout.home / "published")
    return report


@dataclass(frozen=True, slots=True)
class _Story:
    report: DemoReport
    progress: Progress

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Time one step and keep it."""
        stage = Stage(name)
        self.progress(name)
        started = time.monotonic()
        yield stage
        stage.seconds = round(time.monotonic() - started, 1)
        self.report.stages.append(stage)


def _simulated_files(layout: Layout, nation: Nation, story: _Story) -> list[tuple[str, Path]]:
    folder = layout.nation
    with story.stage("simulate a nation") as stage:
        summary = simulate(nation.arguments(folder))
        stage.rows, stage.of = sum(summary.rows.values()), "rows of outside files"
    return [(source, folder / name) for source, name in _SIMULATED]


def _land_all(settings: LakeSettings, files: Sequence[tuple[str, Path]], story: _Story) -> None:
    for source, path in files:
        with story.stage(f"land {source}") as stage:
            landed = land_files(settings, source, [path]).as_json()
            story.report.landed.append(landed)
            stage.rows = sum(counts["accepted"] for counts in landed["records"].values())
            stage.of = "records accepted"


def _build_and_publish(
    settings: LakeSettings, story: _Story, what: str, *, select: str | None
) -> None:
    with story.stage(f"build {what}") as stage:
        built = build(settings, select=select)
        stage.rows, stage.of = sum(built.rows.values()), "rows in the marts"
    with story.stage(f"publish {what}") as stage:
        releases = publish(settings)
        tables = (table for made in releases.values() for table in made.manifest.tables.values())
        stage.rows, stage.of = sum(table.rows for table in tables), "rows for three roles"


def _learn(settings: LakeSettings, story: _Story) -> None:
    with story.stage("learn from mature inspections") as stage:
        trained = train_model(settings)
        story.report.evaluation = {"model_id": trained.model_id, **trained.metrics}
        story.report.training = as_payload(trained)
        stage.rows, stage.of = int(trained.metrics["train_item_count"]), "inspected items"
    with story.stage("score every goods item") as stage:
        scored = score_items(settings)
        stage.rows, stage.of = scored.scored_count + scored.present_count, "items"


def _list_targets(settings: LakeSettings, layout: Layout, story: _Story) -> None:
    workbook = layout.reports / "audit_targets.xlsx"
    with story.stage("list audit targets") as stage:
        listed = make_target_list(settings, workbook, rule=TargetRule())
        stage.rows, stage.of = len(listed.traders), "traders"
    story.report.targets = [
        {
            **{name: trader[name] for name in _SHOWN_OF_TARGET},
            "reason_vi": trader["reasons"][0]["text_vi"],
            "reason_en": trader["reasons"][0]["text_en"],
            "reason_vnd": trader["reasons"][0]["amount_vnd"],
        }
        for trader in listed.traders[:_SHOWN_TARGETS]
    ]
    story.report.files["audit targets"] = str(workbook)


def _decide_a_lane(settings: LakeSettings, layout: Layout, story: _Story) -> None:
    serving = ServingSettings()
    with story.stage("freeze a lane snapshot") as stage:
        made = make_snapshot(settings, serving)
        stage.rows, stage.of = made.manifest.trader_row_count, "rows of trader history"
    request = layout.reports / "lane_request.json"
    with story.stage("decide one lane") as stage:
        body = lane_request(settings)
        request.write_bytes(body)
        request.chmod(0o600)
        story.report.lane = decide_body(settings, serving, body)
        stage.rows, stage.of = len(story.report.lane["items"]), "goods items"
    story.report.files["lane request"] = str(request)


def _sources(settings: LakeSettings, layout: Layout) -> list[dict[str, Any]]:
    result = query(layout, settings, "management", _SQL["sources"])
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]
