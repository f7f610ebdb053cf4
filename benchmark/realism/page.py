"""The report as one page that needs nothing but itself."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import jinja2

from benchmark.realism.figures import Basis, Result, Verdict, load_groups
from benchmark.realism.plots import draw
from benchmark.realism.report import Report
from data_contracts.simulated import put_text
from measures.counted import counted

_CLASSES = {
    Verdict.WITHIN: "within",
    Verdict.OFF: "off",
    Verdict.TOO_FEW: "few",
    Verdict.ABSENT: "absent",
}
_MEANINGS = {
    Basis.PUBLISHED: "Published, and no constant of the simulator: it comes about. Evidence.",
    Basis.INPUT: "What the simulator was told, or set to, published or not: it gives it back.",
    Basis.ASSUMPTION: "Published nowhere that we know: a range that an expert would not find odd.",
}
_LARGE = 1000
_UNITS_UNSAID = ("share", "count", "number")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table, all as text; places on the gauge in percent of its width."""

    title: str
    basis: str
    unit: str
    target: str
    generated: str
    tolerance: str
    observations: str
    verdict: str
    needed: str
    css_class: str
    source: str
    how: str
    place: float | None


@dataclass(frozen=True, slots=True)
class _Standing:
    """How many figures of one basis got each verdict, as (words, class, number)."""

    basis: str
    meaning: str
    counts: list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of figures with its plots."""

    title: str
    rows: list[_Row]
    charts: list[str]


def render(report: Report) -> str:
    """Return the page as HTML; the same report gives the same text."""
    charts = draw(report)
    groups = [
        _Group(
            title,
            [_row(result) for result in report.results if result.figure.group == key],
            charts.get(key, []),
        )
        for key, title in load_groups().items()
    ]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        report=report,
        counted=counted,
        standings=[_standing(report, basis) for basis in Basis],
        off=[_row(result) for result in report.results if result.verdict is Verdict.OFF],
        groups=groups,
    )


def write(report: Report, path: Path) -> None:
    """Write the page, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put_text(path, render(report))


def number_text(value: float, unit: str) -> str:
    """Return a value as people write it; only percent is written beside the number."""
    if unit == "share":
        return f"{value * 100:.3g}\N{NO-BREAK SPACE}%"
    if unit == "count" or abs(value) >= _LARGE:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _standing(report: Report, basis: Basis) -> _Standing:
    counts = [
        (verdict.value, _CLASSES[verdict], report.count(verdict, basis)) for verdict in Verdict
    ]
    return _Standing(basis.value, _MEANINGS[basis], counts)


def _row(result: Result) -> _Row:
    figure, unit = result.figure, result.figure.unit
    is_counted = result.verdict is not Verdict.ABSENT
    return _Row(
        title=figure.title,
        basis=figure.basis.value,
        unit="" if unit in _UNITS_UNSAID else unit,
        target=number_text(result.target, unit),
        generated=number_text(result.generated, unit) if result.generated is not None else "–",
        tolerance=_tolerance(number_text(result.low, unit), number_text(result.high, unit)),
        observations=f"{result.observations:,}" if is_counted else "–",
        verdict=result.verdict.value,
        needed=f"{figure.least:,}" if result.verdict is Verdict.TOO_FEW else "",
        css_class=_CLASSES[result.verdict],
        source=_unbroken(figure.source),
        how=_unbroken(figure.how),
        place=_place(result),
    )


def _unbroken(text: str) -> str:
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _tolerance(low: str, high: str) -> str:
    percent = "\N{NO-BREAK SPACE}%"
    return f"{low.removesuffix(percent)} – {high}"


def _place(result: Result) -> float | None:
    """Return where the value stands on a gauge whose middle half is the tolerance."""
    if result.generated is None:
        return None
    span = result.high - result.low
    if span <= 0:
        return 50.0
    return min(max(25 + 50 * (result.generated - result.low) / span, 1.0), 99.0)
